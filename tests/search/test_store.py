"""The file of the history: many processes at once, SIGKILL, files of others, disks that are full or read alone."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from barreleye.files.tensors import FileError
from barreleye.search import store
from barreleye.search.history import History


def program(code, *arguments):
    """A program that prints JSON, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


TOGETHER = """
import json, os, sys
from barreleye.search.history import History
path, processes, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
gate, opened = os.pipe()
children = []
for k in range(processes):
    child = os.fork()
    if child == 0:
        os.close(opened)
        os.read(gate, 1)  # all begin at once, on a file that is not there yet
        try:
            history = History(path)
            for i in range(rows):
                number = history.record({"kind": "fit", "source": f"{k}", "state": "running"})
                history.record({"kind": "fit", "source": f"{k}", "settings": {"seed": i}}, number)
                history.entries(limit=1)
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(1)
        os._exit(0)
    children.append(child)
os.close(opened)
print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]))
"""


@pytest.mark.parametrize(("processes", "rows", "times"), [(2, 40, 1), (8, 2, 5)])
def test_processes_that_write_at_once_wait_for_each_other_from_the_first_moment(processes, rows, times, tmp_path):
    for time in range(times):
        path = tmp_path / f"{time}.sqlite"
        assert program(TOGETHER, path, processes, rows) == [0] * processes
        found = History(path).entries()
        assert len(found) == processes * rows
        assert {(one.source, one.seed) for one in found} == {(f"{k}", i) for k in range(processes) for i in range(rows)}
        assert {one.state for one in found} == {"done"}


KILLED = """
import json, os, random, signal, sys, time
from barreleye.search.history import History
path, times = sys.argv[1], int(sys.argv[2])
random.seed(0)
acknowledged, lost = [], 0
for k in range(times):
    said, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        for i in range(10**6):
            number = History(path).record({"kind": "fit", "source": "x" * 5000, "settings": {"seed": k}})
            os.write(tell, b"%d\\n" % number)
    os.close(tell)
    with os.fdopen(said) as lines:
        numbers = [int(next(lines)) for _ in range(k % 5)]  # then it is killed in the middle of a later write
        time.sleep(random.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        numbers += map(int, lines)
    os.waitpid(child, 0)
    acknowledged.append(len(numbers))
    there = {one.number: one for one in History(path).entries()} if os.path.exists(path) else {}
    lost += sum(number not in there or there[number].seed != k for number in numbers)
print(json.dumps([acknowledged, lost]))
"""


def test_sigkill_in_a_loop_of_writes_loses_nothing_that_was_acknowledged(tmp_path):
    """A child writes without a pause; it is killed at 20 random moments, and each time all it has told of is there."""
    path = tmp_path / "history.sqlite"
    acknowledged, lost = program(KILLED, path, 20)
    assert lost == 0
    assert len(set(acknowledged)) >= 5, "it was killed at different moments"
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
    assert len(History(path).entries()) >= sum(acknowledged)


def test_each_write_is_flushed_to_the_disk(tmp_path):
    def told(db):
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]

    for _ in range(2):  # when the file is made, and when it is there
        assert store.transact(tmp_path / "a", told, writing=True) == ["wal", 2]  # 2: FULL, which SQLite does not keep


def test_who_is_in_the_way_for_too_long_is_told_of(tmp_path, monkeypatch):
    history = History(tmp_path / "history.sqlite")
    history.record({})
    other = sqlite3.connect(history.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    with pytest.raises(OSError, match=r"has been kept busy by other processes for 0\.1 seconds"):
        history.record({})
    assert len(history.entries()) == 1  # whoever reads waits for nobody
    other.close()
    history.record({})
    assert len(history.entries()) == 2


# Files that are no history, or not whole


def of_others(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (a)")
    db.close()


def newer(path):
    History(path).record({})
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 7")
    db.close()


def damaged(path):
    history = History(path)
    for _ in range(5):
        history.record({"notes": "x" * 5000})
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([255]) * 4000 + whole[4100:])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (of_others, "is an SQLite file of another program, and no history"),
        (newer, r"was written by a newer version of Barreleye \(its layout is 7, and this version knows 1\): update"),
        (damaged, r"is damaged \(database disk image is malformed\): restore it from a copy"),
        (lambda path: path.write_text("notes of my own\n" * 100), "is no history, nor any SQLite file"),
    ],
)
def test_a_file_that_is_no_whole_history_is_named_and_left_as_it_is(make, said, tmp_path):
    path = tmp_path / "mine"
    make(path)
    before = path.read_bytes()
    for use in (History(path).entries, lambda: History(path).record({}), lambda: History(path).read(1)):
        with pytest.raises(FileError, match=said) as caught:
            use()
        assert str(path) in str(caught.value)
        assert "BARRELEYE_HISTORY" in str(caught.value)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_history(tmp_path):
    (tmp_path / "a").touch()
    assert History(tmp_path / "a").record({}) == 1


def test_a_history_that_is_not_there_is_not_made_by_looking_for_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no history .* yet: it begins with the first run"):
        History(tmp_path / "a").entries()
    assert list(tmp_path.iterdir()) == []


AS_NOBODY = """
import json, os, sys
from barreleye.search.history import History
if os.getuid() == 0:
    os.setuid(65534)
history = History(sys.argv[1])
found = [one.source for one in history.entries()]
try:
    history.record({})
except OSError as error:
    found.append(str(error))
print(json.dumps(found))
"""


def test_a_history_that_may_be_read_alone_is_read():
    with TemporaryDirectory() as folder:  # one into which another user may look, where the tests are root's
        history = History(Path(folder, "history.sqlite"))
        history.record({"source": "iris"})
        history.path.chmod(0o444)
        history.path.parent.chmod(0o555)
        source, said = program(AS_NOBODY, history.path)
        history.path.parent.chmod(0o755)
    assert source == "iris"
    assert said.startswith(f"{history.path} cannot be used (")


LIMITED = """
import json, resource, sys
from barreleye.search.history import History
history = History(sys.argv[1])
history.record({"source": "before"})
resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))
try:
    for _ in range(100):
        history.record({"notes": "x" * 10000})
except OSError as error:
    said = str(error)
print(json.dumps([said, history.entries()[-1].source]))
"""


def test_a_full_disk_is_told_and_what_was_written_stays(tmp_path):
    """The kernel itself refuses in the middle of the write."""
    said, first = program(LIMITED, tmp_path / "history.sqlite")
    assert "cannot be used" in said
    assert first == "before"
    assert History(tmp_path / "history.sqlite").entries()[-1].source == "before"
