"""The fixed words of the tutor's reports, in both languages side by side. A finding brings its own."""

import re
from typing import Any

from ...words import Text
from ..report import FRAGILE, RIGHT, UNJUDGED, WRONG

SIGNS = {RIGHT: "✓", FRAGILE: "!", WRONG: "✗", UNJUDGED: "?"}

LABELS = {
    # verdicts
    RIGHT: Text("right", "正确"),
    FRAGILE: Text("fragile", "不够稳健"),
    WRONG: Text("wrong", "有误"),
    UNJUDGED: Text("not judged", "无法判断"),
    # one report
    "title": Text("Check of {source}", "检查 {source}"),
    "none": Text("no function of the course found", "没有找到课程中的函数"),
    "none checked": Text("no function that is checked yet", "没有目前可以检查的函数"),
    "count right": Text("{n} right", "{n} 个正确"),
    "count fragile": Text("{n} fragile", "{n} 个不够稳健"),
    "count wrong": Text("{n} wrong", "{n} 个有误"),
    "count unjudged": Text("{n} not judged", "{n} 个无法判断"),
    "fault": Text(
        "error: barreleye itself failed here ({error}); BARRELEYE_TRACEBACK=1 shows where",
        "错误：barreleye 自己在处理时出了错（{error}）；设置 BARRELEYE_TRACEBACK=1 可以看到出错的位置",
    ),
    "unread": Text("a part cannot be read", "有一部分无法读取"),
    "should": Text("should be", "应为"),
    "seen": Text("appears as", "看起来是"),
    "quantity": Text("quantity", "量"),
    "got": Text("yours", "你的结果"),
    "difference": Text("difference", "差别"),
    "hint": Text("Hint", "提示"),
    "solution": Text("Solution", "答案"),
    "notes": Text("Also noticed", "另外注意到"),
    "unknown": Text("Not functions of the course, left alone: {names}", "不是课程中的函数，未作检查：{names}"),
    "unchecked": Text("Of the course, but not checked yet: {names}", "属于课程，但目前还不检查：{names}"),
    "more": Text("and {n} more like this", "以及另外 {n} 处同类情况"),
    # curves
    "curves": Text(
        "The cost while training on the flower, {steps} steps at rate {rate}",
        "在花形数据上以学习率 {rate} 训练 {steps} 步时的代价",
    ),
    "right curve": Text("right equation", "正确的公式"),
    "mistaken curve": Text("this equation", "这里的公式"),
    "ends": Text("{accuracy} correct, cost {cost}", "准确率 {accuracy}，代价 {cost}"),
    "diverged": Text("stopped at step {step}: the numbers overflowed", "第 {step} 步数值溢出而停止"),
    "by heart": Text(
        "It learns these samples by heart: b has grown to one number for each of them, and a new sample has none.",
        "它把这些样本背了下来：b 变成了每个样本一个数，而新的样本没有这样的数。",
    ),
    "silent": Text(
        "No learning curve would have shown this mistake: training ends at {mistaken_accuracy} correct (right "
        "equation: {right_accuracy}) and at cost {mistaken_cost} (right equation: {right_cost}).",
        "学习曲线看不出这个错误：训练结束时准确率为 {mistaken_accuracy}（正确的公式：{right_accuracy}），"
        "代价为 {mistaken_cost}（正确的公式：{right_cost}）。",
    ),
    # what to do next
    "next syntax": Text(
        "Next: {where} cannot be read as Python; mend that first, and check again.",
        "下一步：这里无法作为 Python 读取：{where}。先改好，再检查一次。",
    ),
    "next wrong": Text("Next: look at {name}, change it, and check again.", "下一步：看看 {name}，改好后再检查一次。"),
    "next fragile": Text(
        "The mathematics is right. Next, mend what is fragile, as said above: {name}.",
        "数学上没有问题。下一步：按上面所说，改好不够稳健的地方：{name}。",
    ),
    "next fragile so far": Text(
        "The mathematics of what was checked is right. Next, mend what is fragile, as said above: {name}.",
        "检查过的部分，数学上没有问题。下一步：按上面所说，改好不够稳健的地方：{name}。",
    ),
    "next right": Text("All of it is right. Well done!", "全部正确，做得好！"),
    "next right so far": Text("All that was checked is right. Well done!", "检查过的全部正确，做得好！"),
    "next unjudged": Text("{name} could not be judged; the lines above say why.", "{name} 无法判断，原因见上。"),
    "next none": Text(
        "Next: name the functions as the course does (forward_propagation, compute_cost, backward_propagation, ...), "
        "so that they can be found.",
        "下一步：请按课程的名字给函数命名（forward_propagation、compute_cost、backward_propagation 等），"
        "以便找到它们。",
    ),
    "next unchecked": Text(
        "Nothing to do here: these functions of the course are not checked yet.",
        "这里暂时无事可做：这些课程函数目前还不检查。",
    ),
    "next solution": Text("{ask} shows the line itself.", "用 {ask} 可以看到那一行代码。"),
    # a class
    "grades": Text("Grades of {folder}", "{folder} 的检查结果"),
    "files": Text("Files", "文件"),
    "file": Text("file", "文件"),
    "right count": Text("right", "正确数"),
    "fragile count": Text("fragile", "不够稳健数"),
    "found count": Text("found", "函数数"),
    "verdict": Text("verdict", "结论"),
    "mistakes": Text("mistakes", "错误"),
    "remarks": Text("remarks", "备注"),
    "commonest": Text("The commonest mistakes", "最常见的错误"),
    "in files": Text("files", "文件数"),
    "no mistakes": Text("No mistakes were found.", "没有发现错误。"),
    "not checked": Text("could not be checked: {why}", "无法检查：{why}"),
    "of files": Text(
        "{right} of {total} files all right, {fragile} more right but fragile",
        "{total} 个文件中 {right} 个全部正确，另有 {fragile} 个正确但不够稳健",
    ),
    "unnamed": Text(
        "{title}: {quantity} is wrong in a way that has no name", "{title}：{quantity} 有误，不属于任何已知的错误"
    ),
    "same text": Text("the same text as {files}", "内容与 {files} 完全相同"),
    "same text as many": Text(
        "the same text as {files} and {more} more", "内容与 {files} 以及另外 {more} 个文件完全相同"
    ),
    "saved": Text("Written: {files}", "已写入：{files}"),
    "partial": Text("Interrupted: {done} of {total} files checked.", "已中断：{total} 个文件中检查了 {done} 个。"),
}


def label(name: str, lang: str, /, **values: Any) -> str:
    """The fixed words called ``name``, filled in.

    >>> label("title", "zh", source="a.py")
    '检查 a.py'
    """
    return LABELS[name].filled(**values).said(lang)


def place(where: str, lang: str) -> str:
    """A place in a file, in the language.

    >>> place("cell 3, line 12", "zh")
    '第 3 单元格，第 12 行'
    """
    if lang == "zh":
        where = re.sub(r"\bline (\d+)", r"第 \1 行", where)
        where = re.sub(r"\bcell (\d+)", r"第 \1 单元格", where).replace(", ", "，")
    return where


def bracketed(text: str, lang: str) -> str:
    """A remark behind a name, with the blank before it.

    >>> bracketed("line 3", "en"), bracketed("第 3 行", "zh")
    (' (line 3)', '（第 3 行）')
    """
    return f"（{text}）" if lang == "zh" else f" ({text})"


def separator(lang: str) -> str:
    return "，" if lang == "zh" else ", "


def colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "
