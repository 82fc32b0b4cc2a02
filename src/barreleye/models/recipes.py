"""Recipes for tables: all that a training may be told, each number with its source. A user's own word goes before.

    tuned    RealMLP-TD (Holzmueller, Grinsztajn and Steinwart 2024, arXiv 2407.04491, table A.1; batches by rows as in
             pytabkit 1.7): what a network gets when nothing else is said
    tabm     TabM-mini (Gorishniy, Kotelnikov and Babenko 2025, arXiv 2410.24210; constants of tabm 0.0.3): eight
             networks with a body in common; narrower and with smaller embeddings than there, for two cores' sake
    plain    the course's network: ReLU, Adam, no more than layers, activation, ... describe

>>> recipe("tuned", "regression", rows=5000).batch, recipe("plain", "regression", rows=5000).batch
(128, 32)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..data.table import Table
from ..data.targets import Task
from ..nn.front import Front, Levels, Numbers, Part, Rows
from ..nn.optimizers import Adam, Optimizer, optimizer
from ..nn.validation import choose
from ..training.transforms import Decay, Rates, Transform
from ..words import catalogue

SAY = catalogue("results")


@dataclass(frozen=True)
class Recipe:
    """How a network for a table is made and trained.

    rate, clip      as for ``train``; rate None: the optimizer's usual one
    batch           rows in a step; 0: all; None: by how many there are (``batch_of``)
    patience        epochs without a better validation cost before it stops; 0: never, the best epoch is kept
    numbers         what is made of each amount before layer 1; None: it is taken as it is, as marks always are
    levels          how many numbers are learnt for each level of a category of many; None: such are one-hot
    each_class      whether two classes have an output each, as three have
    smoothing       of the labels, where accuracy is what counts
    smoothing_uncalibrated    the same for log-loss, where too few rows are set aside to calibrate and answers would be
                    surer than they are right. 0.03 is our own: on six tables of 208 to 336 rows, three seeds, log-loss
                    was lower than with 0.1 on four and lower than with none on five
    clamped         whether answers stay within the numbers of the training rows
    shared          whether the networks have a body in common, each with its own scale of the inputs and its own head
    members         networks, by training rows; None: 8 up to 2,000, 4 up to 10,000, else 1
    """

    layers: tuple[int, ...]
    activation: str
    optimizer: str | Optimizer
    rate: float | None
    epochs: int
    batch: int | None = None
    schedule: str = "constant"
    clip: float | None = None
    patience: int = 0
    l2: float = 0.0
    dropout: float = 0.0
    dropout_schedule: str = "constant"
    batch_norm: bool = False
    parametric: bool = False
    ntk: bool = False
    initializer: str | None = None
    transforms: tuple[Transform, ...] = ()
    numbers: Numbers | None = None
    levels: int | None = None
    each_class: bool = False
    smoothing: float | None = None
    smoothing_uncalibrated: float | None = None
    clamped: bool = False
    shared: bool = False
    members: int | None = None
    dtype: str = "float64"


RATES = {"s": 6.0, "b": 0.1, "alpha": 0.1, "omega": 0.1, "phase": 0.1, "V": 0.1, "v": 0.1}
"""Of the paper: how much faster or slower than W each field learns."""
DECAYS = {"W": 1.0, "E": 1.0, **{name: factor for name, factor in RATES.items() if name != "b"}}
"""Decay is rate * factor again: the code of the paper squares its rates' factors here, b has none."""

TUNED = Recipe(
    layers=(256, 256, 256),
    activation="selu",
    optimizer=Adam(beta1=0.9, beta2=0.95, epsilon=1e-8),
    rate=0.04,
    epochs=256,
    schedule="coslog4",
    dropout=0.15,
    dropout_schedule="flat_cosine",
    parametric=True,
    ntk=True,
    initializer="from_data",
    transforms=(Rates(RATES), Decay(0.02, DECAYS, "flat_cosine")),
    numbers=Numbers(1, waves=16, size=4, sigma=0.1),
    levels=8,
    each_class=True,
    smoothing=0.1,
    smoothing_uncalibrated=0.03,
    clamped=True,
    dtype="float32",
)

TABM = Recipe(
    layers=(256, 256),
    activation="relu",
    optimizer=Adam(),
    rate=0.002,
    epochs=100,
    clip=1.0,
    patience=16,
    dropout=0.1,
    transforms=(Decay(0.0003, {"W": 1.0, "V": 1.0, "E": 1.0, "s": 1.0, "omega": 1.0}),),
    numbers=Numbers(1, waves=32, size=8, wave="ramp"),
    levels=8,
    each_class=True,
    shared=True,
    members=8,
    dtype="float32",
)

PLAIN = Recipe(
    layers=(64, 32),
    activation="relu",
    optimizer="adam",
    rate=None,
    epochs=300,
    batch=32,
    patience=30,
    members=1,
)

RECIPES: dict[str, Mapping[Task, Recipe]] = {
    "tuned": {"classification": TUNED, "regression": replace(TUNED, activation="mish", rate=0.2)},
    "tabm": {"classification": TABM, "regression": TABM},
    "plain": {"classification": PLAIN, "regression": PLAIN},
}

