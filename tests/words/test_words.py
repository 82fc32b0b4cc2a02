import re
import string
from importlib.resources import files

import pytest

from barreleye import words
from barreleye.words import Text, catalogue, language

ROOMS = sorted(file.name.removesuffix(".toml") for file in files(words).iterdir() if file.name.endswith(".toml"))
TEXTS = {f"{room}: {key}": text for room in ROOMS for key, text in catalogue(room).items()}


def names(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same_things(key):
    text = TEXTS[key]
    assert text.en.strip()
    assert re.search("[\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]", text.zh)
    assert names(text.en) == names(text.zh)


def test_a_text_within_a_text_speaks_the_same_language():
    assert Text("{what} is wrong", "{what}有误").filled(what=Text("the cost", "代价")) == Text(
        "the cost is wrong", "代价有误"
    )


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_TW.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
    ],
)
def test_the_language_is_the_locales(environment, lang):
    assert language(environment) == lang
