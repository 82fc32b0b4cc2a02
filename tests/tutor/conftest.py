"""What the tutor's tests share: a report with every part that one can have, and the check of an edited solution."""

import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from barreleye.course import dnn_utils, planar_utils
from barreleye.tutor.checking import check
from barreleye.tutor.report import Curves, Evidence, Finding, FunctionReport, Report
from barreleye.tutor.running.answers import Note
from barreleye.tutor.showing.shown import ShownReport
from barreleye.words import Text

SOLUTIONS = Path(__file__).parent / "solutions"
collect_ignore_glob = ["solutions/*"]
QUIET = Console(quiet=True)


@pytest.fixture
def report() -> ShownReport:
    no_mean = Finding(
        verdict="wrong",
        quantity="dW1",
        mistake="dW without 1/m",
        claim=Text("dW1 is m = 7 times too large: the 1/m is missing.", "dW1 大了 m = 7 倍：缺少 1/m。"),
        should="dW[1] = (1/m) dZ[1] A[0]ᵀ",
        seen="dW[1] = dZ[1] A[0]ᵀ",
        hint=Text("The cost is a mean over samples. What of its derivative?", "代价是对样本求平均。它的导数呢？"),
        solution="dW1 = np.dot(dZ1, X.T) / m",
        where="line 34",
        line="    dW1 = np.dot(dZ1, X.T)",
        evidence=(
            Evidence("dW1[0, 0]", "0.12344", "0.86408", Text("7 times too large", "大了 7 倍")),
            Evidence("dW1[0, 1]", "-0.031", "-0.217", Text("7 times too large", "大了 7 倍")),
        ),
    )
    silent = Finding(
        verdict="wrong",
        quantity="db1",
        mistake="db summed over units",
        claim=Text("db1 is one number: it was summed over the units too.", "db1 只是一个数：对单元也求了和。"),
        should="db[1] = (1/m) Σᵢ dZ[1]⁽ⁱ⁾",
        seen="db[1] = (1/m) Σ of all dZ[1]",
        curves=Curves(
            steps=(0, 500, 1000, 1500, 2000, 2500),
            right=(0.693, 0.4, 0.31, 0.28, 0.27, 0.2405),
            mistaken=(0.693, 0.42, 0.33, 0.27, 0.25, 0.243),
            right_accuracy=0.9075,
            mistaken_accuracy=0.905,
        ),
    )
    overflow = Finding(
        verdict="fragile",
        quantity="A",
        mistake=None,
        claim=Text("sigmoid overflows at -1000.", "sigmoid 在 -1000 处溢出。"),
        hint=Text("Which exponent is never positive?", "哪种指数永远不是正数？"),
    )
    return ShownReport(
        source="homework.py",
        functions=(
            FunctionReport("sigmoid", "sigmoid", Text("the sigmoid", "sigmoid 函数"), "line 5", (overflow,)),
            FunctionReport(
                "forward_propagation",
                "forward",
                Text("the forward pass", "前向传播"),
                "line 12",
                remarks=(Text("The hidden activation is tanh.", "隐藏层的激活函数是 tanh。"),),
            ),
            FunctionReport(
                "backward_propagation", "backward", Text("the backward pass", "反向传播"), "line 30", (no_mean, silent)
            ),
        ),
        notes=(
            Note("skipped", "line 50", Text("X = f() was not run", "X = f() 没有运行")),
            Note(
                "syntax",
                "cell 2, line 3",
                Text("cannot be read: invalid syntax: def f(:", "无法读取：invalid syntax：def f(:"),
            ),
        ),
        unknown=("plot_it",),
        seconds=1.25,
        lang="en",
    )


@pytest.fixture
def seconds() -> Callable[[], float]:
    """A function: the processor's seconds that the test has used, which no other program on the machine lengthens."""
    began = time.process_time()
    return lambda: time.process_time() - began


@pytest.fixture
def checked(tmp_path, monkeypatch) -> Callable[..., Report]:
    """``checked(solution, (old, new), ...)``: what check says of one of the solutions with these edits in its text.

    solution    the name of a file in the folder of solutions, or the text of one
    """
    for name, module in (("planar_utils", planar_utils), ("dnn_utils_v2", dnn_utils)):
        monkeypatch.setitem(sys.modules, name, module)
    count = itertools.count()

    def check_solution(solution: str, *edits: tuple[str, str]) -> Report:
        text = solution if "\n" in solution else (SOLUTIONS / f"{solution}.py").read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, f"{old!r} is not in the solution"
            text = text.replace(old, new)
        path = tmp_path / f"solution_{next(count)}.py"
        path.write_text(text, encoding="utf-8")
        names: dict = {"__name__": path.stem}
        exec(compile(text, str(path), "exec"), names)
        return check(names, console=QUIET)

    return check_solution
