"""Walls around the process that runs a learner's code.

What it does, where the system lets it:

* a process of its own in a session of its own, killed as a whole, and with the process that started it; limits on
  memory, processor time, files and their size; no core dumps; one thread for linear algebra; no environment but what
  Python needs; nothing on standard input, nothing that reaches the terminal
* an empty scratch directory as home, as working directory and for temporary files, removed at the end
* the library itself is out of reach: what its helper modules need of it is loaded before (``helpers``)
* as root it becomes nobody first, without capabilities
* on Linux the kernel refuses, by Landlock, every write and removal outside the scratch directory, every file to read
  but Python's, the system's and those in the learner's folder, and signals to other processes; by seccomp, new
  processes and programs, sockets, and changes to a file's rights, owner, times and attributes (``seccomp``)
* everywhere an audit hook refuses the same from within Python, with a message that the learner can read (``guard``)

What is no wall is said in docs/tutor.md: without Landlock and seccomp (macOS, Windows, some containers) the audit hook
is all there is, and code that sets out to get round it, through memory or a C extension, does.
"""

import contextlib
import ctypes
import os
import site
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...words import catalogue, read_catalogues
from .answers import Note
from .guard import guard
from .linux import NO_NEW_PRIVILEGES, end_with, give_up_root, landlock
from .seccomp import refuse_system_calls

CPU_SECONDS = 600
FILE_BYTES = 64 << 20
OPEN_FILES = 128

KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE")
"""What is kept of the environment: no keys, no tokens."""
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

LIBRARY = Path(__file__).resolve().parents[2]
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/nix", "/gnu", "/System", "/Library"),
    *("/proc", "/sys/devices/system", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
    *(f"/etc/{name}" for name in ("ld.so.cache", "localtime", "os-release", "mime.types", "passwd", "nsswitch.conf")),
)
"""What programs and libraries read of a system."""

SAID = catalogue("tutor_running")


def environment(scratch: Path) -> dict[str, str]:
    """The environment of the process: what finds Python's modules, and the scratch directory for all the rest."""
    found = {name: os.environ[name] for name in KEPT if name in os.environ}
    modules = [str(Path(entry).resolve()) for entry in sys.path if entry]
    home = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(scratch))
    python = {"PYTHONPATH": os.pathsep.join(modules), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    if site.ENABLE_USER_SITE:
        python["PYTHONUSERBASE"] = site.getuserbase()
    return {**found, **home, **python, **dict.fromkeys(ONE_THREAD, "1")}


def isolate(scratch: Path, folders: Sequence[Path], memory: int, parent: int) -> list[Note]:
    """Build the walls around this process, for good; a Note for each that this system does not offer.

    folders    the learner's, whose files may be read
    parent     the process that this one ends with
    """
    read_catalogues()  # behind the walls no file of the library can be read
    scratch = scratch.resolve()
    os.chdir(scratch)
    sys.dont_write_bytecode = True
    python = [*sys.path, sys.prefix, sys.base_prefix, *os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)]
    own = [os.path.realpath(path) for path in (*python, *map(str, folders)) if path]
    readable = list(dict.fromkeys([*own, *map(os.path.realpath, SYSTEM)]))
    missing = []
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)  # which Landlock and seccomp want
        if not give_up_root(libc, scratch, [*own, str(scratch)]):
            missing.append("root")
        end_with(libc, parent)
        if not landlock(libc, scratch, [part for path in readable for part in without(path, str(LIBRARY))]):
            missing.append("landlock")
        if not refuse_system_calls(libc):
            missing.append("seccomp")
    else:
        missing.append("system")
    if not _limit(memory):
        missing.append("resources")
    sys.addaudithook(guard(str(scratch), readable, str(LIBRARY)))
    return [Note("isolation", "", SAID[f"walls.{one}"]) for one in missing]


def without(path: str, hidden: str) -> Iterator[str]:
    """The path where it does not lead to what is hidden, else its parts that do not."""
    if not (hidden + os.sep).startswith(path.rstrip(os.sep) + os.sep):
        if not path.startswith(hidden + os.sep):
            yield path
    elif path != hidden:
        with contextlib.suppress(OSError):  # it may be passed through, not looked at
            for entry in os.scandir(path):
                if not entry.is_symlink():  # what it leads to has its own place
                    yield from without(entry.path, hidden)


def _limit(memory: int) -> bool:
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
    for limit, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # lower already, or not known here (macOS)
            resource.setrlimit(limit, (most, most))
    return True
