"""The wall within Python: an audit hook that refuses what is refused, with a message that the learner can read."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from ...words import Text
from .observing import Forbidden

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
READING = Text(
    "reading {where} is refused: code that is being checked reads Python's own files and those of its own folder",
    "不能读取 {where}：检查时，代码只能读取 Python 自己的文件和它所在文件夹里的文件",
)
ATTRIBUTES = Text(
    "code that is being checked cannot change a file's rights, owner, times or attributes",
    "检查时，代码不能更改文件的权限、所有者、时间或属性",
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
    "os.chmod": ATTRIBUTES,
    "os.chown": ATTRIBUTES,
    "os.utime": ATTRIBUTES,
    "os.setxattr": ATTRIBUTES,
    "os.removexattr": ATTRIBUTES,
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
    "sqlite3.connect": (0,),
}
"""Which arguments of an event are paths that it changes."""

DIRECTORY_ARGUMENTS = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 2, "os.rename": 2, "os.symlink": 2, "os.link": 2}
"""Where the arguments are that say relative to which open directory the paths are."""

FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard(scratch: str, readable: Sequence[str], hidden: str) -> Callable[[str, tuple[Any, ...]], None]:
    """The audit hook. It holds on to what it calls, so that replacing it in ``os`` changes nothing.

    Written is in ``scratch``, read what is ``readable`` and not ``hidden``, and there as well.
    """
    resolve, decode, devnull = os.path.realpath, os.fsdecode, os.path.realpath(os.devnull)
    inside = scratch + os.sep
    seen = tuple(path.rstrip(os.sep) + os.sep for path in readable)
    unseen = hidden + os.sep

    def check(path: Any, writing: bool = True) -> None:
        if isinstance(path, int) or path is None:  # an open file
            return
        where = resolve(decode(path))
        if where in (scratch, devnull) or where.startswith(inside):
            return
        if writing:
            raise Forbidden(WRITING.filled(where=where))
        within = where + os.sep  # a file is readable by itself, or by its folder
        if within.startswith(unseen) or not within.startswith(seen):
            raise Forbidden(READING.filled(where=where))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            check(arguments[0], bool(isinstance(arguments[2], int) and arguments[2] & FOR_WRITING))
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
