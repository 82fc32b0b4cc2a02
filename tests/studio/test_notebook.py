"""The studio in a notebook: a frame of the address that serves it, and its end."""

import time
import urllib.request

import pytest

from barreleye.studio import studio


def test_it_is_a_frame_of_a_page_that_is_there_until_it_is_closed():
    opened = studio("xor", height=640)
    assert f'src="{opened.address}"' in opened._repr_html_()
    assert "height: 640px" in opened._repr_html_()
    with urllib.request.urlopen(opened.address) as page:
        assert b"<title>Barreleye</title>" in page.read()
    opened.close()
    until = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(opened.address, timeout=5).close()
        except OSError:
            break
        assert time.monotonic() < until
    opened.close()


def test_what_there_is_not_is_said_at_once():
    with pytest.raises(ValueError, match=r"data='flour' is unknown .did you mean 'flower'"):
        studio("flour")
    with pytest.raises(ValueError, match="height=0 must be"):
        studio(height=0)
