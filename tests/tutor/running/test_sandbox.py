import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from barreleye.tutor.running import isolation
from barreleye.tutor.running.answers import Held
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
            cache.A = parameters["W1"] @ X  # by ones: a sum of two, which every processor rounds alike
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
    np.testing.assert_array_equal(first.value[0], parameters["W1"] @ X[:, ::-1])
    assert first.value[1][0].kind == "Cache"
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
    assert said(runner, "import") == ["line 2: import own was not run: still running after 2.5 s"]
    assert runner.notes[0].text.zh == "import own 没有运行：2.5 秒后仍未结束"
    assert said(runner, "skipped")[0] == "line 4: a = [1 for i in range(10**18)] was not run: still running after 0.5 s"
    assert runner.call("g").value == 3


def test_a_file_that_always_ends_its_process(sandbox, tmp_path):
    (tmp_path / "own.py").write_text("import os; os._exit(1)")
    runner = sandbox("import own as a\nimport own as b\nimport own as c\nimport own as d\ndef f(): pass")
    assert runner.functions == ()
    assert said(runner, "skipped") == [": the file could not be loaded: it ended its process 4 times"]


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
    assert runner.call("stack").trouble.kind in ("crash", "exception", "timeout")  # by the size of the stack
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
    assert runner.call("returned").value.kind == "Evil"
    for i, kind in enumerate(["pickle", "dtype", "shape", "notes", "at", "deep", "size", "other"]):
        name = ("lie", "lie2", "lie3", "lie4")[i // 2]
        assert runner.call(name, kind).trouble.kind == "crash", kind
    assert runner.call("returned").value.kind == "Evil"


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


def test_a_file_that_never_ends_loading_is_said(sandbox, monkeypatch):
    monkeypatch.setattr("barreleye.tutor.running.sandbox.LOADING", SHORT)
    runner = sandbox("@(lambda f: [1 for _ in iter(int, 1)])\ndef f(): pass", seconds=60.0)
    assert runner.functions == ()
    assert said(runner, "skipped") == [": the file could not be loaded: it is still loading after 0.5 s"]


def test_a_process_that_cannot_start_is_an_error(sandbox, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ChildProcessError, match="did not start"):
        sandbox("x = 1")


CHEAT = """\
import gc, os, sys, types

def answers(number, name, packed):
    import barreleye.course as course
    return {"call": number, "seconds": 0, "printed": "", "warnings": [], "value": course.sigmoid(packed)}

def found():
    try:
        from barreleye.course import sigmoid
        return type(sigmoid).__name__
    except ImportError as error:
        return str(error)

def read(path):
    return open(path).read()

def loaded(path):
    from importlib.machinery import PathFinder
    return PathFinder.find_spec("barreleye", [path]).loader.exec_module(types.ModuleType("barreleye"))

def raw(path):
    return os.read(os.open(path, os.O_RDONLY), 10)

def replace_the_caller():
    caller = next(one for one in gc.get_objects() if type(one).__name__ == "Caller")
    caller.call = answers

def sigmoid(z):
    return z
"""


def test_the_library_is_out_of_reach(sandbox):
    runner = sandbox(CHEAT)
    library = Path(isolation.LIBRARY)
    assert runner.call("found").value == "Silent"
    for name, path in (("read", library / "course" / "deep.py"), ("loaded", library.parent)):
        assert runner.call(name, str(path)).trouble.kind == "forbidden", name
    assert runner.call("replace_the_caller").trouble is None
    trouble = runner.call("sigmoid", 1.0).trouble  # what it answers with has no numbers
    assert trouble.kind == "crash"
    assert runner.call("sigmoid", 1.0).value == 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends it on Linux")
@pytest.mark.parametrize("sleep", ["while True: pass", "time.sleep(600)"])
def test_it_ends_with_the_process_that_started_it(tmp_path, sleep):
    text = "import signal, time, os\ndef f(path):\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
    text += "    print(os.getpid(), file=open(path, 'w'))\n    " + sleep
    (tmp_path / "a.py").write_text(text)
    program = "import sys\nfrom pathlib import Path\nfrom barreleye.tutor.running.sandbox import Sandbox\n"
    program += "runner = Sandbox(sys.argv[1], seconds=60)\nscratch = runner._process.scratch\n"
    program += "print(scratch, runner._process.process.pid, flush=True)\nrunner.call('f', str(scratch / 'begun'))"
    with subprocess.Popen([sys.executable, "-c", program, tmp_path / "a.py"], stdout=subprocess.PIPE) as parent:
        scratch, process = parent.stdout.readline().decode().split()
        begun = Path(scratch) / "begun"
        assert until(begun.exists)
        parent.kill()
    assert until(lambda: not Path(f"/proc/{process}/cmdline").exists())
    shutil.rmtree(scratch)  # which a parent that is killed cannot remove


def until(done, seconds=20):
    """Whether something comes true within so many seconds."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    return done()


HOSTILE = {
    "a declared encoding that is none": b"# coding: rot13\n",
    "another that is none": b"# coding: undefined\n",
    "null bytes": b"def g(z):\n    return z\0\n\n",
    "a default that sleeps": b"import time\ndef g(z, a=time.sleep(100)): pass\n",
    "a default without end": b"def g(z, a=[1 for _ in iter(int, 1)]): pass\n",
    "thousands of functions": b"".join(b"def g%d(z): pass\n" % i for i in range(3000)),
    "a name of a million characters": b"def " + b"g" * 1_000_000 + b"(z): pass\n",
    "brackets": b"x = " + b"(" * 100_000 + b"\n",
    "signs": b"x = " + b"-" * 100_000 + b"1\n",
    "attributes": b"def g(z): return z" + b".real" * 50_000 + b"\n",
    "branches": b"def g(z):\n    if z: pass\n" + b"    elif z: pass\n" * 3000,
    "a long number": b"x = " + b"9" * 10_000 + b"\n",
    "a bracket that is never closed": b"(\n" + b"x\n" * 5000,
    "an exit": b"import sys\nsys.exit(3)\n@(lambda f: sys.exit(3))\ndef g(): pass\n",
    "closed descriptors": b"import os\n@(lambda f: os.closerange(0, 100) or f)\ndef g(): pass\n",
    "an end of the process": b"import os\n@(lambda f: os._exit(0))\ndef g(): pass\n",
    "prints without end": b"@(lambda f: [print('x' * 9999) for _ in iter(int, 1)])\ndef g(): pass\n",
    "Ctrl-C": b"def c(f): raise KeyboardInterrupt\n@c\ndef g(): pass\n",
    "threads": b"import threading\nthreading.Thread(target=lambda: [1 for _ in iter(int, 1)]).start()\ndef g(): pass\n",
}
LAST = b"\ndef f(z):\n    return z\n"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_loaded_or_it_is_said_why_not(tmp_path, text):
    path = tmp_path / "a.py"
    path.write_bytes(text + LAST)
    with Sandbox(path, seconds=SHORT) as runner:
        assert len(runner.functions) <= 500
        if "f" in names(runner):
            assert runner.call("f", 2.0).value == 2.0
        else:
            assert runner.notes


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('x' * 120_000_000)",
        "raise type('x' * 1_000_000, (Exception,), {})",
        "import warnings; warnings.warn('x' * 120_000_000)",
        "return 10 ** 5000",
        "return {10 ** 400: 10 ** 5000}",
        "return type('x' * 1_000_000, (), {})()",
        "import threading; [threading.Thread(target=time.sleep, args=(99,)).start() for _ in iter(int, 1)]",
    ],
)
def test_what_a_function_says_is_of_a_length_that_can_be_shown(sandbox, body):
    runner = sandbox(f"import time\ndef f(): {body}\ndef g(): return 1\n", seconds=5.0)
    assert len(repr(runner.call("f"))) < 5000
    assert runner.call("g").value == 1


def test_a_forged_answer_of_120_megabytes_is_cut_or_refused(sandbox):
    """Whoever finds the pipe can say what a process says, at length."""
    runner = sandbox(
        """\
        import os
        def lie(text):
            body = b'{"call": 1, "seconds": 0, "warnings": [], "printed": ' + text.encode() * 120_000_000 + b'""}'
            for pipe in range(3, 20):
                try:
                    os.write(pipe, len(body).to_bytes(8, "big") + body)
                except OSError:
                    pass
        """,
        seconds=20.0,
    )
    trouble = runner.call("lie", "[").trouble
    assert (trouble.kind, "parts" in trouble.message) == ("crash", True)
