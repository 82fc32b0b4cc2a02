"""Words for the learner in both languages, side by side."""

from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Text:
    """One thing said in English and in Chinese. ``{name}`` is filled in by ``filled``.

    >>> Text("{q} has the wrong sign", "{q} 的符号反了").filled(q="dW1").zh
    'dW1 的符号反了'
    """

    en: str
    zh: str

    def filled(self, **values: Any) -> "Text":
        return Text(self.en.format(**values), self.zh.format(**values))

    def said(self, lang: str) -> str:
        """The words in the language "en" or "zh"."""
        return self.zh if lang == "zh" else self.en

    def __add__(self, other: "Text") -> "Text":
        return Text(self.en + other.en, self.zh + other.zh)


NOTHING = Text("", "")
