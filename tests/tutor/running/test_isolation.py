import os
import subprocess
import sys

import pytest

from barreleye.tutor.running.isolation import ONE_THREAD, environment, without
from barreleye.tutor.running.linux import NOBODY, READ_ALL

BEGIN = """
import os, sys
from pathlib import Path
from barreleye.tutor.running import isolation
scratch, outside = Path(sys.argv[1]), Path(sys.argv[2])
"""
WITHOUT_PYTHON = "isolation.guard = lambda *_: lambda event, arguments: None\n"
ISOLATE = """
kept = os.open(outside / "kept", os.O_RDONLY)
notes = isolation.isolate(scratch, [outside], 1 << 30, os.getppid())
print([note.text.en for note in notes])
def attempt(action):
    try:
        action()
        return "done"
    except BaseException as error:
        return type(error).__name__
"""


def isolated(tmp_path, program, before=""):
    """What a program prints in an isolated process, the isolation's own notes first."""
    scratch, outside = tmp_path / "scratch", tmp_path / "outside"
    scratch.mkdir()
    outside.mkdir()
    (outside / "kept").write_text("kept")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + before + ISOLATE + program, str(scratch), str(outside)],
        capture_output=True,
        text=True,
        env=environment(scratch),
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in outside.iterdir()] == ["kept"]
    assert (outside / "kept").read_text() == "kept"
    return done.stdout.splitlines()


ATTACKS = {
    "write": "open(outside / 'new', 'w')",
    "append": "open(outside / 'kept', 'a')",
    "descriptor": "os.open(outside / 'new', os.O_CREAT | os.O_WRONLY)",
    "climb": "open('../outside/new', 'w')",
    "remove": "os.remove(outside / 'kept')",
    "rename": "os.rename(outside / 'kept', scratch / 'mine')",
    "move out": "(open('a', 'w').close(), os.rename('a', outside / 'a'))",
    "link": "(os.symlink(outside / 'kept', 'link'), open('link', 'w'))",
    "directory": "os.mkdir(outside / 'new')",
    "truncate": "os.truncate(outside / 'kept', 0)",
    "relative": "os.unlink('kept', dir_fd=os.open(outside, os.O_RDONLY))",
}
PROGRAMS = {
    "system": "os.system('true') and 1 / 0",
    "popen": "__import__('subprocess').run(['true'])",
    "exec": "os.execv('/bin/true', ['true'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
}
NETWORK = {
    "connect": "__import__('socket').create_connection(('127.0.0.1', 9), 1)",
    "datagram": "__import__('socket').socket(2, 2).sendto(b'', ('8.8.8.8', 53))",
    "name": "__import__('socket').getaddrinfo('example.org', 80)",
}
DESCRIPTORS = {
    "rights": "os.fchmod(kept, 0o777)",
    "rights by name": "os.chmod(outside / 'kept', 0o777)",
    "owner": "os.fchown(kept, os.getuid(), -1)",
    "times": "os.utime(kept)",
    "attributes": "os.setxattr(kept, 'user.a', b'x')",
}
OUTLIVING = {
    "fork": "os.fork()",
    "forkpty": "os.forkpty()",
    "unix": "__import__('socket').socket(1, 1).connect('/run/dbus/system_bus_socket')",
}
ONLY_KERNEL = {
    "pair": "__import__('socket').socketpair()",
    "memory file": "os.memfd_create('a')",
    "flags": "__import__('fcntl').ioctl(kept, 0x40086602, b'\\0' * 8)",
    "fork and exec": "__import__('multiprocessing').get_context('spawn').Process(target=print).start()",
    "priority": "os.setpriority(os.PRIO_USER, 0, 19)",
}
READING = {
    "library": "open(isolation.LIBRARY / 'course' / 'deep.py')",
    "climb back": "os.open('/proc/self/cwd' + '/..' * 40 + str(isolation.LIBRARY / '__init__.py'), os.O_RDONLY)",
    "secret": "open(outside.parent / 'secret')",
}
ONLY_PYTHON = {
    "signal": "os.kill(os.getppid(), 0)",
    "url": "__import__('urllib.request').request.urlopen('http://127.0.0.1')",
    "pool": "__import__('multiprocessing').get_context('fork').Process(target=print).start()",
    "ctypes": "__import__('ctypes').CDLL(None)",
    "symbol": "__import__('ctypes').pythonapi.Py_GetVersion",
    "limit": "__import__('resource').setrlimit(0, (1, 1))",
    "input": "input()",
    "database": "__import__('sqlite3').connect(outside / 'a.db')",
}


def attempts(attacks):
    return "".join(f"print(attempt(lambda: {attack}))\n" for attack in attacks.values())


def test_python_refuses_with_an_error_that_says_why(tmp_path):
    (tmp_path / "secret").write_text("secret")
    attacks = {**ATTACKS, **PROGRAMS, **NETWORK, **DESCRIPTORS, **OUTLIVING, **READING, **ONLY_PYTHON}
    _, *said = isolated(tmp_path, attempts(attacks))
    assert dict(zip(attacks, said, strict=True)) == dict.fromkeys(attacks, "Forbidden")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel refuses on Linux")