PLAIN_RATE = 0.003
"""Of Adam and AdamW in "plain": on seven built-in tables as good as their usual 0.001 or better, for small tables have
few steps to learn in."""
MOST_NUMBERS = 500
"""Amounts of more columns are taken as they are: so many tell enough one beside another, and waves would be slow."""


def recipe(name: str, task: Task, rows: int, **told: Any) -> Recipe:
    """The recipe of that name for a task and so many training rows, with what was told (not None) in place of its own.

    Raises ValueError with the names there are.
    """
    own = choose("recipe", name, RECIPES)[task]
    told = {key: value for key, value in told.items() if value is not None}
    if "optimizer" in told and "rate" not in told:
        told["rate"] = None  # the recipe's is for its own optimizer
    made = replace(own, **told)
    if made.batch is None:
        made = replace(made, batch=batch_of(rows))
    if made.rate is None and made.optimizer in ("adam", "adamw"):
        made = replace(made, rate=PLAIN_RATE)
    return made


def with_setting(recipe: Recipe, name: str, value: Any) -> Recipe:
    """The recipe with a field of its own, or of one of its parts (``INNER``), changed; ValueError for another name.

    >>> with_setting(TUNED, "decay", 0.1).transforms[1].amount, with_setting(TUNED, "layers", "64,32").layers
    (0.1, (64, 32))
    """
    if name in INNER:
        return INNER[name](recipe, value)
    choose("setting", name, dict.fromkeys([*Recipe.__dataclass_fields__, *INNER]))
    if name == "layers" and isinstance(value, str):
        parts = [part.strip() for part in value.split(",")]
        if not all(part.isdecimal() and part.isascii() for part in parts):
            raise ValueError(SAY["error.layers"].filled(value=value))
        value = tuple(int(units) for units in parts if int(units))
    return replace(recipe, **{name: value})


def _with_transform(recipe: Recipe, kind: type[Transform], change: Callable[[Any], Transform]) -> Recipe:
    """The recipe with its transform of that kind changed; ValueError where it has none."""
    if not any(isinstance(one, kind) for one in recipe.transforms):
        raise ValueError(SAY["error.no_setting"].filled(kind=kind.__name__))
    return replace(recipe, transforms=tuple(change(one) if isinstance(one, kind) else one for one in recipe.transforms))


def _with_rate(field: str) -> Callable[[Recipe, float], Recipe]:
    """What changes how much faster than W that field learns."""

    def changed(recipe: Recipe, factor: float) -> Recipe:
        return _with_transform(recipe, Rates, lambda one: Rates({**dict(one.factors), field: factor}))

    return changed


def _with_beta2(recipe: Recipe, beta2: float) -> Recipe:
    """The recipe with another beta2; ValueError for an optimizer that has none."""
    own = optimizer(recipe.optimizer)
    if not isinstance(own, Adam):
        raise ValueError(SAY["error.beta2"].filled(beta2=beta2, recipe=recipe))
    return replace(recipe, optimizer=replace(own, beta2=beta2))


INNER: dict[str, Callable[[Recipe, Any], Recipe]] = {
    "decay": lambda r, amount: _with_transform(r, Decay, lambda one: replace(one, amount=amount)),
    "scale_rate": _with_rate("s"),
    "sigma": lambda r, sigma: replace(r, numbers=None if r.numbers is None else replace(r.numbers, sigma=sigma)),
    "beta2": _with_beta2,
}
"""Settings of a recipe's parts, by name: what makes the recipe with another value."""


def batch_of(rows: int) -> int:
    """Rows in a step: 64 up to 1,024 rows, 128 up to 8,192, 256 up to 30,000, 512 up to 100,000, else 1,024.

    >>> batch_of(500), batch_of(20_000)
    (64, 256)
    """
    return next((size for most, size in ((1024, 64), (8192, 128), (30_000, 256), (100_000, 512)) if rows <= most), 1024)


def members_of(recipe: Recipe, rows: int) -> int:
    """Networks for so many training rows.

    >>> members_of(TUNED, 500), members_of(TUNED, 50_000), members_of(PLAIN, 500)
    (8, 1, 1)
    """
    return recipe.members or (8 if rows <= 2000 else 4 if rows <= 10_000 else 1)


def front_of(table: Table, recipe: Recipe) -> Front | None:
    """What stands before layer 1 for the coded columns of a table: amounts first, then levels, then marks."""
    if recipe.numbers is None:
        return None
    measured = [m for encoder in table.encoders.values() if encoder.parts for m in encoder.measured]
    amounts = [row for row, amount in enumerate(measured) if amount]
    levels = [row for row, size in enumerate(table.rows) if size is not None]
    marks = [row for row in range(len(measured)) if row not in {*amounts, *levels}]
    parts: list[Part] = []
    if amounts:
        parts.append(replace(recipe.numbers, n=len(amounts)) if len(amounts) <= MOST_NUMBERS else Rows(len(amounts)))
    parts += [Levels(size - 1, recipe.levels or 1) for size in table.rows if size is not None]
    parts += [Rows(len(marks))] if marks else []
    return Front(tuple(parts), tuple(amounts + levels + marks), "normal" if recipe.shared else "ones")
