import sys
import warnings

import pytest

from barreleye.tutor.running.observing import Flood, Observed, trouble_at


def test_everything_is_put_back(capsys):
    out, err = sys.stdout, sys.stderr
    with Observed() as observed:
        sys.stdout.write("a\ud800")
        sys.stderr.buffer.write(b"b\xff")
        print("c", flush=True)
    assert (sys.stdout, sys.stderr) == (out, err)
    assert observed.printed.text == "a?b�c\n"
    assert capsys.readouterr() == ("", "")


def test_too_much_is_stopped_and_only_the_beginning_kept():
    with Observed(output=10_000) as observed, pytest.raises(Flood, match="more than 10,000 bytes"):
        print("x" * 20_000)
    assert len(observed.printed.text) == 2000
    assert observed.printed.flooded


def test_a_warning_outside_the_learners_code_has_no_line():
    with Observed() as observed:
        for i in range(50):
            warnings.warn(f"{i}", stacklevel=1)
    said = observed.warnings(lambda file, line: None)
    assert said[0] == "UserWarning: 0"
    assert len(said) == 20


def test_where_the_code_is():
    def inner():
        return trouble_at(sys._getframe(), lambda file, line: f"line {line}" if file == __file__ else None)

    found = inner()
    assert found.calls[-2:] == ("test_where_the_code_is", "inner")
    assert found.line_text.startswith("return trouble_at(")
