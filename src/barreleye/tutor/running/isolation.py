"""Walls around the process that runs a learner's code.

What it does, where the system lets it:

* a process of its own in a session of its own, killed as a whole; limits on memory, processor time, files and their
  size, processes; no core dumps; one thread for linear algebra; no environment but what Python needs; nothing on
  standard input, nothing that reaches the terminal
* an empty scratch directory as home, as working directory and for temporary files, removed at the end
* on Linux the kernel refuses the network (a network namespace of its own), and through Landlock every write, every
  removal outside the scratch directory, every other program, and every signal to other processes; set-user-id programs
  give no rights
* everywhere an audit hook refuses the same from within Python, with a message that the learner can read

What it does NOT protect against: a determined attacker under your own account. The code can read what you can read.
The audit hook is no wall to code that sets out to get round it, through memory or a C extension; without Landlock and a
network namespace (macOS, Windows, some containers) it is all there is. No hole in the kernel is covered, nor a learner
who studies this package to forge the answers of the process. Check strangers' code in a container or a virtual machine
that holds nothing of yours.
"""

import contextlib
import ctypes
import os
import site
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..words import Text
from .answers import Note
from .observing import Forbidden

CPU_SECONDS = 600
FILE_BYTES = 64 << 20
OPEN_FILES = 128
PROCESSES = 64

KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE")
"""What is kept of the environment: no keys, no tokens."""
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

NO_NETWORK_NAMESPACE = Text(
    "no network namespace: Python alone refuses the network", "没有网络命名空间：只有 Python 这一层拒绝联网"
)
NO_LANDLOCK = Text(
    "no Landlock: Python alone refuses writes outside the scratch directory and other programs",
    "没有 Landlock：在临时目录以外写入、启动其他程序，只有 Python 这一层拒绝",
)
NOT_LINUX = Text(
    "not Linux: Python alone refuses the network, other programs, and writes elsewhere",
    "不是 Linux：联网、启动其他程序、在别处写入，只有 Python 这一层拒绝",
)
NO_LIMITS = Text("no limits on memory and processor time", "内存和处理器时间没有上限")


