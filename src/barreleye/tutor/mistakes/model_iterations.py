"""Mistakes in how often a training makes a step: never, once, always the same number, one too few, half of them."""

from dataclasses import replace
from typing import Any

from ...words import Text
from ..flaws import Flaw
from ..report import FRAGILE
from .training import Training, flaw, once, rests, stays


def same_number(seen: Training) -> dict[str, Any] | None:
    """The number of steps, where it is one and the same for any number of iterations."""
    return {"steps": seen.counts[0]} if rests(seen) and seen.counts else None


def one_off(seen: Training) -> dict[str, Any] | None:
    """Where there is one step more, or one less, than iterations."""
    off = {made - asked for made, asked in zip(seen.counts or (), seen.asked, strict=False)}
    return other_number(seen) if off in ({1}, {-1}) else None


def other_number(seen: Training) -> dict[str, Any] | None:
    """Where the loop runs as often as steps are made, and that is not as often as it should.

    A training that keeps the best parameters may return those of an earlier step.
    """
    return counted(seen) if seen.counts and seen.counts == seen.turns != tuple(seen.asked) else None


def counted(seen: Training) -> dict[str, Any]:
    """The steps and the iterations asked for, the last of each and all of them."""
    made, asked = tuple(seen.counts or ()), tuple(seen.asked)
    return {
        "made": made[-1],
        "asked": asked[-1],
        "all_made": ", ".join(map(str, made)),
        "all_asked": ", ".join(map(str, asked)),
    }


_FOLLOW = Text(
    "Follow the parameters through two iterations by hand: what does the second one begin with?",
    "手工走两次迭代：第二次迭代开始时，参数是什么？",
)
_HOW_OFTEN = Text(
    "How often does your loop run where num_iterations = 3? Write down every value of its counter.",
    "num_iterations = 3 时，循环运行几次？把计数变量的每个值写下来。",
)
_RANGE = "for i in range(num_iterations):"
_EACH = "one step in each of num_iterations iterations"

