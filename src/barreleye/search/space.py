"""What a search may try: spaces as data, one for each recipe, and a user's own.

A setting is a range of numbers or a list of choices, in Optuna's own types. Its name is a field of the recipe or of one
of its parts (``recipes.with_setting``).

    tuned    as "tabarena" has it for RealMLP (pytabkit 1.7, github.com/dholzmueller/pytabkit), as far as numbers go;
             its layers are narrower, for two cores' sake
    tabm     rate and decay as TabM is tuned (Gorishniy, Kotelnikov and Babenko 2025, arXiv 2410.24210), narrower layers
    plain    what the course turns by hand: layers, rate, batch, penalty, dropout

>>> space = space_of("plain", {"rate": [0.001, 0.1, "log"], "layers": ["16", "64,32"]})
>>> list(space), space["rate"].log, space["layers"].choices
(['layers', 'rate'], True, ('16', '64,32'))
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..data.targets import Task
from ..models.recipes import RECIPES, with_setting
from ..nn.validation import choose
from ..words import catalogue, reason
from ..words.extras import extras

with extras():
    from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

SAY = catalogue("results")

Space = Mapping[str, BaseDistribution]

TUNED = {
    "layers": CategoricalDistribution(("256,256,256", "256,256", "128,128,128", "128,128")),
    "rate": FloatDistribution(0.02, 0.3, log=True),
    "dropout": FloatDistribution(0.0, 0.5),
    "decay": FloatDistribution(0.001, 0.05, log=True),
    "beta2": FloatDistribution(0.95, 0.995),
    "sigma": FloatDistribution(0.01, 50.0, log=True),
    "scale_rate": FloatDistribution(2.0, 10.0, log=True),
}
TABM = {
    "layers": CategoricalDistribution(("256,256", "128,128", "256,256,256", "128,128,128")),
    "rate": FloatDistribution(1e-4, 5e-3, log=True),
    "dropout": FloatDistribution(0.0, 0.5),
    "decay": FloatDistribution(1e-4, 1e-1, log=True),
}
PLAIN = {
    "layers": CategoricalDistribution(("16", "64", "64,32", "128,64")),
    "rate": FloatDistribution(3e-4, 0.1, log=True),
    "batch": CategoricalDistribution((32, 128)),
    "l2": FloatDistribution(1e-3, 30.0, log=True),
    "dropout": FloatDistribution(0.0, 0.5),
}
SPACES: dict[str, Space] = {"tuned": TUNED, "tabm": TABM, "plain": PLAIN}

EDGE = 0.02
"""Of a range: so near to an end the best is at the edge."""


def space_of(recipe: str, own: Mapping[str, Any] | str | Path | None = None, task: Task = "classification") -> Space:
    """The space of that recipe, or a user's own: a dictionary, or the path of a TOML file that holds one.

    A setting of it is a table {low, high, log, step}, a list [low, high] or [low, high, "log"] of two numbers, a list
    of choices of any other kind, or "usual": the recipe's own range. Whole numbers low and high make whole numbers.
    ValueError for a name that the recipe does not know and for a range that holds nothing.

    >>> space_of("tuned", {"sigma": "usual", "batch": {"low": 32, "high": 128, "step": 32}})["batch"].step
    32
    """
    usual = choose("recipe", recipe, SPACES)
    if own is None:
        return usual
    if isinstance(own, str | Path):
        own = read(Path(own))
    if not own:
        raise ValueError(SAY["error.empty_space"])
    found = {name: setting(name, range_, usual) for name, range_ in own.items()}
    for name, distribution in found.items():  # each end of each is tried on the recipe
        try:
            made = [with_setting(RECIPES[recipe][task], name, value) for value in ends(distribution)]
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from None
        if len(made) > 1 and made.count(made[0]) == len(made):
            raise ValueError(SAY["error.idle_setting"].filled(name=name, recipe=repr(recipe)))
    return dict(sorted(found.items()))


def read(path: Path) -> dict[str, Any]:
    """The space in a TOML file; ValueError where it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(SAY["error.no_space"].filled(path=repr(str(path)))) from None
    except OSError as error:
        raise ValueError(SAY["error.unread_space"].filled(path=repr(str(path)), why=reason(error))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(SAY["error.no_toml"].filled(path=repr(str(path)), error=error)) from None


def setting(name: str, wanted: Any, usual: Space) -> BaseDistribution:
    """One setting of a user's space. ValueError for what is no range and no list of choices."""
    if isinstance(wanted, BaseDistribution):
        return wanted
    if wanted == "usual":
        return choose("setting", name, usual)
    if isinstance(wanted, Mapping):
        odd = wanted.keys() - {"low", "high", "log", "step"}
        if odd or not {"low", "high"} <= wanted.keys():
            raise ValueError(SAY["space.odd"].filled(name=name, wanted=dict(wanted), form=SAY["space.form"]))
        return _range(name, **wanted)
    if not isinstance(wanted, Sequence) or isinstance(wanted, str) or not wanted:
        raise ValueError(SAY["space.odd"].filled(name=name, wanted=wanted, form=SAY["space.form"]))
    numbers = [one for one in wanted if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) == 2 and (len(wanted) == 2 or (len(wanted) == 3 and wanted[2] == "log")):
        return _range(name, *numbers, log=len(wanted) == 3)
    return CategoricalDistribution([_written(one) for one in wanted])


MOST = 1e300
"""Beyond which no end of a range lies."""


def _range(name: str, low: float, high: float, *, log: bool = False, step: float | None = None) -> BaseDistribution:
    """Numbers from low to high."""
    for what, value in (("low", low), ("high", high), ("step", 1 if step is None else step)):
        if isinstance(value, bool) or not isinstance(value, int | float) or (what == "step" and not 0 < value < MOST):
            raise ValueError(SAY[f"space.{what}"].filled(name=name, value=value, form=SAY["space.form"]))
    if not (-MOST < low < high < MOST) or (log and low <= 0):
        text = SAY["space.no_powers" if log else "space.nothing"]
        raise ValueError(text.filled(name=name, low=low, high=high, form=SAY["space.form"]))
    try:
        if isinstance(low, int) and isinstance(high, int):
            return IntDistribution(low, high, log=log, step=int(step or 1))
        return FloatDistribution(float(low), float(high), log=log, step=step)
    except ValueError as error:  # of a step that is too small, or that goes by powers
        raise ValueError(SAY["space.refused"].filled(name=name, error=error, form=SAY["space.form"])) from None


def _written(choice: Any) -> Any:
    """A choice as a study keeps it: layers (64, 32) as "64,32"."""
    return ",".join(map(str, choice)) if isinstance(choice, Sequence) and not isinstance(choice, str) else choice


def ends(distribution: BaseDistribution) -> tuple[Any, ...]:
    """The ends of a range, or all choices."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    return distribution.low, distribution.high


def described(distribution: BaseDistribution) -> str:
    """A setting's range or choices in words.

    >>> described(FloatDistribution(0.001, 0.1, log=True)), described(CategoricalDistribution(["16", "64,32"]))
    ('0.001 to 0.1 by powers', '16; 64,32')
    """
    if isinstance(distribution, CategoricalDistribution):
        return "; ".join(map(str, distribution.choices))
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    whole = " in whole numbers" if isinstance(distribution, IntDistribution) else ""
    step = f" in steps of {distribution.step:g}" if distribution.step not in (None, 1) else whole
    return f"{distribution.low:g} to {distribution.high:g}{' by powers' if distribution.log else ''}{step}"


def grid(space: Space, trials: int) -> dict[str, list[Any]]:
    """Points of each setting whose combinations are as many as trials, or the most below; two of a range at least.

    >>> points = grid(space_of("plain", {"rate": [0.001, 0.1, "log"], "layers": ["16", "64"]}), 6)
    >>> points["rate"], len(points["layers"])
    ([0.001, 0.01, 0.1], 2)
    """
    ranges = [name for name, one in space.items() if not isinstance(one, CategoricalDistribution)]
    choices = math.prod(len(ends(one)) for name, one in space.items() if name not in ranges)
    each = max(2, math.floor((trials / choices) ** (1 / len(ranges)) + 1e-9)) if ranges else 0
    return {name: _points(one, each) for name, one in space.items()}


def _points(distribution: BaseDistribution, n: int) -> list[Any]:
    """So many points of a range, as far apart as can be; all choices."""
    if isinstance(distribution, CategoricalDistribution):
        return list(distribution.choices)
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    low, high = distribution.low, distribution.high
    shares = [k / (n - 1) for k in range(n)]
    if distribution.log:
        values = [float(f"{math.exp(math.log(low) + s * math.log(high / low)):.6g}") for s in shares]
    else:
        values = [float(f"{low + s * (high - low):.6g}") for s in shares]
    whole = isinstance(distribution, IntDistribution)
    return sorted({round(value) for value in values}) if whole else values


def at_edge(space: Space, best: Mapping[str, Any]) -> dict[str, str]:
    """The settings whose best value is at an end of their range, "low" or "high": that range wants widening.

    >>> at_edge({"rate": FloatDistribution(0.001, 0.1, log=True)}, {"rate": 0.098})
    {'rate': 'high'}
    """
    found = {}
    for name, distribution in space.items():
        if isinstance(distribution, CategoricalDistribution):
            continue
        low, high = ends(distribution)
        scale = math.log if getattr(distribution, "log", False) else float
        share = (scale(best[name]) - scale(low)) / (scale(high) - scale(low))
        if not EDGE < share < 1 - EDGE and not (share <= EDGE and low == 0):  # nothing is below 0
            found[name] = "low" if share <= EDGE else "high"
    return found
