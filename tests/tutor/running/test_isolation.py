import os
import subprocess
import sys

import pytest

from barreleye.tutor.running.isolation import ONE_THREAD, environment

BEGIN = """
import os, sys
from pathlib import Path
from barreleye.tutor.running import isolation
scratch, outside = Path(sys.argv[1]), Path(sys.argv[2])
"""
WITHOUT_PYTHON = "isolation._guard = lambda scratch: lambda event, arguments: None\n"
ISOLATE = """
notes = isolation.isolate(scratch, 1 << 30)
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
ONLY_PYTHON = {
    "fork": "os.fork()",
    "signal": "os.kill(os.getppid(), 0)",
    "url": "__import__('urllib.request').request.urlopen('http://127.0.0.1')",
    "pool": "__import__('multiprocessing').get_context('fork').Process(target=print).start()",
    "ctypes": "__import__('ctypes').CDLL(None)",
    "symbol": "__import__('ctypes').pythonapi.Py_GetVersion",
    "limit": "__import__('resource').setrlimit(0, (1, 1))",
    "input": "input()",
    "database": "__import__('sqlite3').connect(outside / 'a.db')",
    "chmod": "os.chmod(outside / 'kept', 0)",
}


def attempts(attacks):
    return "".join(f"print(attempt(lambda: {attack}))\n" for attack in attacks.values())


def test_python_refuses_with_an_error_that_says_why(tmp_path):
    attacks = {**ATTACKS, **PROGRAMS, **NETWORK, **ONLY_PYTHON}
    _, *said = isolated(tmp_path, attempts(attacks))
    assert dict(zip(attacks, said, strict=True)) == dict.fromkeys(attacks, "Forbidden")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel refuses on Linux")
def test_the_kernel_refuses_without_pythons_help(tmp_path):
    signals = {"signal": "os.kill(os.getppid(), 0)"}
    notes, *said = isolated(tmp_path, attempts({**ATTACKS, **PROGRAMS, **NETWORK, **signals}), WITHOUT_PYTHON)
    said = dict(zip([*ATTACKS, *PROGRAMS, *NETWORK, *signals], said, strict=True))
    if "Landlock" in notes or "network" in notes:
        pytest.skip(f"not offered by this system: {notes}")
    programs = dict.fromkeys(PROGRAMS, "PermissionError") | {"system": "ZeroDivisionError"}
    assert {name: said[name] for name in PROGRAMS} == programs
    assert all(said[name] in ("PermissionError", "OSError") for name in ATTACKS), said
    assert all(said[name] in ("OSError", "gaierror", "PermissionError") for name in NETWORK), said
    assert said["signal"] == "PermissionError"


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
    alone = (
        "class Libc:\n    def prctl(*a): return -1\n    def unshare(*a): return -1\n    def syscall(*a): return -1\n"
    )
    alone += "isolation.ctypes.CDLL = lambda *a, **k: Libc()\n"
    notes, said = isolated(tmp_path, "print(attempt(lambda: open(outside / 'new', 'w')))", alone)
    assert "no network namespace" in notes
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
