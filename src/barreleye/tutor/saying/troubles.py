"""What is said of a call that gave no value: an error, no end, too much of something."""

import re
from collections.abc import Mapping
from typing import Any

from ...words import Text
from ..casting.layouts import name_at
from ..report import UNJUDGED, WRONG, Finding
from ..running.answers import Answer, Function, Trouble
from .errors import meaning
from .judging import unjudged
from .places import at_line
from .shape_errors import Meaning

TROUBLE = {
    "timeout": Text("It did not finish in time: {message}", "它没有在规定时间内结束：{message}"),
    "memory": Text("It asked for more memory than it may have: {message}", "它要求的内存超过了上限：{message}"),
    "exit": Text(
        "It calls exit, which ends the whole program before anything is returned.",
        "它调用了 exit，还没有返回结果就结束了整个程序。",
    ),
    "crash": Text("It crashed Python itself: {message}", "它让 Python 本身崩溃了：{message}"),
    "large": Text("It gives more than can be compared: {message}", "它给出的结果太大，无法比较：{message}"),
    "stand-in": Text("It computes with something that is not there: {message}", "它用来计算的东西这里没有：{message}"),
    "output": Text("It printed without end: {message}", "它不停地打印：{message}"),
    "forbidden": Text(
        "It tried something that a check does not allow: {message}", "它尝试了检查中不允许的操作：{message}"
    ),
}


OWN_CLASS = Text(
    "It reads {name} from an object of a class of your own, which a check cannot make: hand its numbers over in a "
    "dictionary, a list or a tuple to have it judged.",
    "它从你自定义的类的对象中读取 {name}，检查程序无法构造这种对象：改用字典、列表或元组传递，才能判断。",
)


def stopped(
    function: Function, answer: Answer, available: Mapping[str, Any] = {}, at: tuple[str, str] | None = None
) -> Finding:
    """A call that gave no value, as a finding.

    available    what the function could ask for
    at           the line to look at, and its text; None: where it stopped
    """
    trouble = answer.trouble
    assert trouble is not None
    attribute = re.fullmatch(r"'(?:dict|list|tuple)' object has no attribute '(\w+)'", trouble.message)
    if attribute and name_at((attribute[1], 0)):
        return unjudged(function, OWN_CLASS.filled(name=attribute[1]))
    raised = trouble.type and trouble.kind not in TROUBLE
    message = f"{trouble.type}: {trouble.message}".rstrip(": .") if raised else trouble.message
    usual = Text("It stops with {message}", "它运行时出错：{message}")
    said = TROUBLE.get(trouble.kind, usual)
    claim = Text(said.en.format(message=message), said.zh.format(message=trouble.chinese or message))
    meant = meaning(trouble, function, available) if raised else Meaning()
    where, line = endless(function, trouble) or at or (trouble.where, trouble.line_text)
    if trouble.where not in ("", where) and raised:
        claim += Text(
            f" (in {trouble.where}, {trouble.calls[-1]})", f"（在 {trouble.where} 的 {trouble.calls[-1]} 中）"
        )
    return Finding(
        verdict=UNJUDGED if trouble.kind in ("lost", "large", "stand-in") else WRONG,
        quantity="",
        mistake="undefined name" if trouble.type == "NameError" else None,
        claim=claim + Text(f". {meant.words.en}", f"。{meant.words.zh}") if meant.words.en else claim,
        hint=meant.hint,
        solution=meant.solution,
        where=where or function.where,
        line=line,
        kind=trouble.type or trouble.kind,
    )


def endless(function: Function, trouble: Trouble) -> tuple[str, str] | None:
    """The while loop of a function that does not finish, around the line where it was stopped."""
    if trouble.kind != "timeout":
        return None
    reached = dict(zip(trouble.calls, trouble.lines, strict=False)).get(function.name, ("", ""))
    lines = function.source.splitlines()
    number = next((i for i, text in enumerate(lines, 1) if at_line(function, i) == reached), 0)
    loops = [i for i, text in enumerate(lines[:number], 1) if re.match(r"\s*while\b", text)]
    return at_line(function, loops[-1]) if loops else None
