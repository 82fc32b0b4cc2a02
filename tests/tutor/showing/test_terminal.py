"""The report on the screen, at fixed widths and without colour."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from barreleye.tutor.report import Report
from barreleye.tutor.showing.terminal import plain_text, terminal_report


def printed(report, lang="en", *, hint="equation", width=80, **options):
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, **options)
    console.print(terminal_report(report, lang, hint))
    return console.file.getvalue()


def test_everything_found_is_said(report):
    text = printed(report)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "homework.py: 1 right, 1 fragile, 1 wrong, a part cannot be read"
    assert "✓ right: forward_propagation" in lines
    assert "forward_propagation: The hidden activation is tanh." in lines
    assert lines.index("✗ backward_propagation (line 30)  the backward pass: wrong") < lines.index(
        "! sigmoid (line 5)  the sigmoid: fragile"
    )
    assert "dW1 is m = 7 times too large: the 1/m is missing." in lines
    assert "should be   dW[1] = (1/m) dZ[1] A[0]ᵀ" in lines
    assert "appears as  dW[1] = dZ[1] A[0]ᵀ" in lines
    assert "line 34     dW1 = np.dot(dZ1, X.T)" in lines
    assert "dW1[0, 0]  0.12344    0.86408  7 times too large" in lines
    assert "Hint: The cost is a mean over samples. What of its derivative?" in lines
    assert "Not functions of the course, left alone: plot_it" in lines


def test_everything_found_is_said_in_chinese(report):
    text = printed(report, "zh", width=120)
    for words in (
        "dW1 大了 m = 7 倍：缺少 1/m。",
        "应为",
        "看起来是",
        "第 34 行",
        "大了 7 倍",
        "提示：",
        "反向传播：有误",
    ):
        assert words in text
    assert "Hint" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_line_itself_is_shown_on_request_alone(report, lang):
    assert "np.dot(dZ1, X.T) / m" not in printed(report, lang)
    assert "--hint line" in printed(report, lang)
    assert "np.dot(dZ1, X.T) / m" in printed(report, lang, hint="line")
    assert "--hint line" not in printed(report, lang, hint="line")


def test_a_silent_mistake_is_called_one(report):
    text = " ".join(printed(report).split())
    assert "No learning curve would have shown this mistake: training ends at 90.50% correct" in text
    assert "(right equation: 90.75%) and at cost 0.243 (right equation: 0.2405)" in text


def test_a_mistake_that_shows_is_not_called_silent(report):
    function = report.functions[2]
    finding = function.findings[1]
    loud = replace(finding, curves=replace(finding.curves, mistaken=(0.69, 0.8, 3.0), mistaken_accuracy=0.5))
    text = printed(Report("a.py", (replace(function, findings=(loud,)),)))
    assert "No learning curve" not in text
    assert "stopped at step 1500: the numbers overflowed" in " ".join(text.split())


@pytest.mark.parametrize(("width", "in_rows"), [(30, True), (40, True), (50, False), (80, False)])
def test_no_word_is_cut_on_a_narrow_screen(report, width, in_rows):
    shown = printed(report, width=width).split()
    assert {"dW1[0,", "0.12344", "0.86408", "times", "large", "backward_propagation"} <= set(shown)
    assert shown.count("yours:") == 2 * in_rows
    assert shown.count("yours") == (not in_rows)


@pytest.mark.parametrize("width", [30, 40, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_keeps_to_the_width(report, lang, width):
    text = printed(report, lang, hint="line", width=width)
    assert max(map(cell_len, text.splitlines())) <= width


def test_no_line_ends_with_blanks(report):
    assert all(line == line.rstrip() for line in printed(report, hint="line").splitlines())


def test_a_long_caption_cuts_no_chart(report):
    function = report.functions[2]
    finding = function.findings[1]
    short = replace(finding, curves=replace(finding.curves, mistaken=(0.69, 0.8)))
    text = printed(Report("a.py", (replace(function, findings=(short,)),)))
    assert "overflowed" in text
    assert "…" not in text


def test_every_line_of_a_solution_is_shown(report):
    finding = replace(report.functions[2].findings[0], solution="dW2 = 1\ndW1 = 2")
    text = printed(Report("a.py", (replace(report.functions[2], findings=(finding,)),)), hint="line")
    assert "Solution:\n    dW2 = 1\n    dW1 = 2\n" in text


def test_colour_adds_nothing_but_colour(report):
    coloured = printed(report, force_terminal=True, color_system="truecolor")
    assert "\x1b[" in coloured
    console = Console(file=io.StringIO(), width=80)
    console.print(terminal_report(report))
    assert "\x1b" not in console.file.getvalue()


def test_markup_and_control_characters_of_a_learner_act_on_nothing(report):
    hostile = replace(report.functions[1], name="[bold]x[/]\x1b[2J\x07:smile:")
    text = printed(Report("\x1b]0;title\x07.py", (hostile,)), force_terminal=True, color_system=None)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]x[/]" in text
    assert ":smile:" in text


def test_the_last_line_says_what_to_mend_beside_right_functions(report):
    right = replace(report, functions=report.functions[1:2])
    lines = printed(right).splitlines()
    assert lines[0] == "homework.py: 1 right, a part cannot be read"
    assert lines[-1] == "Next: cell 2, line 3 cannot be read as Python; mend that first, and check again."
    assert printed(right, "zh").splitlines()[-1] == (
        "下一步：这里无法作为 Python 读取：第 2 单元格，第 3 行。先改好，再检查一次。"
    )


def test_plain_text_is_the_same_everywhere(report, monkeypatch):
    text = plain_text(report)
    for name, value in (("FORCE_COLOR", "1"), ("COLUMNS", "33"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)
    assert plain_text(report) == text
    assert "\x1b" not in text
    assert max(map(cell_len, text.splitlines())) <= 80
    assert all(row == row.rstrip() for row in text.splitlines())
    assert text.endswith('report.said(hint="line") shows the line itself.')


def test_an_empty_file_is_told_what_to_do():
    assert "name the functions as the course does" in " ".join(printed(Report("a.py", ())).split())


@pytest.mark.parametrize(("encoding", "sign", "axis"), [("ascii", "x", "|"), ("gbk", "×", "│"), ("utf-8", "✗", "│")])
def test_signs_and_curves_are_told_apart_in_every_encoding(report, encoding, sign, axis):
    written = io.BytesIO()
    console = Console(file=io.TextIOWrapper(written, encoding, errors="strict"), width=80)
    console.print(terminal_report(report))
    console.file.flush()
    text = written.getvalue().decode(encoding)
    assert f"{sign} backward_propagation" in text
    assert "?" not in text.replace("derivative?", "").replace("positive?", "")
    assert f"0.69 {axis}" in text