def test_the_kernel_refuses_without_pythons_help(tmp_path):
    (tmp_path / "secret").write_text("secret")
    signals = {"signal": "os.kill(os.getppid(), 0)", "group": "os.killpg(0, 0)"}
    refused = {**ATTACKS, **PROGRAMS, **NETWORK, **DESCRIPTORS, **OUTLIVING, **ONLY_KERNEL, **READING, **signals}
    notes, *said = isolated(tmp_path, attempts(refused), WITHOUT_PYTHON)
    if "Landlock" in notes or "seccomp" in notes:
        pytest.skip(f"not offered by this system: {notes}")
    others = {"system": "ZeroDivisionError", "name": "gaierror"}  # what Python makes of the refusal
    expected = {name: others.get(name, "PermissionError") for name in refused}
    assert dict(zip(refused, said, strict=True)) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel refuses on Linux")
def test_threads_and_signals_to_oneself_are_left(tmp_path):
    program = """
import threading, signal, subprocess
from concurrent.futures import ThreadPoolExecutor
print(sum(ThreadPoolExecutor(4).map(abs, [1, 2])), os.get_inheritable(kept), os.isatty(1))
signal.signal(signal.SIGUSR1, lambda *_: print("heard"))
signal.raise_signal(signal.SIGUSR1)
"""
    assert isolated(tmp_path, program, WITHOUT_PYTHON)[1:] == ["3 False False", "heard"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="for root alone")
def test_root_becomes_nobody_and_keeps_the_right_to_read_at_most(tmp_path):
    program = """
print(os.getresuid(), os.getresgid(), os.getgroups())
print([line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapPrm", "CapEff"))])
print(attempt(lambda: os.setuid(0)), attempt(lambda: open("/etc/shadow")), os.listdir(outside))
open("a", "w").write("a")
"""
    notes, *said = isolated(tmp_path, program, WITHOUT_PYTHON)
    assert notes == "[]"
    assert said[0] == str((NOBODY,) * 3) + f" {(NOBODY,) * 3} []"
    assert said[1] in (str([f"{READ_ALL:016x}"] * 2), str([f"{0:016x}"] * 2))
    assert said[2] == "PermissionError PermissionError ['kept']"


def test_a_folder_without_what_is_hidden_in_it(tmp_path):
    for name in ("a/library/x.py", "a/other/y.py", "b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    hidden, all_of_it = str(tmp_path / "a" / "library"), str(tmp_path)
    assert {path[len(all_of_it) :] for path in without(all_of_it, hidden)} == {"/a/other", "/b.py"}
    assert list(without(hidden, hidden)) == list(without(hidden + "/x.py", hidden)) == []
    assert list(without(hidden + "s", hidden)) == [hidden + "s"]


def test_the_scratch_directory_is_home_and_can_be_used(tmp_path):
    program = """
import tempfile
open("a", "w").write("a")
os.mkdir("b"); os.rename("a", "b/a"); os.remove("b/a"); os.rmdir("b")
tempfile.TemporaryFile().write(b"x")
open(os.devnull, "w").write("x")
print(Path.home() == Path.cwd() == scratch, len(os.listdir(outside)))
print(attempt(lambda: bytearray(2 << 30)))
print({name: os.environ.get(name) for name in ("SECRET_TOKEN", "OMP_NUM_THREADS")})
import threading
thread = threading.Thread(target=print, args=["thread"]); thread.start(); thread.join()
"""
    os.environ["SECRET_TOKEN"] = "x"
    try:
        said = isolated(tmp_path, program)
    finally:
        del os.environ["SECRET_TOKEN"]
    assert said[1:] == ["True 1", "MemoryError", "{'SECRET_TOKEN': None, 'OMP_NUM_THREADS': '1'}", "thread"]


def test_where_the_kernel_does_not_help_it_is_said(tmp_path):
    alone = "class Libc:\n    def prctl(*a): return -1\n    def capset(*a): return -1\n    def syscall(*a): return -1\n"
    alone += "isolation.ctypes.CDLL = lambda *a, **k: Libc()\n"
    notes, said = isolated(tmp_path, "print(attempt(lambda: open(outside / 'new', 'w')))", alone)
    assert "no seccomp" in notes
    assert "no Landlock" in notes
    assert said == "Forbidden"
    elsewhere = "sys.platform = 'darwin'\n"
    (tmp_path / "again").mkdir()
    notes, said = isolated(tmp_path / "again", "print(attempt(lambda: os.system('true')))", elsewhere)
    assert "not Linux" in notes
    assert said == "Forbidden"


def test_the_environment_finds_the_same_modules(tmp_path):
    found = environment(tmp_path)
    assert found["HOME"] == found["TMPDIR"] == str(tmp_path)
    assert all(found[name] == "1" for name in ONE_THREAD)
    program = "import barreleye, numpy; print(barreleye.__file__, numpy.__file__)"
    done = subprocess.run([sys.executable, "-c", program], env=found, cwd=tmp_path, capture_output=True, text=True)
    import numpy

    import barreleye

    assert done.stdout.split() == [barreleye.__file__, numpy.__file__]
