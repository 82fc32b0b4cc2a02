import random
import warnings

import numpy as np
import pytest

from barreleye.tutor.running.answers import Held, Opaque, part
from barreleye.tutor.running.calling import InProcess, Parameter, answered
from barreleye.tutor.running.describing import described
from barreleye.tutor.running.wire import WireError, pack


def answer(function, *args, **kwargs):
    return InProcess({"f": function}).call("f", *args, **kwargs)


def test_the_value_is_a_portable_tree():
    found = answer(lambda x: (np.float32(2), {"A": x, 1: [True, None]}, {2}), np.ones((1, 2)))
    assert found.trouble is None
    assert found.value[0].dtype == np.float32
    assert found.value[0].shape == ()
    assert found.value[1][1] == [True, None]
    assert found.value[2] == Opaque("set", "{2}")
    assert found.seconds > 0


def test_the_callers_arguments_are_never_touched_and_changes_are_found():
    W, costs, parameters = np.ones((2, 2), order="F"), [1.0], {}
    parameters["W"] = W

    def update(parameters, costs, extra=None):
        parameters["W"] -= 1
        parameters["b"] = 0
        costs.append(2.0)
        extra["x"][0] = 5
        return parameters

    found = answer(update, parameters, costs, extra={"x": np.zeros(1), "y": 1})
    assert (W == 1).all()
    assert costs == [1.0]
    assert set(found.changed) == {(0, "W"), (0, "b"), (1, 1), ("extra", "x")}
    args, kwargs = found.arguments_after
    assert (args[0]["W"] == 0).all()
    assert args[1] == [1.0, 2.0]
    assert kwargs["extra"]["x"] == [5]
    assert found.aliases == ((("W",), (0, "W")),)
    assert set(found.written) == {(0, "W"), ("extra", "x")}


def test_another_array_under_a_key_overwrites_none():
    def update(parameters):
        parameters["W"] = parameters["W"] - 1

    found = answer(update, {"W": np.ones(2)})
    assert (found.changed, found.written) == (((0, "W"),), ())


def test_nothing_changed_is_nothing_said():
    found = answer(lambda p: {"W": p["W"] - 1}, {"W": np.ones(2)})
    assert (found.changed, found.arguments_after, found.aliases, found.printed, found.warnings) == (
        (),
        None,
        (),
        "",
        (),
    )


def test_the_memory_order_of_arguments_is_kept():
    array = np.arange(24.0).reshape(4, 6)
    for given in (array, np.asfortranarray(array), array[::2, ::3]):
        flags = answer(lambda a: (a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable), given).value
        assert flags == (given.flags.c_contiguous, given.flags.f_contiguous, True)


def test_prints_and_warnings_are_collected(capsys):
    def noisy(z):
        print("z =", z)
        warnings.warn("look", stacklevel=1)
        for _ in range(3):
            np.exp(np.array([1000.0])), np.log(np.zeros(1))
        print("é" * 3000)

    found = answer(noisy, 3)
    assert found.printed.startswith("z = 3\né")
    assert len(found.printed) == 2000
    line = noisy.__code__.co_firstlineno
    assert found.warnings == (
        f"UserWarning: look (line {line + 2})",
        f"RuntimeWarning: overflow encountered in exp (line {line + 4})",
        f"RuntimeWarning: divide by zero encountered in log (line {line + 4})",
    )
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("body", "kind", "type", "message"),
    [
        (lambda: 1 / 0, "exception", "ZeroDivisionError", "division by zero"),
        (lambda: {}["W1"], "exception", "KeyError", "W1"),
        (lambda: nothing, "exception", "NameError", "name 'nothing' is not defined"),  # noqa: F821
        (lambda: exit(3), "exit", "SystemExit", "3"),
        (lambda: np.ones(1 << 50), "memory", "MemoryError", "Unable to allocate"),
        (lambda: print("x" * (1 << 21)), "output", "Flood", "more than 1,048,576 bytes were printed in one call"),
        (lambda: [0] * 10**6, "large", "TooLarge", "more than 200,000 parts"),
    ],
)
def test_trouble_has_a_kind_and_a_line(body, kind, type, message):
    def outer():
        return body()

    found = InProcess({"outer": outer, "body": body}).call("outer")
    assert found.value is None
    assert (found.trouble.kind, found.trouble.type) == (kind, type)
    assert message in found.trouble.message
    if kind != "exit" and type != "TooLarge":
        assert found.trouble.where == f"line {body.__code__.co_firstlineno}"
        assert "lambda" in found.trouble.line_text
        assert found.trouble.calls == ("outer", "<lambda>")


