"""Mistakes in the single step of a training: its direction, its length, what it is worked from."""

from ...words import NOTHING, Text
from ..flaws import Flaw
from .training import Loop, Training, equal, flaw, repeats, stale_forward, twins

_INSIDE = Text("Which lines must run again whenever the parameters have changed?", "参数每变一次，哪些行必须重新运行？")


def updates_twice(factor: float, loop: Loop) -> bool:
    """Whether the steps are twice as long as they should be, and the loop has the update more than once."""
    return abs(factor - 2) < 1e-5 and loop.updates > 1


STEPS: tuple[Flaw[Training], ...] = (
    flaw(
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
    flaw(
        "climbs",
        lambda seen: {"rate": f"{seen.climbs:.6g}".replace("-", "−")} if seen.climbs else None,
        Text(
            "Every step goes up the gradient, as with a learning rate of {rate}: the cost grows.",
            "每一步都沿着梯度上升，相当于学习率为 {rate}：代价越来越大。",
        ),
        Text("The gradient points uphill. Which way do we go?", "梯度指向上坡方向。我们要往哪边走？"),
        "parameters := parameters − ({rate}) gradients",
        "W1 = W1 - learning_rate * dW1  # with learning_rate > 0, and so for every parameter",
        "parameters := parameters − α gradients, α > 0",
    ),
    flaw(
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
    flaw(
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
    flaw(
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
    flaw(
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
    flaw(
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
    flaw(
        "updates twice",
        lambda seen: seen.factor is not None and updates_twice(seen.factor, seen.loop),
        Text(
            "Every iteration moves by 2 α times the gradient: the update is made twice.",
            "每次迭代移动了 2 α 乘以梯度：更新做了两次。",
        ),
        Text("How often is the update called in one iteration?", "一次迭代里，更新函数被调用了几次？"),
        "each iteration: two updates with the same gradients",
        "# one update in each iteration",
    ),
    flaw(
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
