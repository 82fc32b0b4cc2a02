"""The wall within Python: an audit hook that refuses what is refused, with a message that the learner can read."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from ...words import catalogue
from .observing import Forbidden

SAID = catalogue("tutor_running")
REFUSED = {
    "urllib.Request": "network",
    "subprocess.Popen": "programs",
    "os.system": "programs",
    "os.exec": "programs",
    "os.fork": "programs",
    "os.forkpty": "programs",
    "os.posix_spawn": "programs",
    "os.spawn": "programs",
    "os.startfile": "programs",
    "pty.spawn": "programs",
    "webbrowser.open": "programs",
    "os.kill": "signals",
    "os.killpg": "signals",
    "signal.pthread_kill": "signals",
    "ctypes.dlopen": "ctypes",
    "ctypes.dlsym": "ctypes",
    "ctypes.dlsym/handle": "ctypes",
    "os.chmod": "attributes",
    "os.chown": "attributes",
    "os.utime": "attributes",
    "os.setxattr": "attributes",
    "os.removexattr": "attributes",
    "resource.setrlimit": "limits",
    "resource.prlimit": "limits",
    "builtins.input": "keyboard",
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
            raise Forbidden(SAID["refused.writing"].filled(where=where))
        within = where + os.sep  # a file is readable by itself, or by its folder
        if within.startswith(unseen) or not within.startswith(seen):
            raise Forbidden(SAID["refused.reading"].filled(where=where))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            check(arguments[0], bool(isinstance(arguments[2], int) and arguments[2] & FOR_WRITING))
        elif event in REFUSED:
            raise Forbidden(SAID[f"refused.{REFUSED[event]}"])
        elif event in CHANGED_PATHS:
            first = DIRECTORY_ARGUMENTS.get(event, len(arguments))
            if any(argument != -1 for argument in arguments[first:]) and event != "os.mkdir":
                raise Forbidden(SAID["refused.relative"].filled(event=event))
            for i in CHANGED_PATHS[event]:
                check(arguments[i])
        elif event.startswith("socket.") and event != "socket.gethostname":
            raise Forbidden(SAID["refused.network"])

    return hook
