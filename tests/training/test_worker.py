import io
import threading

import cloudpickle

from barreleye.training.worker import Worker, serve


def answers(rank, *asked):
    """What a worker writes to the pipe when that was asked, until the pipe closes."""
    written = io.BytesIO()
    serve(Worker(rank), io.BytesIO(b"".join(map(cloudpickle.dumps, asked))), written)
    pipe = io.BytesIO(written.getvalue())
    return [cloudpickle.load(pipe) for _ in asked]


def test_the_first_alone_sends_what_all_have():

    (well, port), (other_well, other) = answers(0, ("free_port", ())) + answers(1, ("free_port", ()))
    assert well is other_well is True
    assert 0 < port < 65536
    assert other is None


def test_what_is_raised_is_an_answer_and_the_next_question_is_answered():
    (well, error), (also_well, _) = answers(0, ("evaluate", (None,)), ("free_port", ()))
    assert (well, also_well) == (False, True)
    assert isinstance(error, AttributeError)


def test_an_error_that_cannot_be_sent_is_told_in_its_words(monkeypatch):
    class OddError(Exception):
        def __reduce__(self):
            raise TypeError("it holds a lock")

    def fails(self):
        raise OddError(f"broken: {threading.Lock().__class__.__name__}")

    monkeypatch.setattr(Worker, "free_port", fails)
    ((well, error),) = answers(0, ("free_port", ()))
    assert not well
    assert str(error) == "OddError: broken: lock"
