import io
import pickle
import threading

import cloudpickle
import numpy as np

from barreleye.training.worker import Worker, serve


def answers(rank, *asked):
    """What a worker writes to the pipe when that was asked, until the pipe closes."""
    written = io.BytesIO()
    questions = [one if isinstance(one, bytes) else cloudpickle.dumps(one) for one in asked]
    pipe = b"".join(len(one).to_bytes(8, "big") + one for one in questions)
    serve(Worker(rank), io.BytesIO(pipe), written)
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


def test_a_question_that_cannot_be_read_is_answered_by_what_is_wrong_and_the_next_one_too():
    """Such as one with a class of a module that only the asker has."""
    of_a_stranger = pickle.dumps(np.zeros, protocol=0).replace(b"numpy", b"mumpy")
    (well, error), (also_well, _) = answers(0, of_a_stranger, ("free_port", ()))
    assert (well, also_well) == (False, True)
    assert isinstance(error, ModuleNotFoundError)


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
