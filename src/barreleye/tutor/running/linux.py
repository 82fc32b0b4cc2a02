"""What Linux holds a process in, besides its system calls: another user, Landlock's rules, the parent's life."""

import contextlib
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NOBODY = 65534
NO_NEW_PRIVILEGES, KEEP_CAPABILITIES, PARENT_DEATH_SIGNAL = 38, 8, 1
READ_ALL = 1 << 2
"""CAP_DAC_READ_SEARCH: to read what its owner alone may read."""
READ_FILE = 1 << 2
"""Landlock's right of that name."""
SIGKILL = 9


def give_up_root(libc: Any, scratch: Path, places: Iterable[str]) -> bool:
    """Become nobody, without capabilities; whether this process is not root's (any more).

    The right to read, and no other, stays where nobody else than root can enter one of the ``places``: Python itself in
    /root, say.
    """
    reading = 0
    if os.geteuid() == 0:
        there = [place for place in places if os.access(place, os.R_OK)]
        libc.prctl(KEEP_CAPABILITIES, 1, 0, 0, 0)
        try:
            os.setgroups([])
            os.chown(scratch, NOBODY, NOBODY)
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        except OSError:
            return False
        reading = 0 if all(os.access(place, os.R_OK) for place in there) else READ_ALL
    libc.capset(struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", reading, reading, 0, 0, 0, 0))
    return True


def end_with(libc: Any, parent: int) -> None:
    """Have this process killed when the thread that started it ends; its owner must not change afterwards."""
    libc.prctl(PARENT_DEATH_SIGNAL, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def landlock(libc: Any, scratch: Path, readable: Iterable[str]) -> bool:
    """Let the kernel refuse to read what is not ``readable``, to write outside ``scratch``, to execute, and TCP and
    signals to others: Linux 5.13, and more since.
    """
    create, add, restrict = 444, 445, 446  # the system calls, the same on every processor
    version = libc.syscall(create, None, 0, 1)
    if version < 1:
        return False
    execute, write = 1 << 0, 1 << 1
    change = write | sum(1 << bit for bit in range(4, 13))  # write, remove, make
    if version >= 2:
        change |= 1 << 13  # move between directories
    truncate = 1 << 14 if version >= 3 else 0
    tcp = 0b11 if version >= 4 else 0
    outside = 0b11 if version >= 6 else 0  # abstract sockets, signals
    rules = struct.pack("=QQQ", execute | READ_FILE | change | truncate, tcp, outside)
    rules = rules[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(create, rules, len(rules), 0)
    if ruleset < 0:
        return False
    allowed = [(path, READ_FILE) for path in readable]
    allowed += [(str(scratch), READ_FILE | change | truncate), (os.devnull, READ_FILE | write | truncate)]
    for path, rights in allowed:
        with contextlib.suppress(OSError):  # it is not there
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            libc.syscall(add, ruleset, 1, struct.pack("=Qi", rights, opened), 0)
            os.close(opened)
    done = libc.syscall(restrict, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)
