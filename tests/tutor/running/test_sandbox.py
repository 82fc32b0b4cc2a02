import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from barreleye.tutor.running.answers import Held, Opaque
from barreleye.tutor.running.sandbox import Sandbox
from barreleye.tutor.running.wire import LONGEST_MESSAGE

SHORT = 0.5


@pytest.fixture
def sandbox(tmp_path):
    """A function that opens the Sandbox of a file of a text, or of cells; all of them are closed at the end."""
    opened = []

    def open_one(*cells, **options):
        if len(cells) == 1:
            path = tmp_path / "learner.py"
            path.write_text(textwrap.dedent(cells[0]), encoding="utf-8")
        else:
            path = tmp_path / "learner.ipynb"
            sources = [{"cell_type": "code", "source": textwrap.dedent(cell)} for cell in cells]
            path.write_text(json.dumps({"cells": sources}), encoding="utf-8")
        opened.append(Sandbox(path, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def said(sandbox, kind):
    return [f"{note.where}: {note.text.en}" for note in sandbox.notes if note.kind == kind]


def names(sandbox):
    return [function.name for function in sandbox.functions]


def test_values_travel_both_ways(sandbox):
    runner = sandbox(
        """\
        import numpy as np
        class Cache:
            pass
        def forward(X, parameters):
            cache = Cache()
            cache.A = np.tanh(parameters["W1"] @ X)
            return cache.A, (cache, {1: X}, X.flags.c_contiguous)
        def backward(cache, all_of_it, *, scale):
            return {"dA": scale * cache.A, "n": len(all_of_it)}
        def update(parameters):
            parameters["W1"] -= 1
            return parameters
        """
    )
    X, parameters = np.random.default_rng(1).standard_normal((2, 3)), {"W1": np.ones((4, 2))}
    first = runner.call("forward", X[:, ::-1], parameters)
    np.testing.assert_array_equal(first.value[0], np.tanh(parameters["W1"] @ X[:, ::-1]))
    assert first.value[1][0].type == "Cache"
    assert first.value[1][2] is False
    assert first.aliases == (((1, 1, 1), (0,)),)
    second = runner.call("backward", Held(first.call, (1, 0)), all_of_it=Held(first.call), scale=2.0)
    np.testing.assert_array_equal(second.value["dA"], 2 * first.value[0])
    assert second.value["n"] == 2
    third = runner.call("update", parameters)
    assert third.changed == ((0, "W1"),)
    assert (third.arguments_after[0][0]["W1"] == 0).all()
    assert (parameters["W1"] == 1).all()
    assert [a.call for a in (first, second, third)] == [1, 2, 3]
    with pytest.raises(KeyError, match="there is no function 'backword' in learner"):
        runner.call("backword")


def test_a_function_that_never_ends_costs_two_waits(sandbox):
    runner = sandbox(
        """\
        def keep(): return [1]
        def spin(x):
            def inner(n):
                while True:
                    n += 1
            inner(x)
        def take(a): return a
        """,
        seconds=SHORT,
    )
    held = Held(runner.call("keep").call)
    first = runner.call("spin", 0)
    assert (first.trouble.kind, first.trouble.message) == ("timeout", "still running after 0.5 s")
    assert first.trouble.where in ("line 4", "line 5")
    assert first.trouble.calls == ("spin", "inner")
    assert SHORT <= first.seconds < 4 * SHORT
    assert runner.call("take", held).trouble.kind == "lost"
    assert runner.call("take", Held(runner.call("keep").call)).value == [1]
    runner.call("spin", 0)
    begun = time.perf_counter()
    assert runner.call("spin", 0).trouble.kind == "timeout"
    assert time.perf_counter() - begun < 0.1
    assert runner.call("take", 5).value == 5


def test_a_stubborn_function_is_killed_with_all_that_it_started(sandbox, monkeypatch):
    killed = []
    really = os.killpg
    monkeypatch.setattr(os, "killpg", lambda group, number: (killed.append(group), really(group, number)))
    runner = sandbox(
        """\
        import os, signal, time
        def group(): return os.getpgrp()
        def stubborn():
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                try:
                    time.sleep(100)
                except BaseException:
                    pass
        """,
        seconds=SHORT,
    )
    group = runner.call("group").value
    assert group != os.getpgrp()
    assert runner.call("stubborn").trouble.kind == "timeout"
    assert set(killed) == {group}


def test_endless_loops_while_loading_are_left_out(sandbox, tmp_path):
    (tmp_path / "own.py").write_text("while True: pass")
    runner = sandbox(
        """\
        import numpy as np
        import own
        def f(): return a
        a = [1 for i in range(10**18)]
        b = 3
        def g(): return b
        while True:
            pass
        """,
        seconds=SHORT,
    )
    assert names(runner) == ["f", "g"]
    assert said(runner, "import") == ["line 2: import own was not run: still running after 0.5 s"]
    assert runner.notes[0].text.zh == "import own 没有运行：0.5 秒后仍未结束"
    assert said(runner, "skipped")[0] == "line 4: a = [1 for i in range(10**18)] was not run: still running after 0.5 s"
    assert runner.call("g").value == 3


def test_a_file_that_always_ends_its_process(sandbox, tmp_path):
    (tmp_path / "own.py").write_text("import os; os._exit(1)")
    runner = sandbox("import own as a\nimport own as b\nimport own as c\nimport own as d\ndef f(): pass")
    assert runner.functions == ()
    assert said(runner, "skipped") == [": the file ended its process 4 times while it was loaded"]


ENDS = """\
    import os, sys, ctypes, threading, time
    import numpy as np
    def leave(): sys.exit("bye")
    def leave_too(): quit()
    def out(): os._exit(7)
    def abort(): os.abort()
    def stack():
        sys.setrecursionlimit(10**9)
        nested = []
        for _ in range(10**5): nested = [nested]
        return str(nested)
    def memory(): return np.ones((10**5, 10**5)).sum()
    def lists():
        a = []
        while True:
            a.append(np.zeros(1 << 20))
    def flood():
        while True:
            print("x" * 1000)
    def huge(): return np.ones(10**7)
    def fork():
        while True:
            os.fork()
    def program():
        import subprocess
        subprocess.run(["true"])
    def network():
        import urllib.request
        urllib.request.urlopen("http://example.org").read()
    def write(): open(os.path.join(PLACE, "new"), "w").write("x")
    def scratch():
        open("a.txt", "w").write("x")
        return open("a.txt").read(), os.path.expanduser("~") == os.getcwd()
    def ask(): return input("learning rate: ")
    def signals(): os.kill(os.getppid(), 9)
    def threads():
        def forever():
            while True:
                time.sleep(0.001)
        threading.Thread(target=forever).start()
        return 1
    def sabotage():
        np.asarray = np.random.seed = np.exp = np.shares_memory = None
        np.ndarray = list
        sys.stdout = sys.stderr = None
        time.perf_counter = None
        return np.zeros(2)
    def fine(): return 1
"""


def test_whatever_a_function_does_is_survived_and_said(sandbox, tmp_path):
    runner = sandbox(ENDS.replace("PLACE", repr(str(tmp_path))), seconds=5.0, memory=1 << 30)
    expected = {
        "leave": ("exit", "bye", "line 3"),
        "leave_too": ("exit", "", "line 4"),
        "out": ("exit", "it left with status 7", ""),
        "abort": ("crash", "signal SIGABRT", ""),
        "memory": ("memory", "Unable to allocate 74.5 GiB", "line 12"),
        "lists": ("memory", "", "line 16"),
        "flood": ("output", "more than 1,048,576 bytes", "line 19"),
        "huge": ("large", "more than 200,000 parts or 32 MiB", ""),
        "fork": ("forbidden", "cannot start other programs or processes", "line 23"),
        "program": ("forbidden", "cannot start other programs or processes", "line 26"),
        "network": ("forbidden", "the network is not there", "line 29"),
        "write": ("forbidden", f"writing to {tmp_path.resolve()}/new is refused", "line 30"),
        "ask": ("forbidden", "nobody is there", "line 34"),
        "signals": ("forbidden", "cannot send signals", "line 35"),
    }
    for name, (kind, message, where) in expected.items():
        trouble = runner.call(name).trouble
        assert (trouble.kind, trouble.where) == (kind, where), trouble
        assert message in trouble.message
        assert trouble.chinese or kind in ("exit", "memory", "exception")  # what Python or the learner says stays
        assert runner.call("fine").value == 1
    assert not (tmp_path / "new").exists()
    assert runner.call("stack").trouble.kind in ("crash", "exception")
    assert runner.call("threads").value == 1
    assert runner.call("scratch").value == ("x", True)
    assert runner.call("sabotage").trouble.kind == "crash"  # and not a wait for the thread
    assert runner.call("fine").value == 1


def test_memory_used_up_to_the_last_byte_is_said_with_its_line(sandbox):
    text = "def chain():\n    link = None\n    while True:\n        link = (link,)\ndef fine(): return 1\n"
    runner = sandbox(text, seconds=20.0, memory=300 << 20)
    trouble = runner.call("chain").trouble
    assert (trouble.kind, trouble.where, trouble.calls) == ("memory", "line 4", ("chain",))
    assert runner.call("fine").value == 1


def test_nothing_is_left_behind(sandbox):
    runner = sandbox("import os\ndef f(): return os.getcwd(), os.getpid()\ndef end(): os._exit(0)")
    folder, process = runner.call("f").value
    assert Path(folder).is_dir()
    runner.call("end")
    assert not Path(folder).exists()
    other, process = runner.call("f").value
    runner.close()
    assert other != folder
    assert not Path(other).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_parent_that_forgets_to_close_leaves_nothing_either(tmp_path):
    (tmp_path / "a.py").write_text("import os\ndef f(): return os.getcwd()")
    program = f"from barreleye.tutor.running.sandbox import Sandbox\ns = Sandbox({str(tmp_path / 'a.py')!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", program + "print(s.call('f').value)\nimport sys; assert 'jax' not in sys.modules"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not Path(done.stdout.strip()).exists()


SCRIPT = """\
    import numpy as np
    import matplotlib
    matplotlib.use('TkAgg')
    import matplotlib.pyplot as plt
    import h5py_of_another_kind
    from planar_utils import plot_decision_boundary, sigmoid, load_planar_dataset
    from testCases_v2 import *
    from lr_utils import load_dataset
    np.random.seed(1)
    print("loading")
    X, Y = load_planar_dataset()
    plt.scatter(X[0, :], X[1, :], c=Y, s=40, cmap=plt.cm.Spectral)
    def sizes(parameters):
        plt.plot([1, 2])
        fig, ax = plt.subplots()
        return X.shape[1], sigmoid(0)
    def nn_model():
        while True:
            pass
    parameters = nn_model()
    costs = []
    for i in range(10 ** 9):
        costs.append(i)
    if __name__ == "__main__":
        nn_model()
"""


def test_a_script_of_the_course_is_loaded_without_being_run(sandbox):
    runner = sandbox(SCRIPT, seconds=SHORT)
    assert names(runner) == ["sizes", "nn_model"]
    assert runner.call("sizes", {}).value == (400, 0.5)
    text = "{} is replaced by a stand-in that does nothing"
    modules = ("matplotlib", "h5py_of_another_kind", "testCases_v2", "lr_utils")
    assert said(runner, "stand-in") == [f": {text.format(module)}" for module in modules]
    assert said(runner, "served") == [": planar_utils is barreleye.course.planar_utils"]
    assert said(runner, "skipped") == ["line 3: 8 statements at top level not run; the first: matplotlib.use('TkAgg')"]
    assert said(runner, "ran") == ["line 11: X, Y = load_planar_dataset() was run, because sizes uses the global X"]


def test_a_notebook_with_a_broken_cell(sandbox):
    runner = sandbox(
        "%matplotlib inline\nimport numpy as np\n!pip install nothing\n",
        "def f(x):\n    return x +\n\ndef g(x):\n    return x / 0\n",
        "def h():\n    return np.log(np.zeros(1))\nh()\n",
        "def h():\n    return np.log(np.zeros(2))\n",
    )
    assert [(function.name, function.where, function.line) for function in runner.functions] == [
        ("g", "cell 2, line 4", 4),
        ("h", "cell 4, line 1", 1),
    ]
    assert said(runner, "syntax") == ["cell 2, line 2: cannot be read: invalid syntax: return x +"]
    assert said(runner, "magic") == ["cell 1, line 1: not Python, left out: %matplotlib inline and 1 more"]
    trouble = runner.call("g", 1).trouble
    assert (trouble.where, trouble.line_text, trouble.calls) == ("cell 2, line 5", "return x / 0", ("g",))
    assert runner.call("h").warnings == ("RuntimeWarning: divide by zero encountered in log (cell 4, line 2)",)


def test_what_the_process_says_runs_nothing_here(sandbox):
    """A learner who finds the pipe can lie, and can do no more."""
    runner = sandbox(
        f"""\
        import os, pickle, json
        class Evil:
            def __reduce__(self): return os.system, ("touch /tmp/barreleye-was-here",)
            def __repr__(self): return "evil"
        def returned(): return Evil()
        def lie(kind):
            body = {{
                "pickle": pickle.dumps(Evil()),
                "dtype": json.dumps({{"call": 1, "value": {{"array": ["O", [1], "C", "AAAAAAAAAAA="]}}}}).encode(),
                "shape": b'{{"call": []}}',
                "notes": b'{{"notes": 5}}',
                "at": b'{{"at": 5}}',
                "deep": b"[" * 100000,
                "other": b'{{"call": 1, "seconds": 0, "printed": "", "warnings": []}}',
            }}.get(kind, b"")
            size = {LONGEST_MESSAGE + 1} if kind == "size" else len(body)
            for pipe in range(3, 20):
                try:
                    os.write(pipe, size.to_bytes(8, "big") + body)
                except OSError:
                    pass
            return "the truth"
        def lie2(kind): return lie(kind)
        def lie3(kind): return lie(kind)
        def lie4(kind): return lie(kind)
        """
    )
    assert runner.call("returned").value == Opaque("Evil", "evil")
    for i, kind in enumerate(["pickle", "dtype", "shape", "notes", "at", "deep", "size", "other"]):
        name = ("lie", "lie2", "lie3", "lie4")[i // 2]
        assert runner.call(name, kind).trouble.kind == "crash", kind
    assert runner.call("returned").value == Opaque("Evil", "evil")


def test_an_interrupted_call_is_not_answered_later(sandbox, monkeypatch):
    runner = sandbox("def f(x): return x")

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("barreleye.tutor.running.process.receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            runner.call("f", 1)
    assert runner.call("f", 2).value == 2


def test_what_is_printed_while_loading_is_said(sandbox, tmp_path):
    (tmp_path / "own.py").write_text("print('hello from own')")
    assert said(sandbox("import own"), "printed") == [": printed while loading: hello from own\n"]


def test_a_file_that_never_ends_loading_is_an_error(sandbox, monkeypatch):
    monkeypatch.setattr("barreleye.tutor.running.sandbox.LOADING", 0.0)
    with pytest.raises(RuntimeError, match="it is still loading after 0 s"):
        sandbox("x = 1")


def test_a_process_that_cannot_start_is_an_error(sandbox, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="did not start"):
        sandbox("x = 1")