ITERATIONS: tuple[Flaw[Training], ...] = (
    flaw(
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
    flaw(
        "returns in the first iteration",
        lambda seen: once(seen) and seen.loop.returns,
        Text(
            "It returns from inside the loop, so only the first iteration is ever made.",
            "return 写在了循环里，所以只做了第一次迭代。",
        ),
        Text("How far is the return indented?", "return 缩进了几格？"),
        "return after one iteration",
        "return parameters  # after the loop, not inside",
    ),
    flaw(
        "breaks in the first iteration",
        lambda seen: once(seen) and seen.counts and seen.loop.breaks,
        Text(
            "A break ends the loop in its first iteration, so only one step is ever made.",
            "break 在第一次迭代就结束了循环，所以只走了一步。",
        ),
        Text("Under which condition is the break reached?", "break 在什么条件下会执行？"),
        "one step, then break",
        "# no break in the loop",
        _EACH,
    ),
    flaw(
        "updates after the loop",
        lambda seen: rests(seen) and seen.loop.updates_outside,
        Text(
            "The update stands outside the loop: the gradients are computed in every iteration, and nothing is made of "
            "them there.",
            "更新写在了循环外面：每次迭代都算了梯度，却没有用它们更新参数。",
        ),
        Text("How far is the line with the update indented?", "更新那一行缩进了几格？"),
        "one update, outside the loop",
        "parameters = update_parameters(parameters, grads, learning_rate)  # inside the loop",
    ),
    flaw(
        "the update is not kept",
        lambda seen: stays(seen) and seen.loop.drops_update,
        Text(
            "What the update returns does not become the next parameters: they stay as they were at the start.",
            "更新函数的返回值没有成为下一次的参数：参数始终是初始值。",
        ),
        Text("Your update returns new parameters. Who takes them?", "更新函数返回了新的参数。谁接收了它们？"),
        "each iteration: update(parameters, gradients), and parameters stay",
        "parameters = update_parameters(parameters, grads, learning_rate)",
    ),
    flaw(
        "updates under a condition",
        lambda seen: {"condition": seen.loop.updates_under} if stays(seen) and seen.loop.updates_under else None,
        Text(
            "The update stands under “{condition}”, which never held here: the parameters stay as they were at the "
            "start.",
            "更新写在“{condition}”下面，而这个条件始终不成立：参数一直是初始值。",
        ),
        Text("How far is the line with the update indented?", "更新那一行缩进了几格？"),
        "each iteration: an update only where {condition}",
        "parameters = update_parameters(parameters, grads, learning_rate)  # in every iteration",
    ),
    flaw(
        "the update changes nothing",
        lambda seen: stays(seen) and seen.loop.updates,
        Text(
            "The parameters never leave the start, although the update stands in the loop: either the loop does not "
            "run, or the gradients are 0.",
            "循环里有更新，参数却始终是初始值：要么循环没有运行，要么梯度是 0。",
        ),
        Text("Print the gradients in the first iteration.", "在第一次迭代里把梯度打印出来。"),
        "each iteration: parameters stay",
        "",
    ),
    flaw(
        "never updates",
        stays,
        Text(
            "The parameters are the same after any number of iterations: nothing is learned.",
            "不论迭代多少次，参数都一样：什么也没有学到。",
        ),
        _FOLLOW,
        "each iteration: parameters stay",
        "parameters = update_parameters(parameters, grads, learning_rate)",
    ),
    flaw(
        "always as many steps",
        same_number,
        Text(
            "The number of steps it makes is {steps}, whatever num_iterations is.",
            "不论 num_iterations 是多少，它走的步数都是 {steps}。",
        ),
        Text("What decides how often your loop runs?", "循环运行的次数由什么决定？"),
        "{steps} iterations",
        _RANGE,
        _EACH,
    ),
    flaw(
        "num_iterations is not used",
        lambda seen: rests(seen) and seen.loop.ignores_count,
        Text(
            "Its num_iterations is used nowhere: it makes the same number of steps whatever it is given.",
            "num_iterations 没有被用到：不论传入多少，走的步数都一样。",
        ),
        Text("What decides how often your loop runs?", "循环运行的次数由什么决定？"),
        "a number of iterations of its own",
        _RANGE,
        _EACH,
    ),
    flaw(
        "num_iterations changes nothing",
        rests,
        Text(
            "It returns the same parameters, whatever num_iterations is.",
            "不论 num_iterations 是多少，它返回的参数都一样。",
        ),
        _FOLLOW,
        "the same parameters after one iteration and after many",
        "",
        _EACH,
    ),
    replace(
        flaw(
            "one step too many or too few",
            one_off,
            Text(
                "Where num_iterations = {asked}, the number of steps it makes is {made}.",
                "num_iterations = {asked} 时，它走了 {made} 步。",
            ),
            _HOW_OFTEN,
            "{made} steps where num_iterations = {asked}",
            _RANGE,
            _EACH,
        ),
        verdict=FRAGILE,
    ),
    flaw(
        "another number of steps",
        other_number,
        Text(
            "Where num_iterations is {all_asked}, the number of steps it makes is {all_made}.",
            "num_iterations 为 {all_asked} 时，它走的步数分别是 {all_made}。",
        ),
        _HOW_OFTEN,
        "{all_made} steps where num_iterations is {all_asked}",
        _RANGE,
        _EACH,
    ),
    flaw(
        "stops early",
        lambda seen: {"steps": seen.last} if seen.last else None,
        Text(
            "It stops after {steps} steps, on any data, however large num_iterations is.",
            "不论数据如何、num_iterations 多大，它走了 {steps} 步就停止。",
        ),
        Text("What ends the loop, besides its counter?", "除了计数变量，还有什么会结束循环？"),
        "at most {steps} iterations",
        _RANGE,
        _EACH,
    ),
)
