"""System calls that Linux refuses a process from now on: a seccomp filter, in the kernel's small language for filters.

Refused are the calls that other processes, and files whatever opened them, are changed by, and those that lead out: a
new process or program, a signal to another, a socket, a memory file, a file's rights, owner, times and attributes.
Threads of the process's own may be started. Numbers: arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h of Linux 6.18; the filter: Documentation/userspace-api/seccomp_filter.rst.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator
from typing import Any

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""AUDIT_ARCH of each machine, and its column in the table of calls."""

Numbers = tuple[int | None, int | None]

REFUSED: dict[str, Numbers] = {
    # a file's rights, owner, times, attributes
    **{"chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452)},
    **{"chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54)},
    **{"utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88)},
    **{"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463)},
    **{"removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466)},
    "file_setattr": (469, 469),
    # what outlives the process, or is written nowhere
    **{"memfd_create": (319, 279), "memfd_secret": (447, 447)},
    **{"shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180)},
    **{"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    # other programs and processes
    **{"fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281)},
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272)},
    **{"pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118)},
    **{"sched_setscheduler": (144, 119), "sched_setattr": (314, 274), "process_madvise": (440, 440)},
    # the network, and sockets in the file system
    **{"socket": (41, 198), "socketpair": (53, 199)},
    # ways round all this
    **{"io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427)},
    **{"unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41), "mount": (165, 40)},
    **{"umount2": (166, 39), "open_tree": (428, 428), "move_mount": (429, 429), "mount_setattr": (442, 442)},
    **{"fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433)},
    **{"open_by_handle_at": (304, 265), "bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241)},
}
CLONE: Numbers = (56, 220)
CLONE3: Numbers = (435, 435)
CLONE_THREAD = 0x00010000
KILL: dict[str, Numbers] = {
    **{"kill": (62, 129), "tgkill": (234, 131)},
    **{"rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
}
IOCTL: Numbers = (16, 29)
TERMINAL = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)
"""Whether it is one (TCGETS), its size, bytes waiting, and whether a descriptor is inherited: not a file's flags."""
PRCTL: Numbers = (157, 167)
NAMES = (15, 16, 0x53564D41)
"""A thread's name and a memory region's: not the signal at the parent's death."""
PRLIMIT: Numbers = (302, 261)

LOAD, EQUAL, AT_LEAST, SETS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
OTHER_NUMBERS = 0x40000000
"""Where the numbers of x32 begin, by which x86-64 knows the same calls."""


def program(machine: str, process: int) -> bytes:
    """The filter for a machine and a process, which may send signals to itself."""
    architecture, column = MACHINES[machine]

    def only(calls: Numbers, argument: int, *values: int, test: int = EQUAL) -> Iterator[bytes]:
        """Let the call through where the low half of an argument is one of the values."""
        if (number := calls[column]) is not None:
            yield _step(EQUAL, number, 0, len(values) + 3)
            yield _step(LOAD, ARGUMENTS + 8 * argument)
            for left, value in zip(range(len(values), 0, -1), values, strict=True):
                yield _step(test, value, left, 0)
            yield _step(RETURN, REFUSE | errno.EPERM)
            yield _step(RETURN, ALLOW)

    def never(calls: Numbers, error: int = errno.EPERM) -> Iterator[bytes]:
        if (number := calls[column]) is not None:
            yield _step(EQUAL, number, 0, 1)
            yield _step(RETURN, REFUSE | error)

    steps = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, architecture, 1, 0),
        _step(RETURN, REFUSE | errno.EPERM),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, OTHER_NUMBERS, 0, 1),
        _step(RETURN, REFUSE | errno.EPERM),
        *never(
            CLONE3, errno.ENOSYS
        ),  # its flags lie in memory, where no filter sees them: clone is called in its place
        *only(CLONE, 0, CLONE_THREAD, test=SETS),
        *only(IOCTL, 1, *TERMINAL),
        *only(PRCTL, 0, *NAMES),
        *only(PRLIMIT, 0, 0, process),
    ]
    for calls in KILL.values():
        steps += only(calls, 0, process)
    for calls in REFUSED.values():
        steps += never(calls)
    return b"".join([*steps, _step(RETURN, ALLOW)])


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def refuse_system_calls(libc: Any) -> bool:
    """Set the filter for every thread of this process; whether the kernel took it. It wants PR_SET_NO_NEW_PRIVS."""
    machine = platform.machine()
    if machine not in MACHINES or sys.maxsize < 1 << 32:
        return False
    steps = program(machine, os.getpid())
    memory = ctypes.create_string_buffer(steps)
    filters = struct.pack("@HP", len(steps) // 8, ctypes.addressof(memory))
    call = (317, 277)[MACHINES[machine][1]]
    return bool(libc.syscall(call, 1, 1, filters) == 0)  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
