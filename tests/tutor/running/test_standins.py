import copy
import subprocess
import sys

import numpy as np
import pytest

from barreleye.tutor.running.standins import Silent, SilentModule


@pytest.fixture
def plt():
    return Silent("plt")


def test_a_silent_thing_accepts_what_plots_do(plt):
    figure, axes = plt.subplots(1, 2, figsize=(3, 4))
    (line,) = axes[0].plot([1, 2], "r--")
    _, b = plt.two()
    with plt.style.context("x") as context:
        context.anything = 3
    axes["a"] = figure + 1
    assert -plt * 2 is not None
    assert (plt > 3) is False
    first, *others = plt.many()
    assert (isinstance(first, Silent), others) == (True, [])
    while plt.camera.isOpened():
        raise AssertionError("a silent thing is false")
    assert list(plt.gcf().axes) == []
    assert list(zip(plt.a, b, strict=True)) == []
    assert isinstance(line.get_color(), Silent)
    assert repr(plt.figure().axes) == "<stand-in for plt.figure().axes>"


def test_decorators_and_bases_do_nothing(plt):
    @plt.njit(parallel=True)
    @plt.njit
    def f(x):
        return x + 1

    class Net(plt.Module):
        pass

    assert f(1) == 2
    assert Net.__bases__ == (object,)


def test_a_silent_thing_has_no_numbers(plt):
    for compute in (lambda: np.exp(plt.x), lambda: np.ones(2) * plt.x, lambda: np.array(plt.x), lambda: float(plt.x)):
        with pytest.raises(TypeError):
            compute()
    with pytest.raises(TypeError, match=r"plt.x, whose module is not loaded in a check"):
        np.dot(np.ones(2), plt.x)


def test_a_silent_thing_can_be_copied(plt):
    assert repr(copy.deepcopy(plt)) == repr(plt)


def test_a_silent_module_has_every_name_and_no_protocol():
    module = SilentModule("testCases")
    assert isinstance(module.forward_test_case(), Silent)
    with pytest.raises(AttributeError):
        module.__wrapped__  # noqa: B018


def find(folder, text):
    """What a learner's file in ``folder`` with that text prints, run in a process in which stand-ins are installed."""
    file = folder / "learner.py"
    file.write_text(text)
    program = f"""
import sys
from pathlib import Path
from barreleye.tutor.running.helpers import served
from barreleye.tutor.running.standins import StandIns
folder = Path({str(folder)!r})
notes = []
sys.path.insert(0, str(folder))
helpers = served(["planar_utils", "dnn_utils_v2"])
standins = StandIns(folder, lambda file: Path(file).parent == folder, notes.append, helpers)
standins.install()
names = {{"standins": standins}}
exec(compile((folder / "learner.py").read_text(), str(folder / "learner.py"), "exec"), names)
for note in notes: print(note.kind, note.text.en)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_what_a_learner_imports(tmp_path):
    (tmp_path / "reg_utils.py").write_text("mine = 1")
    said = find(
        tmp_path,
        """
import matplotlib, matplotlib.pyplot as plt
from mpl_toolkits.mplot3d import Axes3D
from planar_utils import *
from dnn_utils_v2 import sigmoid as pair
from testCases_v2 import *
import lr_utils
import nosuch.inner.part as part
from reg_utils import mine
from tqdm.notebook import tqdm, trange
import importlib
importlib.import_module("other_missing")
import barreleye.course, gc_utils
matplotlib.use("TkAgg")
assert load_planar_dataset()[0].shape == (2, 400) and len(pair(0.0)) == 2 and mine == 1
assert lr_utils.load_dataset()[0].shape == (209, 64, 64, 3)
assert list(tqdm([1, 2])) == [1, 2] and list(trange(2)) == [0, 1]
for missing in ("numpy.nosuch", "os.nosuch"):
    try:
        importlib.import_module(missing)
    except ModuleNotFoundError as error:
        print(error.name)
standins.guarded = True
try:
    import cupy
except ImportError:
    print("guarded")
import scipy.special
assert "__path__" in vars(scipy)
""",
    )
    assert said[:3] == ["numpy.nosuch", "os.nosuch", "guarded"]
    text = "stand-in {} is replaced by a stand-in that does nothing"
    assert said[3:] == [
        text.format("matplotlib"),
        text.format("mpl_toolkits"),
        "served planar_utils is barreleye.course.planar_utils",
        "served dnn_utils_v2 is barreleye.course.dnn_utils",
        text.format("testCases_v2"),
        text.format("lr_utils"),
        text.format("nosuch"),
        text.format("tqdm"),
        text.format("other_missing"),
        text.format("barreleye"),
        text.format("gc_utils"),
    ]


def test_libraries_find_what_is_there_and_nothing_else(tmp_path):
    installed = tmp_path / "elsewhere"
    installed.mkdir()
    (installed / "library.py").write_text(
        "try:\n    import nosuch\nexcept ImportError:\n    found = 'as ever'\nfrom matplotlib import __version__\n"
    )
    said = find(
        tmp_path, f"sys = __import__('sys')\nsys.path.append({str(installed)!r})\nimport library\nprint(library.found)"
    )
    assert said == ["as ever"]
