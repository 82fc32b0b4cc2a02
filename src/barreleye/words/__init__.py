"""What is said to people, in English and in Chinese, side by side: a text, and the catalogue of them.

A file ``<room>.toml`` beside this page holds the texts of one room, each under a key with ``en`` and ``zh``; ``{name}``
in both is filled in.

>>> catalogue("diagnosis")["checked"].zh[:2]
'检查'
"""

import errno
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "zh")


class Text(str):
    """One thing said in English and in Chinese: a string in English, which knows its Chinese.

    ``{name}`` in both is filled in by ``filled``. What takes a string takes a Text, and what knows better asks it: an
    exception that is raised with one is English in a traceback, and in the reader's language where a command tells it.

    >>> text = Text("{q} has the wrong sign", "{q} 的符号反了").filled(q="dW1")
    >>> text.zh, f"{text}!"
    ('dW1 的符号反了', 'dW1 has the wrong sign!')
    """

    zh: str

    def __new__(cls, en: str, zh: str) -> "Text":
        text = super().__new__(cls, en)
        text.zh = zh
        return text

    @property
    def en(self) -> str:
        return str.__str__(self)

    def filled(self, **values: Any) -> "Text":
        """The text with its names filled in; a value that is a Text, or an error raised with one, says its own words.

        >>> why = ValueError(Text("it is empty", "是空的"))
        >>> Text("{path}: {why}", "{path}：{why}").filled(path="a.csv", why=why).zh
        'a.csv：是空的'
        """
        values = {k: told(v) if isinstance(v, BaseException) else v for k, v in values.items()}
        own = [{k: v.said(lang) if isinstance(v, Text) else v for k, v in values.items()} for lang in LANGUAGES]
        return Text(self.en.format(**own[0]), self.zh.format(**own[1]))

    def said(self, lang: str) -> str:
        """The words in the language "en" or "zh"."""
        return self.zh if lang == "zh" else self.en

    def both(self) -> dict[str, str]:
        """Each language's words by its name, for a record or a wire."""
        return {lang: self.said(lang) for lang in LANGUAGES}

    def __add__(self, other: str) -> "Text":
        return Text(self.en + str(other), self.zh + (other.zh if isinstance(other, Text) else other))

    def each(self, rule: Callable[[str], str]) -> "Text":
        """The text with a rule applied to the words of each language.

        >>> Text("a bias", "偏置 b").each(str.upper).both()
        {'en': 'A BIAS', 'zh': '偏置 B'}
        """
        return Text(rule(self.en), rule(self.zh))

    def join(self, parts: Iterable[str]) -> "Text":
        """The parts with this text between them, each in its own words where it is a Text."""
        both = [in_both(part) for part in parts]
        return Text(self.en.join(part.en for part in both), self.zh.join(part.zh for part in both))

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and (not isinstance(other, Text) or self.zh == other.zh)

    __hash__ = str.__hash__

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return self.en, self.zh


NOTHING = Text("", "")


def in_both(part: Any) -> Text:
    """A Text as it is; what has no words, such as an equation or a name, the same in both languages."""
    return part if isinstance(part, Text) else Text(str(part), str(part))


def told(error: BaseException) -> Text:
    """What an error says: the Text that it was raised with, or its own words in both languages.

    >>> told(ValueError(Text("it is empty", "是空的"))).zh, told(KeyError("W1")).zh
    ('是空的', "'W1'")
    """
    first = error.args[0] if error.args else None
    return first if isinstance(first, Text) else Text(str(error), str(error))


def reason(error: OSError) -> Text:
    """What is wrong, of an error of the system, without its number and its file.

    >>> reason(PermissionError(13, "Permission denied", "runs.jsonl")).zh
    '没有权限'
    """
    said = error.strerror if isinstance(error.strerror, Text) else Text(str(error.strerror), str(error.strerror))
    known = catalogue("errors").get(f"system.{errno.errorcode.get(error.errno or 0)}")
    return known if known is not None and known.en == said.en else said


def listed(parts: Iterable[Any]) -> Text:
    """The parts one after another, as each language lists them.

    >>> listed(["W1", "b1", "W2"]), listed(["W1", "b1", "W2"]).zh
    ('W1, b1 and W2', 'W1、b1、W2')
    """
    both = [in_both(part) for part in parts]
    *most, last = [part.en for part in both] or [""]
    return Text(f"{', '.join(most)} and {last}" if most else last, "、".join(part.zh for part in both))


class Catalogue(Mapping[str, Text]):
    """The texts of a room by their keys, read when the first is asked for: most are of errors that never happen."""

    def __init__(self, room: str) -> None:
        self.room = room

    @cached_property
    def texts(self) -> dict[str, Text]:
        found = tomllib.loads((files(__package__) / f"{self.room}.toml").read_text(encoding="utf-8"))
        return dict(_texts(found))

    def __getitem__(self, key: str) -> Text:
        return self.texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


_named: dict[str, Catalogue] = {}


def catalogue(room: str) -> Catalogue:
    """The texts of a room by their keys: that of [a.b] is "a.b". FileNotFoundError, at the first, for none."""
    return _named.setdefault(room, Catalogue(room))


def read_catalogues() -> None:
    """Read all that were named so far: a process that gives up the right to read files still has words."""
    for one in list(_named.values()):
        len(one)


def _texts(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Text]]:
    for key, value in table.items():
        if value.keys() == {*LANGUAGES}:
            yield above + key, Text(**value)
        else:
            yield from _texts(value, f"{above}{key}.")


def language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the environment's locale: "zh" or "en". The first of its three variables that is set counts.

    >>> language({"LANG": "zh_CN.UTF-8"}), language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.startswith("zh") else "en"
