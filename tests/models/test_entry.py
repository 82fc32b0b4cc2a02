"""A run tells of itself where somebody listens, and makes no record where nobody does."""

from contextlib import contextmanager

from barreleye.models.entry import LISTENER, entered


def test_nobody_listens_and_no_record_is_made():
    def made():
        raise AssertionError("a record that nobody asked for")

    with entered(made) as ended:
        ended(made)


def test_who_listens_hears_of_the_beginning_and_of_the_end():
    heard = []

    @contextmanager
    def listen(beginning):
        heard.append(beginning)
        yield heard.append
        heard.append("over")

    token = LISTENER.set(listen)
    try:
        with entered(lambda: {"a": 1}) as ended:
            ended(lambda: {"a": 2})
            ended(lambda: {"a": 3})
    finally:
        LISTENER.reset(token)
    assert heard == [{"a": 1}, {"a": 2}, {"a": 3}, "over"]
