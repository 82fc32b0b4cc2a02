import os
import signal
import stat
import subprocess
import sys

import pytest

from barreleye.files.atomic import reserve, write_atomically


@pytest.mark.usefixtures("way")
def test_the_file_holds_what_was_written(tmp_path):
    path = tmp_path / "a"
    for data in (b"", b"first", b"second, longer", b"3"):
        write_atomically(path, data)
        assert path.read_bytes() == data
    write_atomically(str(path), b"as text")
    assert path.read_bytes() == b"as text"
    assert os.listdir(tmp_path) == ["a"]


def test_the_data_is_on_the_disk_before_the_name_leads_to_it(tmp_path, monkeypatch):
    """write, flush to the disk, rename, flush the folder: in this order, or a power cut could leave an empty file."""
    order = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, real=real, name=name: (order.append((name, size(a[0]))), real(*a))[1])
    write_atomically(tmp_path / "a", b"12345")
    assert order[:2] == [("fsync", 5), ("replace", 5)]
    assert order[2][0] == "fsync"


def size(file):
    return os.stat(file).st_size


@pytest.mark.usefixtures("way")
def test_a_new_file_gets_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path):
    path, umask = tmp_path / "a", os.umask(0o027)
    try:
        write_atomically(path, b"new")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        write_atomically(path, b"newer")
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
        assert os.umask(0o027) == 0o027, "the process keeps its mask"
    finally:
        os.umask(umask)


@pytest.fixture(params=["named when whole", "no nameless files", "no links to them"])
def way(request, monkeypatch):
    """The ways to write: with the system's nameless files, and where it has none or cannot name them."""

    def refuse(*_, **__):
        raise OSError(18, "Invalid cross-device link")

    if request.param == "no nameless files":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif request.param == "no links to them":
        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("call", ["fsync", "replace", "fdopen"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_failure_leaves_the_old_file_no_temporary_one_and_says_so(call, exists, tmp_path, monkeypatch):
    path = tmp_path / "a"
    if exists:
        path.write_bytes(b"old")

    def fails(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(OSError, match=r"could not write .No space left on device.") as caught:
        write_atomically(path, b"new")
    assert ("what was there before is kept" in str(caught.value)) == exists
    assert caught.value.filename == str(path)
    assert caught.value.errno == 28
    assert os.listdir(tmp_path) == (["a"] if exists else [])
    assert not exists or path.read_bytes() == b"old"


@pytest.mark.usefixtures("way")
def test_an_interruption_leaves_no_temporary_file(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", b"new")
    assert os.listdir(tmp_path) == []


KILLED = """
import os, signal, sys
from barreleye.files.atomic import reserve, write_atomically
os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
write_atomically(sys.argv[1], b"half a file")
"""


def test_nothing_stays_of_a_file_whose_writer_was_killed(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a")])
    assert done.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == []


def test_room_is_held_until_it_is_closed_and_what_is_not_there_is_an_error(tmp_path, monkeypatch):
    room = reserve(tmp_path, 2**20)
    assert os.listdir(tmp_path) == []
    assert os.fstat(room.fileno()).st_blocks * 512 >= 2**20
    room.close()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match=r"no room for 1,048,576 bytes .No space left on device.") as caught:
        reserve(tmp_path, 2**20)
    assert caught.value.filename == str(tmp_path)
    with pytest.raises(FileNotFoundError, match="no room for"):
        reserve(tmp_path / "missing", 1)


def test_no_handle_is_left_open(tmp_path, monkeypatch):
    def fails(*_, **__):
        raise OSError(5, "Input/output error")

    before = len(os.listdir("/proc/self/fd"))
    write_atomically(tmp_path / "a", b"data")
    for call in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, fails)
            with pytest.raises(OSError, match="could not write"):
                write_atomically(tmp_path / "a", b"new")
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("bad", "error"),
    [("file/inside", NotADirectoryError), ("missing/a", FileNotFoundError), ("folder", IsADirectoryError)],
)
def test_a_path_that_cannot_be_written_keeps_the_kind_of_its_error(bad, error, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(error, match="could not write"):
        write_atomically(tmp_path / bad, b"data")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_a_file_system_that_cannot_flush_a_folder_is_no_failure(tmp_path, monkeypatch):
    real = os.fsync

    def only_files(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", only_files)
    write_atomically(tmp_path / "a", b"data")
    assert (tmp_path / "a").read_bytes() == b"data"