def test_endless_recursion_and_a_caught_flood_are_trouble():
    def deeper(n):
        return deeper(n + 1)

    def caught():
        try:
            print("x" * (1 << 21))
        except BaseException:
            return 1

    def mute():
        raise Mute

    class Mute(Exception):
        def __str__(self):
            raise ValueError

    assert answer(deeper, 1).trouble.type == "RecursionError"
    assert len(answer(deeper, 1).trouble.calls) == 20
    assert answer(caught).trouble.kind == "output"
    assert answer(mute).trouble.message == "<its message raises ValueError>"


def test_interrupting_passes_through():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer(interrupted)


def test_there_is_no_keyboard():
    assert answer(lambda: input("rate? ")).trouble.type == "EOFError"


def test_the_same_call_gives_the_same_numbers():
    runner = InProcess({"f": lambda: (np.random.randn(), random.random())})
    assert runner.call("f").value == runner.call("f").value == (1.6243453636632417, 0.13436424411240122)


class Cache:
    def __init__(self, X):
        self.X = X


def test_held_hands_back_the_learners_own_objects_as_they_were():
    def forward(X):
        log.append(1)
        return X * 2, (Cache(X), {"steps": log}, (x for x in X))

    def backward(cache, steps, all_of_it, lazy):
        cache.X += 1
        return cache.X, len(steps), len(all_of_it), sum(lazy)

    log = []
    runner = InProcess({"forward": forward, "backward": backward})
    first = runner.call("forward", np.ones(2))
    runner.call("forward", np.zeros(2))
    assert first.value[1][0].kind == "Cache"
    held = [Held(1, (1, 0)), Held(1, (1, 1, "steps")), Held(1), Held(1, (1, 2))]
    once = runner.call("backward", *held)
    np.testing.assert_array_equal(once.value[0], [2, 2])
    assert once.value[1:] == (1, 2, 2.0)
    np.testing.assert_array_equal(runner.call("backward", *held).value[0], [2, 2])


def test_held_of_what_is_not_there_is_lost():
    runner = InProcess({"f": lambda x: x, "g": lambda: 1 / 0})
    runner.call("g")
    runner.call("f", 5)
    for held in (Held(1), Held(7), Held(2, (0,)), Held(2, ("a",))):
        trouble = runner.call("f", held).trouble
        assert (trouble.kind, trouble.message) == ("lost", f"the result of call {held.call} is no longer there")


def test_a_parameter_may_have_any_name():
    assert answer(lambda name, self: (name, self), name=1, self=2).value == (1, 2)


def test_a_name_that_is_not_there():
    with pytest.raises(KeyError, match="there is no function 'g': there are"):
        InProcess({"f": len}).call("g")


def test_functions_are_described():
    def decorator(function):
        import functools

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        return wrapper

    @decorator
    def f(X, parameters, *rest, alpha=0.1, beta, **others): ...

    (function,) = InProcess({"mine": f}).functions
    assert function.name == "mine"
    assert function.parameters == (
        Parameter("X", True),
        Parameter("parameters", True),
        Parameter("alpha", False, True),
        Parameter("beta", True, True),
    )
    assert function.has_varargs
    assert function.has_varkw
    assert function.where == f"line {function.line}"
    assert function.source.strip().startswith("@decorator\n    def f(X")
    assert described("broken", Broken()).has_varargs
    assert described("ufunc", np.exp).name == "ufunc"


class Broken:
    @property
    def __signature__(self):
        raise RuntimeError

    def __call__(self): ...


def test_an_answer_is_read_back_or_refused():
    whole = {"call": 1, "seconds": 0.5, "printed": "", "warnings": [], "value": pack((1, 2))}
    assert part(answered(whole).value, (1,)) == 2
    for name, forged in {"warnings": 3, "trouble": {"kind": "crash"}, "value": [1], "changed": 1, "call": None}.items():
        with pytest.raises(WireError):
            answered({**whole, name: forged})
