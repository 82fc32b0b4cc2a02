"""Which of the course's functions is this? By name, near names, and the arguments that it takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from ...words import Text
from ..running.answers import Function
from .beyond import BEYOND, beyond, has_one_unit, of_one_unit
from .languages import IN_OTHER_LANGUAGES
from .naming import SQUARED_ERRORS, key_of, other_activation, plain

NEAR = 0.82
"""How alike two names must be (difflib's ratio) for one to be taken for the other: backward_promagation passes."""


@dataclass(frozen=True)
class Role:
    """One function that the course asks for.

    names        what tutorials and learners call it; the first is the course's own
    arguments    what it takes, in the course's order; those in ``optional`` may be absent
    """

    title: Text
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name in self.arguments if name not in self.optional)


def _value(name: str, zh: str, *others: str) -> Role:
    return Role(Text(f"the activation {name}", f"激活函数 {zh}"), (name, *others), ("Z",))


def _slope(name: str, zh: str, *others: str) -> Role:
    return Role(Text(f"the derivative of {name}", f"{zh} 的导数"), (f"{name}_derivative", *others), ("Z",))


def _step_back(name: str, zh: str) -> Role:
    title = Text(f"the step back through {name}", f"{zh} 的反向一步")
    return Role(title, (f"{name}_backward",), ("dA", "activation_cache"))


ROLES: dict[str, Role] = {
    "sigmoid": _value("sigmoid", "sigmoid", "sigmod", "sigma", "logistic", "basic_sigmoid", "my_sigmoid"),
    "tanh": _value("tanh", "tanh", "my_tanh", "hyperbolic_tangent"),
    "relu": _value("relu", "ReLU", "my_relu", "rectified_linear_unit"),
    "leaky_relu": _value("leaky_relu", "Leaky ReLU", "lrelu", "leakyrelu"),
    "softmax": _value("softmax", "softmax", "my_softmax"),
    "sigmoid_derivative": _slope(
        "sigmoid", "sigmoid", "sigmoid_prime", "d_sigmoid", "dsigmoid", "sigmoid_grad", "sigmoid_deriv"
    ),
    "tanh_derivative": _slope("tanh", "tanh", "tanh_prime", "d_tanh", "dtanh", "tanh_grad", "tanh_deriv"),
    "relu_derivative": _slope("relu", "ReLU", "relu_prime", "d_relu", "drelu", "relu_grad", "relu_deriv"),
    "leaky_relu_derivative": _slope(
        "leaky_relu", "Leaky ReLU", "leaky_relu_prime", "d_leaky_relu", "dleaky_relu", "leaky_relu_grad"
    ),
    "sigmoid_backward": _step_back("sigmoid", "sigmoid"),
    "relu_backward": _step_back("relu", "ReLU"),
    "tanh_backward": _step_back("tanh", "tanh"),
    "layer_sizes": Role(
        Text("the sizes of the layers", "各层的大小"),
        ("layer_sizes", "layer_size", "get_layer_sizes", "define_structure"),
        ("X", "Y"),
    ),
    "initialize": Role(
        Text("the starting parameters of two layers", "两层网络的参数初始化"),
        (
            *("initialize_parameters", "init_parameters", "init_params", "initialize_weights"),
            *("initialize", "init_weights", "init", "initialize_parameters_and_layer_sizes"),
        ),
        ("n_x", "n_h", "n_y"),
    ),
    "initialize_deep": Role(
        Text("the starting parameters of L layers", "L 层网络的参数初始化"),
        ("initialize_parameters_deep", "initialize_deep", "init_parameters_deep", "init_params_deep"),
        ("layer_dims",),
    ),
    "linear_forward": Role(
        Text("the linear part of a layer, forward", "一层的线性部分（前向）"),
        ("linear_forward", "affine_forward", "linear_step_forward"),
        ("A_prev", "W", "b"),
    ),
    "linear_activation_forward": Role(
        Text("one layer, forward", "一层的前向传播"),
        ("linear_activation_forward", "layer_forward", "activation_forward", "single_layer_forward"),
        ("A_prev", "W", "b", "activation"),
    ),
    "forward": Role(
        Text("forward propagation", "前向传播"),
        (
            "forward_propagation",
            "forward_prop",
            "forward_pass",
            "forward",
            "feed_forward",
            "forwardprop",
            "propagate_forward",
        ),
        ("X", "parameters"),
    ),
    "forward_deep": Role(
        Text("forward propagation through L layers", "L 层网络的前向传播"),
        ("L_model_forward", "L_layer_forward", "forward_propagation_deep", "model_forward", "deep_forward"),
        ("X", "parameters"),
    ),
    "cost": Role(
        Text("the cost", "代价函数"),
        (
            "compute_cost",
            "cost_function",
            "calculate_cost",
            "compute_loss",
            "cross_entropy_cost",
            "cost",
            "loss",
            "calc_cost",
            "binary_cross_entropy",
            "cross_entropy",
            "log_loss",
        ),
        ("AL", "Y", "parameters"),
        optional=("parameters",),
    ),
    "linear_backward": Role(
        Text("the linear part of a layer, backward", "一层的线性部分（反向）"),
        ("linear_backward", "affine_backward", "linear_step_backward"),
        ("dZ", "linear_cache"),
    ),
    "linear_activation_backward": Role(
        Text("one layer, backward", "一层的反向传播"),
        ("linear_activation_backward", "layer_backward", "activation_backward", "single_layer_backward"),
        ("dA", "layer_cache", "activation"),
    ),
    "backward": Role(
        Text("backward propagation", "反向传播"),
        (
            "backward_propagation",
            "backward_prop",
            "backward_pass",
            "backward",
            "back_propagation",
            "back_prop",
            "backprop",
            "compute_gradients",
            "propagate_backward",
        ),
        ("parameters", "cache", "X", "Y"),
    ),
    "backward_deep": Role(
        Text("backward propagation through L layers", "L 层网络的反向传播"),
        ("L_model_backward", "L_layer_backward", "backward_propagation_deep", "model_backward", "deep_backward"),
        ("AL", "Y", "cache"),
    ),
    "update": Role(
        Text("the update of the parameters", "参数更新"),
        (
            "update_parameters",
            "update_params",
            "update",
            "gradient_descent",
            "update_weights",
            "gradient_step",
            "optimize",
            "sgd_step",
        ),
        ("parameters", "grads", "learning_rate"),
    ),
    "predict": Role(
        Text("the prediction", "预测"),
        ("predict", "prediction", "predict_labels", "make_predictions"),
        ("parameters", "X"),
    ),
    "model": Role(
        Text("the training of a network", "网络的训练"),
        ("nn_model", "model", "train", "two_layer_model", "train_model", "neural_network", "fit"),
        ("X", "Y", "n_h", "num_iterations", "learning_rate", "print_cost", "layer_dims"),
        optional=("learning_rate", "print_cost", "layer_dims"),
    ),
    "model_deep": Role(
        Text("the training of L layers", "L 层网络的训练"),
        ("L_layer_model", "deep_model", "l_layer_nn", "train_deep", "nn_model_deep"),
        ("X", "Y", "layer_dims", "learning_rate", "num_iterations", "print_cost"),
    ),
}
ROLES["update_deep"] = Role(
    ROLES["update"].title, ("update_parameters_deep", "update_params_deep"), ROLES["update"].arguments
)


