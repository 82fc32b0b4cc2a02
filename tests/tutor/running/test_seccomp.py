"""The filter, run by an interpreter of its language that knows nothing of how it is made."""

import errno
import struct

import pytest

from barreleye.tutor.running.seccomp import ALLOW, MACHINES, REFUSE, program

PROCESS = 4242
EPERM = REFUSE | errno.EPERM


def verdict(machine, number, *arguments, architecture=None):
    """What the filter answers to a call, by the rules of classic BPF."""
    audit = MACHINES[machine][0] if architecture is None else architecture
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("<HBBI", program(machine, PROCESS)))
    assert len(steps) <= 4096  # BPF_MAXINSNS
    at = value = 0
    while True:
        code, then, otherwise, k = steps[at]
        if code == 0x20:
            (value,) = struct.unpack_from("<I", data, k)
        elif code == 0x06:
            return k
        else:
            true = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[code]
            at += then if true else otherwise
        at += 1


# By name, from the kernel's tables of both machines: x86-64, ARM64.
FREE = {"read": (0, 63), "write": (1, 64), "mmap": (9, 222), "openat": (257, 56), "futex": (202, 98), "exit": (60, 93)}
BARRED = {
    **{
        "fchmod": (91, 52),
        "fchown": (93, 55),
        "utimensat": (280, 88),
        "fsetxattr": (190, 7),
        "memfd_create": (319, 279),
    },
    **{"execve": (59, 221), "execveat": (322, 281), "socket": (41, 198), "socketpair": (53, 199), "ptrace": (101, 117)},
    **{"setns": (308, 268), "unshare": (272, 97), "io_uring_setup": (425, 425), "pidfd_send_signal": (424, 424)},
    **{"clone as a fork": (56, 220), "kill of init": (62, 129), "shmget": (29, 194), "keyctl": (250, 219)},
}


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_refused_and_what_is_not(machine):
    column = list(MACHINES).index(machine)
    assert {name: verdict(machine, numbers[column]) for name, numbers in FREE.items()} == dict.fromkeys(FREE, ALLOW)
    assert {name: verdict(machine, numbers[column]) for name, numbers in BARRED.items()} == dict.fromkeys(BARRED, EPERM)


@pytest.mark.parametrize(("machine", "clone", "kill", "ioctl"), [("x86_64", 56, 62, 16), ("aarch64", 220, 129, 29)])
def test_arguments_decide_where_some_uses_are_harmless(machine, clone, kill, ioctl):
    assert verdict(machine, clone, 0x3D0F00) == ALLOW  # what pthread_create asks for
    assert verdict(machine, clone, 0x4111) == EPERM  # CLONE_VFORK | CLONE_VM | SIGCHLD
    assert verdict(machine, 435) == REFUSE | errno.ENOSYS
    assert verdict(machine, kill, PROCESS) == ALLOW
    assert verdict(machine, kill, PROCESS + 1) == verdict(machine, kill, 2**32 - 1) == EPERM
    assert verdict(machine, ioctl, 1, 0x5401) == ALLOW
    assert verdict(machine, ioctl, 1, 0x5412) == verdict(machine, ioctl, 1, 0x40086602) == EPERM  # TIOCSTI, chattr


def test_other_ways_to_number_calls_are_refused():
    assert verdict("x86_64", 0, architecture=0x40000003) == EPERM  # 32 bits
    assert verdict("x86_64", 0x40000000) == EPERM  # x32