def environment(scratch: Path) -> dict[str, str]:
    """The environment of the process: what finds Python's modules, and the scratch directory for all the rest."""
    found = {name: os.environ[name] for name in KEPT if name in os.environ}
    modules = [str(Path(entry).resolve()) for entry in sys.path if entry]
    home = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(scratch))
    python = {"PYTHONPATH": os.pathsep.join(modules), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    if site.ENABLE_USER_SITE:
        python["PYTHONUSERBASE"] = site.getuserbase()
    return {**found, **home, **python, **dict.fromkeys(ONE_THREAD, "1")}


def isolate(scratch: Path, memory: int) -> list[Note]:
    """Build the walls around this process, for good; a Note for each that this system does not offer."""
    scratch = scratch.resolve()
    os.chdir(scratch)
    sys.dont_write_bytecode = True
    missing = []
    own_users = False
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS, which Landlock wants
        own_users = libc.unshare(0x10000000 | 0x40000000) == 0  # CLONE_NEWUSER, CLONE_NEWNET
        if not own_users and libc.unshare(0x40000000) != 0:
            missing.append(NO_NETWORK_NAMESPACE)
        if not _landlock(libc, scratch):
            missing.append(NO_LANDLOCK)
    else:
        missing.append(NOT_LINUX)
    if not _limit(memory, own_users):
        missing.append(NO_LIMITS)
    sys.addaudithook(_guard(str(scratch)))
    return [Note("isolation", "", text) for text in missing]


def _limit(memory: int, own_users: bool) -> bool:
    try:
        import resource
    except ImportError:
        return False
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if own_users:  # elsewhere all the user's processes would count
        limits[resource.RLIMIT_NPROC] = PROCESSES
    for limit, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # lower already, or not known here (macOS)
            resource.setrlimit(limit, (most, most))
    return True


def _landlock(libc: Any, scratch: Path) -> bool:
    """Let the kernel refuse writes outside ``scratch``, execution, TCP and signals: Linux 5.13, and more since."""
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
    rules = struct.pack("=QQQ", execute | change | truncate, tcp, outside)
    rules = rules[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(create, rules, len(rules), 0)
    if ruleset < 0:
        return False
    for path, rights in ((str(scratch), change | truncate), (os.devnull, write | truncate)):
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        libc.syscall(add, ruleset, 1, struct.pack("=Qi", rights, opened), 0)
        os.close(opened)
    done = libc.syscall(restrict, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)


# What the audit hook refuses, and what the learner is told

NETWORK = Text("the network is not there for code that is being checked", "检查代码时没有网络")
PROGRAMS = Text(
    "code that is being checked cannot start other programs or processes", "检查时，代码不能启动其他程序或进程"
)
SIGNALS = Text("code that is being checked cannot send signals", "检查时，代码不能发送信号")
CTYPES = Text(
    "code that is being checked cannot reach C libraries through ctypes", "检查时，代码不能通过 ctypes 使用 C 库"
)
LIMITS = Text("code that is being checked cannot change its limits", "检查时，代码不能更改自己的资源上限")
KEYBOARD = Text(
    "input() waits for the keyboard, and nobody is there: let the function take it as an argument",
    "input() 会等待键盘输入，而检查时没有人在键盘前：请把它改成函数的参数",
)
WRITING = Text(
    "writing to {where} is refused: code that is being checked writes to its scratch directory",
    "不能写入 {where}：检查时，代码只能写入自己的临时目录",
)
RELATIVE = Text("{event} relative to an open directory is refused", "不能相对于已打开的目录执行 {event}")
REFUSED = {
    "urllib.Request": NETWORK,
    "subprocess.Popen": PROGRAMS,
    "os.system": PROGRAMS,
    "os.exec": PROGRAMS,
    "os.fork": PROGRAMS,
    "os.forkpty": PROGRAMS,
    "os.posix_spawn": PROGRAMS,
    "os.spawn": PROGRAMS,
    "os.startfile": PROGRAMS,
    "pty.spawn": PROGRAMS,
    "webbrowser.open": PROGRAMS,
    "os.kill": SIGNALS,
    "os.killpg": SIGNALS,
    "signal.pthread_kill": SIGNALS,
    "ctypes.dlopen": CTYPES,
    "ctypes.dlsym": CTYPES,
    "ctypes.dlsym/handle": CTYPES,
    "resource.setrlimit": LIMITS,
    "resource.prlimit": LIMITS,
    "builtins.input": KEYBOARD,
}

CHANGED_PATHS = {
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.mkdir": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
    "os.setxattr": (0,),
    "os.removexattr": (0,),
    "sqlite3.connect": (0,),
}
"""Which arguments of an event are paths that it changes."""

DIRECTORY_ARGUMENTS = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 2, "os.rename": 2, "os.symlink": 2, "os.link": 2}
"""Where the arguments are that say relative to which open directory the paths are."""

FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _guard(scratch: str) -> Callable[[str, tuple[Any, ...]], None]:
    """The audit hook. It holds on to what it calls, so that replacing it in ``os`` changes nothing."""
    resolve, decode, inside, devnull = os.path.realpath, os.fsdecode, scratch + os.sep, os.path.realpath(os.devnull)

    def check(path: Any) -> None:
        if isinstance(path, int) or path is None:  # an open file
            return
        where = resolve(decode(path))
        if where not in (scratch, devnull) and not where.startswith(inside):
            raise Forbidden(WRITING.filled(where=where))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if isinstance(arguments[2], int) and arguments[2] & FOR_WRITING:
                check(arguments[0])
        elif event in REFUSED:
            raise Forbidden(REFUSED[event])
        elif event in CHANGED_PATHS:
            first = DIRECTORY_ARGUMENTS.get(event, len(arguments))
            if any(argument != -1 for argument in arguments[first:]) and event != "os.mkdir":
                raise Forbidden(RELATIVE.filled(event=event))
            for i in CHANGED_PATHS[event]:
                check(arguments[i])
        elif event.startswith("socket.") and event != "socket.gethostname":
            raise Forbidden(NETWORK)

    return hook
