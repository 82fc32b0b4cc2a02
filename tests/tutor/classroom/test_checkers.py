"""Files checked in processes beside this one."""

import threading
import time

import pytest

from barreleye.tutor.classroom.checkers import checkers

UPDATE = "def update_parameters(p, grads, learning_rate=1.2):\n    "
RIGHT = UPDATE + "return {k: p[k] - learning_rate * grads['d' + k] for k in p}\n"
HANGS = UPDATE + "while True:\n        pass\n"


def test_reports_and_errors_come_back_and_a_check_that_runs_can_be_ended(tmp_path):
    for name, text in (("right.py", RIGHT), ("hangs.py", HANGS)):
        (tmp_path / name).write_text(text)
    stop = threading.Event()
    with checkers(2, 60.0) as check:
        assert check(tmp_path / "right.py", stop).functions[0].name == "update_parameters"
        with pytest.raises(FileNotFoundError):
            check(tmp_path / "nowhere.py", stop)
        threading.Timer(1.0, stop.set).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            check(tmp_path / "hangs.py", stop)
        assert time.monotonic() - began < 30


def test_one_at_a_time_is_checked_right_here(tmp_path):
    (tmp_path / "right.py").write_text(RIGHT)
    with checkers(1, 2.0) as check:
        assert check(tmp_path / "right.py", threading.Event()).verdict == "right"
