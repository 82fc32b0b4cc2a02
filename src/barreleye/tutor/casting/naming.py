"""What the names in a learner's code say: which argument is X, the rate, the cache."""

import re

KEYS: dict[str, tuple[str, ...]] = {
    "X": ("x", "data", "inputs", "input", "features", "a0", "xtrain", "trainx", "xs"),
    "Y": ("y", "labels", "label", "targets", "target", "ytrue", "ytrain", "trainy", "t"),
    "X_val": ("xval", "xvalid", "xvalidation", "xdev", "xtest", "valx", "devx", "testx"),
    "Y_val": ("yval", "yvalid", "yvalidation", "ydev", "ytest", "valy", "devy", "testy"),
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
        "parametros",
        "parametres",
    ),
    "cache": ("cache", "caches", "memory", "tape", "memo", "saved", "stored", "intermediate"),
    "grads": ("grads", "grad", "gradients", "gradient", "derivatives", "g", "gradientes", "gradienten"),
    "learning_rate": ("learningrate", "lr", "alpha", "eta", "rate", "stepsize", "tasa", "taux", "lernrate"),
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
    "lambd": ("lambd", "lambda", "lam", "lamda", "lmbda", "lmbd"),
    "print_cost": ("printcost", "verbose", "print", "show", "plot", "plotcost"),
    "n_x": ("nx", "inputsize", "ninput", "nin", "inputdim", "n0"),
    "n_h": ("nh", "hiddensize", "nhidden", "hidden", "hiddendim", "hiddenunits", "n1"),
    "n_y": ("ny", "outputsize", "noutput", "nout", "outputdim", "n2"),
    "layer_dims": ("layerdims", "layersdims", "dims", "layers", "layersizes", "sizes", "structure", "layerdim", "ns"),
    "A_prev": ("aprev", "aprevious", "previousa"),
    "W": ("w", "weight", "ws"),
    "b": ("b", "bias", "biases", "bs"),
    "dW": ("dw", "nablaw", "gradw", "dweights", "dws"),
    "db": ("db", "nablab", "gradb", "dbias", "dbiases", "dbs"),
    "dZ": ("dz",),
    "dA": ("da", "dal"),
    "Z": ("z",),
    "activation": ("activation", "activationfunction", "act", "fn", "func", "dactivation", "dact"),
    "m": ("m", "nsamples", "numsamples", "numexamples"),
}
SQUARED_ERRORS = ("mse", "msecost", "mseloss", "meansquarederror", "squarederror", "sse", "quadraticcost")
"""What the cost is called in a file that has no other."""
OTHER_ACTIVATIONS = (
    *("elu", "selu", "celu", "gelu", "prelu", "rrelu", "crelu", "relu6", "swish", "silu", "mish", "maxout"),
    *("softplus", "softsign", "hardsigmoid", "logsigmoid", "hardtanh", "hardswish", "scaledtanh", "logsoftmax"),
)
"""Activations that the course has not, though their names come near to those that it has."""
_KEY_OF = {name: key for key, names in KEYS.items() for name in names}


def plain(name: str) -> str:
    """A name without case, underscores and spaces: what is left to compare."""
    return re.sub(r"[\W_]", "", name.lower())


def other_activation(name: str) -> bool:
    """Whether a function is called after an activation that the course has not, or after its derivative.

    >>> other_activation("elu_prime"), other_activation("hard_sigmoid"), other_activation("relu_prime")
    (True, True, False)
    """
    of_it = rf"(my|d|grad)?({'|'.join(OTHER_ACTIVATIONS)})(forward|backward|d|deriv(ative)?|prime|grad(ient)?)?"
    return re.fullmatch(of_it, plain(name)) is not None


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
