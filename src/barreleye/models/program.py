"""A model as one Python file that needs NumPy alone, or PyTorch beside it, from columns as they come to its answers.

Its equations are those of this library, traced (``tracing``); how its columns are read stands there in this library's
own words (``quoting``); its numbers are at the end. There is no second forward pass, and no second way to read a cell.
"""

import copy
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..data.frame import cells_of
from ..data.table import cleared, clipped
from ..files.atomic import write_atomically
from ..files.description import HEADS
from ..nn.activations import ACTIVATIONS
from ..nn.arrays import cosine
from ..nn.network import forward
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..words import catalogue
from .model import Model, each_member
from .program_text import base64_of, folded, import_lines, literal, quotable
from .quoting import quoted
from .tracing import NUMPY, TORCH, Dialect, Traced, lines

SAY = catalogue("results")
SAMPLES = 3
"""Of the example that is traced."""
MANY = 100
"""Texts of a column that stand among the numbers at the end."""


class Function(NamedTuple):
    """An activation or link that takes more than a call: its name, what is known of it, and the lines that make A."""

    name: str
    formula: str
    lines: list[str]


def to_python(model: Model, name: str = "model", lang: str = "en") -> str:
    """The text of a Python file that answers as the model does and imports NumPy alone.

    name: of the file, without its ending. lang: the language of what the file says of itself, "en" or "zh"

    >>> from ..data.builtin import load_dataset
    >>> from .preparing import prepare, rows_of
    >>> from .run import Settings
    >>> frame, target = rows_of(load_dataset("iris"))
    >>> ready, settings = prepare(frame, [target]), Settings(recipe="plain", epochs=3)
    >>> *_, last = settings.train(ready)
    >>> print(*(line for line in to_python(ready.model(last), "iris").splitlines() if " Z" in line[:6]), sep="\\n")
        Z1 = W1 @ A0 + b1  # (64, m)
        Z2 = W2 @ A1 + b2  # (32, m)
        Z3 = W3 @ A2 + b3  # (3, m)
    """
    return program(model, name, lang, NUMPY)


def to_torch(model: Model, name: str = "model", lang: str = "en") -> str:
    """The text of a Python file with the model as a torch.nn.Module, ``Network``; else as ``to_python`` has it."""
    return program(model, name, lang, TORCH)


def save_python(model: Model, path: str | Path, lang: str = "en") -> None:
    """Write ``to_python`` atomically. Raises OSError."""
    write_atomically(path, to_python(model, Path(path).stem, lang).encode())


def save_torch(model: Model, path: str | Path, lang: str = "en") -> None:
    """Write ``to_torch`` atomically. Raises OSError."""
    write_atomically(path, to_torch(model, Path(path).stem, lang).encode())


def program(model: Model, name: str, lang: str, dialect: Dialect) -> str:
    """The text of a Python file whose equations are in a dialect."""
    table, targets, network = model.table, model.targets, model.network
    each_network = each_member(model.parameters, model.averages)
    members = [named(p) | (named(a) if a else {}) for p, a in each_network]
    dtype = members[0]["W1"].dtype
    trace, functions = traced(network, *each_network[0], dialect)
    equations = lines([one for one in named(trace).items() if one[0] != "X0"], dialect)
    Y_hat = Traced(np.full((SAMPLES, network.n[-1]), 0.5, dtype), "Y_hat")
    answers = model.answers(Y_hat)
    each = answers if targets.classes else [answers]
    names = ["P" if targets.classes else "Y"] if len(each) == 1 else [f"P{i + 1}" for i in range(len(each))]
    data, columns = numbers_of(model, members)
    kinds = {type(table.encoders[one]) for one in table.inputs}
    body = "\n".join([*equations, *(line for one in functions for line in one.lines)])
    roots = [cells_of, *sorted(kinds, key=lambda kind: kind.kind)]
    roots += [clipped] * (not table.is_plain) + [cleared] * bool(table.marks) + [cosine] * ("cosine(" in body)
    needs, text = quoted(roots, lang)
    return str(
        template().render(
            said=lambda key, **values: SAY[f"program.{key}"].filled(**values).said(lang),
            error=lambda key: repr(SAY[f"program.{key}"].said(lang)),
            name=quotable(name),
            version=version("barreleye"),
            inputs=len(table.inputs),
            targets=quotable(", ".join(map(repr, targets.names))),
            example=quotable(
                ", ".join(f"{one!r}: [...]" for one in table.inputs[:3]) + ", ..." * (len(table.inputs) > 3)
            ),
            imports=import_lines(needs, ["torch"] * (dialect is TORCH)),
            torch=dialect is TORCH,
            classes=targets.classes,
            single=len(targets.names) == 1,
            several=len(members) > 1,
            n_y=network.n[-1],
            answers=lines(list(zip(names, each, strict=True)), NUMPY, shapes=False),
            answer=names[0] if len(names) == 1 else f"[{', '.join(names)}]",
            forward="\n".join(folded(f"def forward({', '.join(['X', *members[0]])}):")),
            network=quotable(repr(network)),
            equations=[part for line in equations for part in folded(line)],
            output=f"A{network.L}",
            functions=functions,
            erfc=dialect is NUMPY and "erfc(" in body,
            marks=table.marks,
            scaled=not table.is_plain,
            dtype=dtype.name,
            quoted=text,
            columns=columns,
            names=list(members[0]),
            members=len(members),
            numbers=base64_of(data),
        )
    )


