import subprocess
import sys

from barreleye.tutor.running.isolation import environment
from barreleye.tutor.running.wire import pack, receive, send, unpack

HEAVY = ("jax", "matplotlib", "scipy", "sklearn", "pandas", "barreleye.nn", "barreleye.course", "barreleye.training")


def test_the_process_imports_little(tmp_path):
    program = f"import sys, barreleye.tutor.running.worker; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_process_speaks_over_its_pipes_and_ends_when_nobody_asks(tmp_path):
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "barreleye.tutor.running.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(tmp_path),
        cwd=tmp_path,
        start_new_session=True,
    )
    with worker:
        text = (
            "import os, sys\ndef f(a):\n    os.write(1, b'x'); print(a); sys.__stdout__.write('y')\n    return a + 1\n"
        )
        order = {"path": str(tmp_path / "a.py"), "cells": [["a.py", "", text]], "scratch": str(tmp_path), "avoided": []}
        send(worker.stdin, {**order, "seconds": 5, "memory": 1 << 30, "output": 1000})
        said = [receive(worker.stdout) for _ in range(3)]
        assert said[:2] == [{"ready": True}, {"statement": 0, "patient": True}]
        assert [function["name"] for function in said[2]["functions"]] == ["f"]
        send(worker.stdin, {"number": 4, "name": "f", "arguments": pack(((1,), {}))})
        answer = receive(worker.stdout)
        assert (answer["call"], unpack(answer["value"]), answer["printed"]) == (4, 2, "1\n")
        worker.stdin.close()
        assert worker.wait(10) == 0
