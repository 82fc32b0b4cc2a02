"""What the names in a learner's code say: which argument is X, the rate, the cache."""

import re
import tomllib
from importlib.resources import files
from typing import Any

NAMES: dict[str, Any] = tomllib.loads((files(__package__) / "names.toml").read_text(encoding="utf-8"))
KEYS = {key: tuple(names.split()) for key, names in NAMES["arguments"].items()}
SQUARED_ERRORS = tuple(NAMES["squared_errors"].split())
OTHER_ACTIVATIONS = tuple(NAMES["other_activations"].split())
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