def named(fields: Any) -> dict[str, Any]:
    """The arrays of a tuple of dicts by layer, by their names on paper without brackets: W1, b1, ..., sigma2_1.

    >>> list(named(Averages({1: np.zeros(1)}, {1: np.ones(1)})))
    ['mu1', 'sigma2_1']
    """
    return {
        f"{name}{'_' * name[-1].isdigit()}{l}": array
        for name, each in fields._asdict().items()
        for l, array in each.items()
    }


def traced(
    network: Network, parameters: Parameters, averages: Averages | None, dialect: Dialect
) -> tuple[Any, list[Function]]:
    """The trace of a forward pass of traced arrays, and the functions that it calls."""

    def each(source: Any) -> Any:
        names = iter(named(source))
        return type(source)(*({l: Traced(array, next(names)) for l, array in field.items()} for field in source))

    functions, calling = dict[str, Function](), copy.copy(network)
    parts = enumerate((*network.activations, network.head), start=1)
    calling.__dict__["g"] = {l: called(part, network.g[l], functions, dialect) for l, part in parts}
    X = Traced(np.full((network.n_x, SAMPLES), 0.5, parameters.W[1].dtype), "X")
    with np.errstate(all="ignore"):
        trace = forward(calling, each(parameters), X, averages=averages and each(averages))
    return trace, list(functions.values())


def called(part: Any, g: Callable[[Any], Any], functions: dict[str, Function], dialect: Dialect) -> Any:
    """g as it is, if it is a single call; else a call of a function, which joins the functions."""

    def of(Z: Traced) -> Any:
        made = lines([("A", g(Traced(Z.value, "Z")))], dialect, shapes=False)
        if len(made) == 1 and len(made[0]) < 40:
            return g(Z)
        known = [*ACTIVATIONS.items(), *HEADS.items()]
        name = next((name for name, kind in known if type(part) is kind), "g")
        formula = (type(part).__doc__ or "").partition(", g'")[0].partition("; g'")[0]
        made_function = Function(name, formula if formula.startswith("g(z)") and "\n" not in formula else "", made)
        same = [one.name for one in functions.values() if one.lines == made]
        if same:
            made_function = made_function._replace(name=same[0])
        elif name in functions:
            made_function = made_function._replace(name=f"{name}_{len(functions) + 1}")
        functions.setdefault(made_function.name, made_function)
        return Traced(g(Z.value), f"{made_function.name}(_0)", [Z])

    return of


def numbers_of(model: Model, members: list[dict[str, np.ndarray]]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays that stand at the end of the file, by name, and the lines that say what is made of which column."""
    table, targets, held = model.table, model.targets, dict[str, np.ndarray]()
    said = ["COLUMNS = {"]
    for i, name in enumerate(table.inputs):
        encoder, facts = table.encoders[name], list[str]()
        for field in fields(encoder):
            value, key = getattr(encoder, field.name), f"column {i} {field.name}"
            if isinstance(value, np.ndarray) or (isinstance(value, tuple) and len(value) > MANY):
                held[key] = np.array(value)
                value = f'DATA["{key}"]' if isinstance(value, np.ndarray) else f'tuple(DATA["{key}"].tolist())'
            else:
                value = literal(value)
            facts.append(f"{field.name}={value}")
        said.append(f"    {name!r}: {type(encoder).__name__}({', '.join(facts)}),")
    said.append("}")
    if targets.classes:
        said += ["CLASSES = [", *(f"    {literal(classes)}," for classes in targets.classes), "]"]
    if table.marks:
        said.append(f"MARKED = {table.marks!r}")
    if not table.is_plain:
        shares = [(own, table.encoders[name].rows is None) for name, own in table.places.items()]
        measured = np.concatenate([np.full(own.stop - own.start, is_measured) for own, is_measured in shares])
        held |= {"centre": table.centre, "scale": table.scale, "measured": measured}
    return held | {f"{name} {i}": array for i, each in enumerate(members) for name, array in each.items()}, said


@cache
def template() -> Any:
    from jinja2 import Environment, StrictUndefined

    source = (files(__package__) / "program.py.jinja").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(source)
