"""Which of the course's functions is this? By name, near names, and the arguments that it takes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from ...words import Text, catalogue
from ..running.answers import Function, Note
from .beyond import BEYOND, beyond, has_one_unit, of_one_unit
from .classes import network_class
from .naming import NAMES, SQUARED_ERRORS, key_of, other_activation, plain

NEAR = 0.82
"""How alike two names must be (difflib's ratio) for one to be taken for the other: backward_promagation passes."""


@dataclass(frozen=True)
class Role:
    """One function that the course asks for.

    names        what tutorials and learners call it; the first is the course's own
    elsewhere    what they call it in other languages
    arguments    what it takes, in the course's order; those in ``optional`` may be absent
    """

    title: Text
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    optional: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name in self.arguments if name not in self.optional)


TITLES = catalogue("tutor_roles")
ROLES = {
    key: Role(
        TITLES[key],
        tuple(one["names"].split()),
        tuple(name.rstrip("?") for name in one["takes"].split()),
        tuple(name[:-1] for name in one["takes"].split() if name.endswith("?")),
        tuple(one.get("elsewhere", "").split()),
    )
    for key, one in NAMES["roles"].items()
}


def role_of(function: Function) -> str | None:
    """The role that a function plays, by its name; None where no name is near enough, or none of the roles is meant.

    An initialization with one argument is the deep network's.
    """
    role = role_by_name(function)
    return None if beyond(function, role) else role


def role_by_name(function: Function) -> str | None:
    """The role whose names come nearest to a function's; none for a test of one, or for what has another name yet."""
    name = function.name.split(".")[-1].replace("__call__", "forward")
    words = set(words_of(name))
    if other_activation(name) or words & TESTS:
        return None
    role = nearest_role(name)
    if role is None:
        return None
    required = [p for p in function.parameters if p.required]
    if role in ("initialize", "initialize_deep"):
        role = "initialize_deep" if len(required) == 1 else "initialize"
    if role == "update" and "num_iterations" in {key_of(p.name) for p in required}:  # gradient descent as a whole
        role = "model"
    if role in ("model", "model_deep"):
        sizes = {key_of(p.name) for p in function.parameters}
        deep = "layer_dims" in sizes and "two" not in plain(name)
        role = "model_deep" if deep else "model" if "n_h" in sizes else role
    return role


TESTS = {"test", "tests", "testcase", "case", "check", "checker", "plot", "numerical", "numeric"}
"""Words of functions that are about another one."""
DERIVATIVE = {"d", "prime", "diff", "grad", "gradient", "slope"}
"""Words that make a function the derivative of another, as do those that begin with der."""


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters.

    >>> words_of("L_modelBackward"), words_of("Relu_prime")
    (['l', 'model', 'backward'], ['relu', 'prime'])
    """
    return [word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]*[^A-Z]+|[A-Z]+$", part)]


@lru_cache(maxsize=1024)  # a class calls its functions by the same few names
def nearest_role(name: str) -> str | None:
    """The role with the name that is most like this one; None where none is near.

    A name without underscores is compared as a whole, else word by word: step_function is not near cost_function. The
    derivative of what is no activation plays no role.

    >>> nearest_role("sigma_d"), nearest_role("binary_crossentropy_prime"), nearest_role("backward_promagation")
    ('sigmoid_derivative', None, 'backward')
    """
    short, words = plain(name), words_of(name)
    if short in OF_NAME:
        return OF_NAME[short]
    about = [word for word in words if word in DERIVATIVE or word.startswith("der")]
    if about:
        role = OF_NAME.get("".join(word for word in words if word not in about))
        return f"{role}_derivative" if f"{role}_derivative" in ROLES else None
    likeness, role = max((alike(words, known), role) for known, role in KNOWN)
    return role if likeness >= NEAR else None


def alike(words: list[str], known: list[str]) -> float:
    """How alike two names are: as wholes, but no more than the least alike two of their words allow."""
    whole = SequenceMatcher(None, "".join(known), "".join(words)).ratio()
    if len(words) != len(known) or whole < NEAR:
        return whole
    return whole if min(map(near, words, known)) >= NEAR_WORD else 0.0


def near(word: str, known: str) -> float:
    return SequenceMatcher(None, known, word).ratio()


NEAR_WORD = 0.65
OF_NAME = {plain(name): key for key, role in reversed(ROLES.items()) for name in (*role.names, *role.elsewhere)}
KNOWN = [(words_of(name), key) for key, role in ROLES.items() for name in (*role.names, *role.elsewhere)]


ALONE = {"sigmoid", "tanh", "relu", "leaky_relu", "softmax"}
ALONE |= {f"{name}_derivative" for name in ALONE} & ROLES.keys()
"""The roles that a method of any class can play: they need nothing of its object."""


def roles_of(functions: Iterable[Function], network: str = "") -> tuple[Mapping[str, Function], tuple[Function, ...]]:
    """The function that plays each role, and the functions that play none.

    network    the class whose methods play those of a network, "" for none

    Of two for one role the one with the course's own name is taken, else the last: it is the one that Python keeps.
    """
    cast: dict[str, Function] = {}
    others: list[Function] = []
    functions = tuple(one for one in functions if one.owner in ("", network) or role_by_name(one) in ALONE)
    logistic = has_one_unit((function, role_by_name(function)) for function in functions)
    for function in functions:
        role = role_of(function)
        if function.takes_object and role in ("model", "model_deep"):
            role = None  # it trains an object, which shows elsewhere what its steps are
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


def network_of(functions: Iterable[Function]) -> str:
    """The class of which most methods play parts of a network; "" where functions do so, or no class has."""
    return network_class((function, role_by_name(function)) for function in functions)


def passed_over(functions: Iterable[Function], looked_at: Iterable[Function]) -> Iterator[Note]:
    """A note on each class with methods that are called like parts of a network and are not looked at."""
    looked_at = set(looked_at)
    methods: dict[str, list[Function]] = {}
    for function in functions:
        if function.owner and function not in looked_at:
            methods.setdefault(function.owner, []).append(function)
    for owner, left in methods.items():
        if {role_by_name(one) for one in left} - {None, "initialize", "initialize_deep"}:
            names = [one.name.removeprefix(f"{owner}.") for one in left]
            said = Text(", ".join(names), "、".join(names))
            text = catalogue("tutor_casting")["passed_over"].filled(name=owner, methods=said)
            yield Note("methods", left[0].where, text)
