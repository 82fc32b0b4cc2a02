"""The language of a command, that of --lang or else of the locale, and its words.

It is known before the command is: help, errors of use and what the parser says by itself are in it too.
"""

import gettext
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..words import LANGUAGES, Text, catalogue, language
from .endings import say_interrupted

_asked: list[str] = []


def speak(arguments: Sequence[str]) -> str | None:
    """Take the language of the arguments, and return what --lang is given that is none; None where all is well.

    >>> speak(["check", "a.py", "--lang", "zh"]), spoken(), speak(["train", "--lang=fr"])
    (None, 'zh', 'fr')
    """
    asked = [after for word, after in pairwise(arguments) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    _asked[:] = [lang for lang in asked if lang in LANGUAGES]
    parser = {text.en: text.said(spoken()) for key, text in catalogue("help").items() if key.startswith("parser.")}
    gettext.dgettext = lambda domain, message: parser.get(message, message)  # the parser's own words pass through it
    say_interrupted(words("interrupted").said(spoken()))
    return next((lang for lang in asked if lang not in LANGUAGES), None)


def spoken() -> str:
    """The language of this run of the command: "en" or "zh"."""
    return _asked[0] if _asked else language()


def words(key: str, /, **values: Any) -> Text:
    """What the commands say under that key, filled in.

    >>> words("output.folder", option="--out", path="'a'").zh
    "--out 'a' 是文件夹；请给出文件名"
    """
    return catalogue("console")[key].filled(**values)


def many(what: str, n: int) -> Text:
    """So many of a thing, with the thousands apart.

    >>> many("row", 1).en, many("row", 1200).en, many("row", 1200).zh
    ('1 row', '1,200 rows', '1,200 行')
    """
    return words(f"count.{what}" if n == 1 else f"count.{what}s", n=f"{n:,}")
