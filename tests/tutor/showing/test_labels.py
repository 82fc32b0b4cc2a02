import string

import pytest

from barreleye.tutor.showing.labels import LABELS, place


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("name", LABELS)
def test_both_languages_say_the_same_things(name):
    words = LABELS[name]
    assert places(words.en) == places(words.zh)
    assert words.en
    assert words.zh


def test_places_are_translated_and_other_text_is_not():
    assert place("line 7", "zh") == "第 7 行"
    assert place("helper.py, line 7", "zh") == "helper.py，第 7 行"
    assert place("cell 3, line 12", "en") == "cell 3, line 12"
