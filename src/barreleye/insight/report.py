"""The report of a run: one page, made of its record alone, in English or Chinese, as HTML or Markdown.

>>> record = {"source": "a.csv", "task": "regression", "target": {"names": ["rent"], "classes": []}, "columns": {},
...           "rows": {"train": 6, "test": 4}, "scores": {}, "training": {}, "settings": {}, "versions": {}}
>>> "<h1>rent, learnt from a.csv</h1>" in page(record).replace("<bdi>", "").replace("</bdi>", "")
True
>>> markdown(record, "zh").splitlines()[0]
'# 从 a.csv 学会 rent'
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from pathlib import Path, PurePath
from typing import Any

from jinja2 import ChainableUndefined, Environment, Template
from markupsafe import Markup, escape

from ..files.atomic import write_atomically
from ..files.tensors import whole
from ..models.record import read_record
from ..models.scores import tidy
from ..nn.validation import choose
from ..words import LANGUAGES, Text, catalogue, language
from .charts import shortened, written
from .sections import sections

CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
"""What no page may hold: control characters, and halves of characters."""
ACTING = re.compile(r"[\\`*_{}\[\]|~$#!]")
"""What acts in Markdown."""

Record = Mapping[str, Any]


def report(run: Record | str | Path, lang: str | None = None, format: str = "html") -> str:
    """The report of a run as text: a page of HTML that needs nothing else, Markdown, or the record as JSON.

    run       what ``barreleye train`` left: its folder, its run.json, or the record in it
    lang      "en" or "zh"; None: that of the locale
    format    "html", "md" or "json"

    Raises FileNotFoundError where there is no record, FileError (a ValueError) for what is no whole one, and ValueError
    for another language or format.

    >>> report({"source": "a.csv"}, format="text")
    Traceback (most recent call last):
    ...
    ValueError: format='text' is unknown; choose one of: html, md, json
    """
    made = choose("format", format, FORMATS)
    lang = choose("lang", lang or language(), {name: name for name in LANGUAGES})
    if not isinstance(run, str | Path):
        return made(run, lang)
    record = read_record(run)
    with whole(run, "record of a run"):
        return made(record, lang)


def write_report(path: Path, run: Record | str | Path, lang: str, format: str = "html") -> None:
    """Write ``report`` to a file, in place of an earlier one. Raises as it does, and OSError for the file."""
    write_atomically(path, report(run, lang, format).encode(errors="replace"))


def page(record: Record, lang: str = "en") -> str:
    """The report as one page of HTML: no script, nothing that is fetched. Whatever comes from a file is escaped."""
    return rendered("report.html.jinja", record, lang, in_html, lambda name: Markup("<bdi>{}</bdi>").format(name))


def markdown(record: Record, lang: str = "en") -> str:
    """The report as Markdown: its words and tables, without pictures."""
    return rendered("report.md.jinja", record, lang, in_markdown, in_markdown)


def as_json(record: Record, lang: str = "en") -> str:
    """The record itself, which speaks to programs and has no language of its own."""
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Record, str], str]] = {"html": page, "md": markdown, "json": as_json}


def rendered(file: str, record: Record, lang: str, safe: Callable[[Any], Markup], name: Callable[[Any], Markup]) -> str:
    """The template of that file filled in; ``safe`` makes of any value what acts on nothing, ``name`` of a name."""
    said = partial(words, lang, safe)
    found = sections(record, said, name)
    text = template(file).render(
        r=record,
        sections=found,
        said=said,
        name=name,
        lang=lang,
        own=partial(own, lang),
        source=PurePath(record["source"]).name,
        total=sum(record["rows"].values()),
        learnt=sum(one.get("inputs", 0) > 0 for one in record["columns"].values()),
        command=shlex.join(["barreleye", *map(str, record.get("command", []))]),
        style=beside("report.css"),
    )
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text).strip() + "\n"


def words(lang: str, safe: Callable[[Any], Markup], key: str, /, **values: Any) -> Markup:
    """The text of that key; a key of names that come from elsewhere, such as scores', stands for itself if unknown."""
    texts = catalogue("report")
    text = texts.get(key) or Text(*[str(safe(key.partition(".")[2])).replace("{", "{{").replace("}", "}}")] * 2)
    return Markup(text.filled(**{name: safe(value) for name, value in values.items()}).said(lang))


def own(lang: str, value: Any) -> Any:
    """What a finding says in that language, where it says it in both; else the value."""
    return value.get(lang, "") if isinstance(value, Mapping) and set(LANGUAGES) <= value.keys() else value


def in_html(value: Any) -> Markup:
    """A value as HTML that acts on nothing."""
    return escape(value)


def in_markdown(value: Any) -> Markup:
    """A value as Markdown that acts on nothing, on one line.

    >>> print(in_markdown("a|b <script> *c*"))
    a\\|b &lt;script> \\*c\\*
    """
    if isinstance(value, Markup):
        return value
    text = " ".join(str(value).split()).replace("&", "&amp;").replace("<", "&lt;")
    return Markup(ACTING.sub(r"\\\g<0>", text))


@cache
def template(file: str) -> Template:
    """The template in that file beside this page."""
    html = file.startswith("report.html")
    environment = Environment(
        autoescape=html,
        finalize=None if html else in_markdown,
        undefined=ChainableUndefined,  # an earlier version's record lacks some of it
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "percent": percent, "short": shortened, "score": score}
    return environment.from_string(beside(file))


def beside(file: str) -> str:
    """The text of a file beside this page."""
    return (files(__package__) / file).read_text(encoding="utf-8")


def number(value: Any, digits: int = 4) -> str:
    """A number as long as a person would read it; a dash for none.

    >>> number(0.98765), number(1363.0), number(None), number(2510), number(0.98765, 2)
    ('0.9877', '1,363', '–', '2,510', '0.99')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–" if value is None or isinstance(value, ChainableUndefined) else str(value)
    return f"{value:,}" if isinstance(value, int) else written(value, digits)


def score(value: Any) -> str:
    """A score as the command prints it; a dash for none."""
    return tidy(value) if isinstance(value, int | float) else "–"


def percent(value: Any, digits: int = 0) -> str:
    """A share in hundredths; what is more than none is never written as none, nor what is less than all as all.

    >>> percent(0.5), percent(0.001), percent(0.9999), percent(None)
    ('50%', '<1%', '>99%', '–')
    """
    if not isinstance(value, int | float):
        return "–"
    if not digits and 0 < value < 0.005:
        return "<1%"
    return ">99%" if not digits and 0.995 <= value < 1 else f"{value:.{digits}%}"
