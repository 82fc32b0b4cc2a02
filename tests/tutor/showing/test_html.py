from hypothesis import given
from hypothesis import strategies as st

from barreleye.tutor.showing.html import Html, document, element


def test_text_is_escaped_and_markup_is_not():
    assert element("p", "<b> & 'c'", element("i", "x")) == "<p>&lt;b&gt; &amp; &#x27;c&#x27;<i>x</i></p>"
    assert element("a", href='"><script>') == '<a href="&quot;&gt;&lt;script&gt;"></a>'


def test_attributes():
    assert element("a", class_="x", aria_label="y", hidden=True, title=None, open=False) == (
        '<a class="x" aria-label="y" hidden></a>'
    )
    assert element("line", x1=0, y1=1.5) == '<line x1="0" y1="1.5"/>'


@given(st.text())
def test_no_text_becomes_markup(text):
    inside = element("p", text)[3:-4]
    assert "<" not in inside
    assert ">" not in inside
    assert isinstance(element("p", text), Html)


def test_what_would_act_on_a_reader_is_only_seen():
    assert element("p", "a\x1b[2J\u202eb", title="\x00") == '<p title="�">a�[2J�b</p>'


def test_a_document_names_its_language_and_fetches_nothing():
    page = document("a < b", "zh", "c")
    assert page.startswith('<!doctype html>\n<html lang="zh-Hans">')
    assert "<title>a &lt; b</title>" in page
    assert "default-src &#x27;none&#x27;" in page
