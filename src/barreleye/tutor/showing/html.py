"""HTML elements made so that text stays text: what is no ``Html`` already is escaped, and acts on nothing."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from ..printable import printable


class Html(str):
    """Text that is markup already."""


Child: TypeAlias = "str | Iterable[Child]"

VOID = ("meta", "line", "polyline", "rect")
"""Elements without an end tag, and those of SVG that hold nothing."""


def element(tag: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Html:
    """``<tag attributes>children</tag>``; an attribute that is None or False is left out, and class_ means class.

    >>> element("p", "1 < 2, ", element("b", "so"), class_="note", open=True)
    '<p class="note" open>1 &lt; 2, <b>so</b></p>'
    """
    words = [tag]
    for name, value in attributes.items():
        name = name.rstrip("_").replace("_", "-")
        if value is True:
            words.append(name)
        elif value is not None and value is not False:
            words.append(f'{name}="{escape(printable(str(value)))}"')
    if tag in VOID:
        return Html(f"<{' '.join(words)}/>")
    return Html(f"<{' '.join(words)}>{joined(children)}</{tag}>")


def joined(children: Child) -> Html:
    """Children one after another, in whatever depth of lists; text among them is escaped."""
    if isinstance(children, Html):
        return children
    if isinstance(children, str):
        return Html(escape(printable(children)))
    return Html("".join(map(joined, children)))


def document(title: str, lang: str, body: Child) -> str:
    """A whole page: nothing in it is fetched from anywhere, and no script may run in it."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(STYLE)),
    )
    page = element("html", head, element("body", element("main", body)), lang={"zh": "zh-Hans"}.get(lang, lang))
    return f"<!doctype html>\n{page}\n"


STYLE = """
:root { --ink: #1c2126; --paper: #fff; --faint: #5d6770; --rule: #d5dade; --field: #f4f6f7;
  --link: #0b57a8; --right: #17713b; --wrong: #b3261e; --fragile: #8a5a00; --unjudged: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --paper: #14181b; --faint: #a0aab2; --rule: #3a4249;
  --field: #1e2429; --link: #8ab8f5; --right: #6fd08f; --wrong: #ff9a90; --fragile: #f0c05a; --unjudged: #f0c05a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 50rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
main:has(> .grades) { max-width: 80rem; } main:has(> .grades) > :not(.grades) { max-width: 48rem; }
th { white-space: nowrap; }
.grades td:first-child, .grades th:first-child { position: sticky; left: 0; background: var(--paper); min-width: 8rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1rem 0 .4rem; }
.function > :first-child { font-size: 1.05rem; margin: 0 0 .25rem; }
p { margin: .4rem 0; } a { color: var(--link); }
section.function { border: 1px solid var(--rule); border-left-width: .35rem; border-radius: .4rem; padding: .8rem 1rem;
  margin: .8rem 0; }
section.right { border-left-color: var(--right); } section.wrong { border-left-color: var(--wrong); }
section.fragile { border-left-color: var(--fragile); } section.unjudged { border-left-color: var(--unjudged); }
.verdict { font-weight: 600; white-space: nowrap; }
.verdict.right { color: var(--right); } .verdict.wrong { color: var(--wrong); }
.verdict.fragile { color: var(--fragile); } .verdict.unjudged { color: var(--unjudged); }
.faint, figcaption, th { color: var(--faint); font-weight: normal; }
.finding + .finding { border-top: 1px solid var(--rule); margin-top: .9rem; padding-top: .7rem; }
.claim { font-weight: 600; }
code, pre { font: .9em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { background: var(--field); padding: .5rem .7rem; border-radius: .3rem; overflow-x: auto; margin: .4rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem .8rem; margin: .5rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--rule); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
details { margin: .4rem 0; } summary { cursor: pointer; } summary > * { display: inline; margin: 0; }
.curves { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
figure { margin: .3rem 0; flex: 1 1 16rem; max-width: 24rem; } figure svg { width: 100%; height: auto; display: block; }
figcaption { font-size: .9em; }
svg text { fill: var(--faint); }
svg line { stroke: var(--faint); } svg polyline { stroke: var(--right); stroke-width: 2; }
svg polyline.mistaken { stroke: var(--wrong); stroke-dasharray: 6 3; }
details:target::details-content { content-visibility: visible; }
details:target > summary { list-style-type: disclosure-open; }
@media print { details::details-content { content-visibility: visible; } }
"""
