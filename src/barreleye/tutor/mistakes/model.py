"""Mistakes in the loop of training: they show in the parameters after k, k + 1 and k + 2 iterations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..flaws import Flaw
from ..likeness import DIFFERENT, alike
from ..words import NOTHING, Text

Point = Mapping[tuple[str, int], Any]
"""W and b by layer, at one moment of the training."""
LOOP = "each iteration: parameters := update(parameters, gradients of these parameters)"


class Loop(NamedTuple):
    """What the code says: is the initialization called in the loop, does it return there, is the update dropped."""

    initializes: bool = False
    returns: bool = False
    drops_update: bool = False


class Training(NamedTuple):
    """The parameters after k, k + 1, k + 2 iterations, and what the tests of the arguments gave.

    start         after none, if the function can do none
    other_rate    after k iterations at another learning rate; None where that is no argument
    other_X       after k iterations on another X; other_Y: with other labels
    factor        each step as a multiple of the one that the learner's own functions make; None: no multiple
    climbs        whether each step is that of gradient descent with a negative rate
    """

    points: Sequence[Point]
    start: Point | None
    other_rate: Point | None
    other_X: Point | None
    other_Y: Point | None
    factor: float | None
    loop: Loop
    climbs: bool = False


Shows = Callable[[Training], dict[str, Any] | None]


def equal(a: Point | None, b: Point | None) -> bool:
    return a is not None and b is not None and all(alike(a[name], b[name], 1e-12) != DIFFERENT for name in a)


def steps(seen: Training) -> list[Point]:
    """By how much the parameters moved in each iteration."""
    return [
        {name: after[name] - before[name] for name in before}
        for before, after in zip(seen.points, seen.points[1:], strict=False)
    ]


def rests(seen: Training) -> bool:
    """Whether the parameters are the same after any number of iterations."""
    return still(seen.points)


def still(points: Sequence[Point]) -> bool:
    return all(equal(points[0], point) for point in points[1:])


def twins(points: Sequence[Point]) -> bool:
    """Whether the units of the first layer stay the same as one another: they began so, and no step parts them."""
    return all(len(point["W", 1]) > 1 and not np.ptp(point["W", 1], axis=0).any() for point in points)


def repeats(seen: Training, names: Sequence[tuple[str, int]]) -> bool:
    """Whether these parameters move by the same amount in every iteration, to the last digit that can be trusted."""
    first, second = steps(seen)
    scale = {name: np.abs(seen.points[-1][name]).max() for name in names}
    return all(
        np.abs(first[name]).max() > 0 and np.abs(first[name] - second[name]).max() <= 1e-12 * (1 + scale[name])
        for name in names
    )


def stale_forward(seen: Training) -> bool:
    """The output layer takes the same step every time, the layers below do not: A stays, W moves."""
    L = max(l for _, l in seen.points[0])
    top, below = [("W", L), ("b", L)], [("W", l) for l in range(1, L)]
    return bool(below) and repeats(seen, top) and not repeats(seen, below)


def _flaw(
    name: str, shows: Callable[[Training], Any], claim: Text, hint: Text, seen: str, solution: str, should: str = LOOP
) -> Flaw[Training]:
    """A flaw of the whole loop: of several that show, the first is the one that is said."""

    def words(training: Training) -> dict[str, Any] | None:
        found = shows(training)
        return found if isinstance(found, dict) else {} if found else None

    return Flaw(name, "parameters", words, claim, hint, should, seen, solution)


_FOLLOW = Text(
    "Follow the parameters through two iterations by hand: what does the second one begin with?",
    "手工走两次迭代：第二次迭代开始时，参数是什么？",
)
_INSIDE = Text("Which lines must run again whenever the parameters have changed?", "参数每变一次，哪些行必须重新运行？")

MODEL = (
    _flaw(
        "starts anew in every iteration",
        lambda seen: rests(seen) and seen.loop.initializes,
        Text(
            "The parameters are initialized inside the loop: every iteration throws away what the one before has "
            "learned.",
            "参数的初始化写在了循环里：每次迭代都丢掉了上一次学到的东西。",
        ),
        _FOLLOW,
        "each iteration: parameters := initialize(...), then one step",
        "parameters = initialize_parameters(n_x, n_h, n_y)  # before the loop",
    ),
    _flaw(
        "returns in the first iteration",
        lambda seen: rests(seen) and seen.loop.returns,
        Text(
            "It returns from inside the loop, so only the first iteration is ever made.",
            "return 写在了循环里，所以只做了第一次迭代。",
        ),
        Text("How far is the return indented?", "return 缩进了几格？"),
        "return after one iteration",
        "return parameters  # after the loop, not inside",
    ),
    _flaw(
        "the update is not kept",
        lambda seen: rests(seen) and seen.loop.drops_update,
        Text(
            "What the update returns is not kept: the parameters stay as they were at the start.",
            "更新函数的返回值没有保存：参数始终是初始值。",
        ),
        Text("Your update returns new parameters. Who takes them?", "更新函数返回了新的参数。谁接收了它们？"),
        "each iteration: update(parameters, gradients), and parameters stay",
        "parameters = update_parameters(parameters, grads, learning_rate)",
    ),
    _flaw(
        "never updates",
        rests,
        Text(
            "The parameters are the same after any number of iterations: nothing is learned.",
            "不论迭代多少次，参数都一样：什么也没有学到。",
        ),
        _FOLLOW,
        "each iteration: parameters stay",
        "parameters = update_parameters(parameters, grads, learning_rate)",
    ),
    _flaw(
        "all units start alike",
        lambda seen: twins(seen.points),
        Text(
            "All hidden units begin with the same weights and stay the same as one another: they learn as one unit.",
            "所有隐藏单元的初始权重相同，之后也一直相同：它们只相当于一个单元。",
        ),
        Text("Two units with the same weights get which gradients?", "权重相同的两个单元，梯度会怎样？"),
        "W[1] starts with equal rows",
        "W1 = np.random.randn(n_h, n_x) * 0.01",
        "W[1] starts with small random numbers",
    ),
    _flaw(
        "climbs",
        lambda seen: seen.climbs,
        Text(
            "Every step goes up the gradient, so the cost grows: the step has the wrong sign.",
            "每一步都沿着梯度上升，代价越来越大：步长的符号反了。",
        ),
        Text("The gradient points uphill. Which way do we go?", "梯度指向上坡方向。我们要往哪边走？"),
        "parameters := parameters + α gradients",
        "W1 = W1 - learning_rate * dW1  # and so for every parameter",
    ),
    _flaw(
        "gradients of the first iteration",
        lambda seen: repeats(seen, list(seen.points[0])),
        Text(
            "Every iteration takes exactly the same step: the gradients are computed once, and not again from the "
            "new parameters.",
            "每次迭代走的步子完全相同：梯度只算了一次，没有用新的参数重新计算。",
        ),
        _INSIDE,
        "each iteration: parameters := update(parameters, gradients of the first parameters)",
        "# forward and backward propagation belong inside the loop",
    ),
    _flaw(
        "forward pass of the first iteration",
        stale_forward,
        Text(
            "The output layer takes exactly the same step in every iteration: forward propagation runs only once, "
            "so A never changes.",
            "输出层每次迭代走的步子完全相同：前向传播只运行了一次，A 一直没变。",
        ),
        _INSIDE,
        "each iteration: gradients from the A of the first parameters",
        "# forward propagation belongs inside the loop",
    ),
    _flaw(
        "learning rate not passed on",
        lambda seen: equal(seen.other_rate, seen.points[0]),
        Text(
            "Its learning_rate changes nothing: the update uses a number of its own.",
            "传入的 learning_rate 不起作用：更新时用的是另一个数。",
        ),
        Text("Where does your update get its learning rate from?", "更新函数的学习率是从哪里来的？"),
        "α is always the same",
        "parameters = update_parameters(parameters, grads, learning_rate)",
        "α = learning_rate",
    ),
    _flaw(
        "X is not the argument",
        lambda seen: equal(seen.other_X, seen.points[0]),
        Text(
            "It learns the same whatever X it is given: inside, data of another name are used.",
            "无论传入什么 X，学到的都一样：函数里面用的是别的数据。",
        ),
        Text(
            "Which names in the function are its arguments, and which come from outside?",
            "函数里哪些名字是参数？哪些来自外面？",
        ),
        "gradients from other data than X",
        "# use the argument X",
        "gradients from X and Y",
    ),
    _flaw(
        "Y is not the argument",
        lambda seen: equal(seen.other_Y, seen.points[0]),
        Text(
            "It learns the same whatever Y it is given: inside, labels of another name are used, or none.",
            "无论传入什么 Y，学到的都一样：函数里面用的是别的标签，或者根本没有用标签。",
        ),
        Text(
            "Which names in the function are its arguments, and which come from outside?",
            "函数里哪些名字是参数？哪些来自外面？",
        ),
        "gradients from other labels than Y",
        "# use the argument Y",
        "gradients from X and Y",
    ),
    _flaw(
        "updates twice",
        lambda seen: seen.factor is not None and abs(seen.factor - 2) < 1e-5,
        Text(
            "Every iteration moves by 2 α times the gradient: the update is made twice.",
            "每次迭代移动了 2 α 乘以梯度：更新做了两次。",
        ),
        Text("How often is the update called in one iteration?", "一次迭代里，更新函数被调用了几次？"),
        "each iteration: two updates with the same gradients",
        "# one update in each iteration",
    ),
    _flaw(
        "steps of another length",
        lambda seen: (
            {"factor": f"{seen.factor:.6g}"} if seen.factor is not None and abs(seen.factor - 1) > 1e-5 else None
        ),
        Text(
            "Every step goes along the gradient, but {factor} times as far as the learning rate says.",
            "每一步都沿着梯度，但长度是学习率所规定的 {factor} 倍。",
        ),
        NOTHING,
        "parameters := parameters − {factor} α gradients",
        "parameters = update_parameters(parameters, grads, learning_rate)",
    ),
)
