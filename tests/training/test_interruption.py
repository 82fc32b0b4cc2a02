"""Ctrl-C while a run is at work: a flag first, an exception when it is pressed again, and nothing left behind."""

import signal
import threading

import pytest

from barreleye.training.interruption import listening, never


def test_the_first_ctrl_c_is_a_flag_and_the_second_an_exception():
    with listening() as interrupted:
        assert not interrupted()
        signal.raise_signal(signal.SIGINT)
        assert interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("error", [None, ValueError])
def test_the_usual_handling_comes_back(error):
    try:
        with listening():
            if error:
                raise error
    except ValueError:
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_s_own_handler_stays():
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with listening() as interrupted:
            signal.raise_signal(signal.SIGINT)
            assert (heard, interrupted) == ([1], never)
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_than_the_main_one_leaves_signals_alone():
    found = []

    def work():
        with listening() as interrupted:
            found.append((interrupted, signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [(never, signal.default_int_handler)]


def test_what_runs_within_shares_the_flag_and_leaves_the_handler():
    with listening() as outer:
        with listening() as inner:
            signal.raise_signal(signal.SIGINT)
            assert inner()
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        assert outer()


@pytest.mark.parametrize("asked", [True, False])
def test_the_last_word_is_that_of_a_ctrl_c_that_nobody_asked_for(asked):
    def press():
        with listening(last_word=True) as interrupted:
            signal.raise_signal(signal.SIGINT)
            if asked:
                interrupted()

    if asked:
        press()
    else:
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_one_that_comes_with_the_end_is_heard_after_it():
    with listening() as interrupted:
        assert not interrupted()
        signal.raise_signal(signal.SIGINT)
    assert interrupted()
