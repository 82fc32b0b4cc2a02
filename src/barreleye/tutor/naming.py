"""What the names in a learner's code say: which argument is X or the rate, and what a function takes from outside."""

import re
import symtable
from functools import cache
from textwrap import dedent

KEYS: dict[str, tuple[str, ...]] = {
    "X": ("x", "data", "inputs", "input", "features", "a0", "xtrain", "trainx", "xs"),
    "Y": ("y", "labels", "label", "targets", "target", "ytrue", "ytrain", "trainy", "t"),
    "AL": ("al", "a2", "a3", "yhat", "ypred", "yp", "aout", "output", "outputs", "predictions", "pred", "probs", "a"),
    "A1": ("h", "h1", "hiddenoutput", "hiddenlayer"),
    "parameters": (
        "parameters",
        "params",
        "param",
        "theta",
        "weights",
        "model",
        "p",
        "parameter",
        "paras",
        "paramters",
    ),
    "cache": ("cache", "caches", "memory", "tape", "memo", "saved", "stored", "intermediate"),
    "grads": ("grads", "grad", "gradients", "gradient", "derivatives", "g"),
    "learning_rate": ("learningrate", "lr", "alpha", "eta", "rate", "stepsize"),
    "num_iterations": (
        "numiterations",
        "iterations",
        "numiter",
        "niter",
        "iters",
        "epochs",
        "numepochs",
        "steps",
        "maxiter",
    ),
    "print_cost": ("printcost", "verbose", "print", "show", "plot", "plotcost"),
    "n_x": ("nx", "inputsize", "ninput", "nin", "inputdim", "n0"),
    "n_h": ("nh", "hiddensize", "nhidden", "hidden", "hiddendim", "hiddenunits", "n1"),
    "n_y": ("ny", "outputsize", "noutput", "nout", "outputdim", "n2"),
    "layer_dims": ("layerdims", "layersdims", "dims", "layers", "layersizes", "sizes", "structure", "layerdim", "ns"),
    "A_prev": ("aprev", "aprevious", "previousa"),
    "W": ("w", "weight"),
    "b": ("b", "bias"),
    "dZ": ("dz",),
    "dA": ("da", "dal"),
    "Z": ("z",),
    "activation": ("activation", "activationfunction", "act", "fn", "func"),
    "m": ("m", "nsamples", "numsamples", "numexamples"),
}
CHINESE: dict[str, tuple[str, ...]] = {
    "initialize": ("初始化参数", "参数初始化", "初始化"),
    "forward": ("前向传播", "正向传播"),
    "cost": ("计算代价", "代价函数", "计算成本", "计算损失", "损失函数"),
    "backward": ("反向传播", "后向传播"),
    "update": ("更新参数", "参数更新", "梯度下降"),
    "predict": ("预测",),
    "model": ("训练", "训练模型", "神经网络模型"),
}
"""What learners call the functions of each role in Chinese."""
_KEY_OF = {name: key for key, names in KEYS.items() for name in names}


def plain(name: str) -> str:
    """A name without case, underscores and spaces: what is left to compare."""
    return re.sub(r"[\W_]", "", name.lower())


def key_of(argument: str) -> str | None:
    """What an argument stands for: "X", "parameters", "W1", "dA2", ...; None where its name says nothing.

    >>> key_of("lr"), key_of("w1"), key_of("bias2"), key_of("dz_2"), key_of("foo")
    ('learning_rate', 'W1', 'b2', 'dZ2', None)
    """
    short = plain(argument)
    if short in _KEY_OF:
        return _KEY_OF[short]
    layered = re.fullmatch(r"(d|grad|)(weights?|bias|[wbza])(\d)", short)
    if layered:
        d, word, layer = layered.groups()
        return f"{d[:1].replace('g', 'd')}{'b' if word[0] == 'b' else word[0].upper()}{layer}"
    return None


def key_in(argument: str, role: str) -> str | None:
    """What an argument stands for in a role: some names have another meaning there.

    >>> key_of("layers"), key_in("layers", "forward"), key_in("layers", "model_deep")
    ('layer_dims', 'parameters', 'layer_dims')
    """
    short = plain(argument)
    if short == "layers" and role.startswith(("forward", "backward", "update", "predict")):
        return "parameters"
    if short == "hidden" and role.startswith("backward"):
        return "A1"
    if short in ("input", "inputs") and role == "cost":
        return "AL"
    return key_of(argument)


@cache
def global_names(source: str) -> frozenset[str]:
    """The names that a function's source takes from outside: other functions, modules, data. None if it is no Python.

    >>> sorted(global_names("def compute_cost(A, Y):\\n    return np.sum(A - Y) / m"))
    ['m', 'np']
    """
    try:
        tables = [symtable.symtable(dedent(source), "", "exec")]
    except (SyntaxError, ValueError):
        return frozenset()
    names: set[str] = set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if isinstance(table, symtable.Function):
            names |= set(table.get_globals())
    return frozenset(names)