def role_of(function: Function) -> str | None:
    """The role that a function plays, by its name; None where no name is near enough, or none of the roles is meant.

    An initialization with one argument is the deep network's.
    """
    role = role_by_name(function)
    return None if beyond(function, role) else role


def role_by_name(function: Function) -> str | None:
    """The role whose names come nearest to a function's."""
    if other_activation(function.name):
        return None
    short = plain(function.name)
    role = nearest_role(short)
    if role is None:
        return None
    required = [p for p in function.parameters if p.required]
    if role in ("initialize", "initialize_deep"):
        role = "initialize_deep" if len(required) == 1 else "initialize"
    if role == "update" and "num_iterations" in {key_of(p.name) for p in required}:  # gradient descent as a whole
        role = "model"
    if role in ("model", "model_deep"):
        sizes = {key_of(p.name) for p in function.parameters}
        deep = "layer_dims" in sizes and "two" not in short
        role = "model_deep" if deep else "model" if "n_h" in sizes else role
    return role


@lru_cache(maxsize=1024)  # a class calls its functions by the same few names
def nearest_role(short: str) -> str | None:
    """The role with the name that is most like a plain one; None where none is near."""
    best, role = 0.0, None
    for key, one in ROLES.items():
        for name in (*one.names, *IN_OTHER_LANGUAGES.get(key, ())):
            likeness = 1.0 if plain(name) == short else SequenceMatcher(None, plain(name), short).ratio() - 0.01
            if likeness > best:
                best, role = likeness, key
    return role if best >= NEAR else None


def roles_of(functions: Iterable[Function]) -> tuple[Mapping[str, Function], tuple[Function, ...]]:
    """The function that plays each role, and the functions that play none.

    Of two for one role the one with the course's own name is taken, else the last: it is the one that Python keeps.
    """
    cast: dict[str, Function] = {}
    others: list[Function] = []
    functions = tuple(function for function in functions if not function.owner)
    logistic = has_one_unit((function, role_by_name(function)) for function in functions)
    for function in functions:
        role = role_of(function)
        unit = role is not None and logistic and of_one_unit(function, role)
        if role is None or unit or (role in cast and plain(cast[role].name) == plain(ROLES[role].names[0])):
            others.append(function)
        else:
            others += [cast[role]] if role in cast else []
            cast[role] = function
    squared = next((function for function in others if plain(function.name) in SQUARED_ERRORS), None)
    if squared is not None and "cost" not in cast:
        cast["cost"] = squared
        others.remove(squared)
    return cast, tuple(others)


def courses_own(name: str) -> bool:
    """Whether a name is one that the course itself gives to a function.

    >>> courses_own("linear_forward"), courses_own("L_model_backward"), courses_own("normalise")
    (True, True, False)
    """
    return plain(name) in BEYOND or any(plain(name) == plain(role.names[0]) for role in ROLES.values())


def of_the_course(function: Function) -> bool:
    """Whether a function that plays no role here is one of the course's all the same."""
    role = role_by_name(function)
    return role is not None or beyond(function)
