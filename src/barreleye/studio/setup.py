"""What a training in the studio is made of: its data and its settings, as a value that a page can send and a URL keep.

>>> setup = Setup()
>>> Setup.of(setup.values()) == setup
True
>>> ready = setup.prepared({})
>>> ready.X.shape, [len(part) for part in ready.parts]
((400, 2), [320, 80, 0])
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self, get_args

from ..data.builtin import DATASETS, load_dataset, options_of
from ..data.frame import Frame, frame_of
from ..models.preparing import Prepared, prepare, rows_of
from ..models.run import Settings
from ..nn.activations import ACTIVATIONS
from ..nn.initializers import INITIALIZERS
from ..nn.optimizers import OPTIMIZERS
from ..nn.schedules import SCHEDULES
from ..nn.validation import choose, finite, number
from ..words import catalogue

SAY = catalogue("studio")

DRAWN = "drawn"
"""The name of points that are drawn by hand."""


@dataclass(frozen=True)
class Data:
    """What is learnt.

    name       of a built-in table, of one that was opened, or "drawn"
    options    of a built-in planar set: m, noise, seed, ...
    points     drawn ones: (x1, x2, class) each
    target     the column that is predicted; None: the last
    plane      the two columns of numbers that are seen as a plane; None: the first two
    share      of the rows that are held out
    """

    name: str = "flower"
    options: tuple[tuple[str, float], ...] = ()
    points: tuple[tuple[float, float, int], ...] = ()
    target: str | None = None
    plane: tuple[str, str] | None = None
    share: float = 0.2

    @property
    def held_out(self) -> bool:
        """Whether rows are held out; of points that are drawn none are."""
        return self.share > 0 and self.name != DRAWN

    @property
    def drawn_anew(self) -> bool:
        """Whether its columns are known to be numbers: a built-in set with options, or points."""
        return self.name == DRAWN or (self.name in DATASETS and bool(options_of(self.name)))

    def frame(self, tables: Mapping[str, Frame]) -> tuple[Frame, str]:
        """The rows, and the name of the target. ValueError for a name that is neither built in nor among the tables."""
        if self.name == DRAWN:
            if len({label for _, _, label in self.points}) < 2:
                raise ValueError(SAY["error.few_points"])
            x1, x2, label = zip(*self.points, strict=True)
            return frame_of({"x1": x1, "x2": x2, "class": [*map(str, label)]}), "class"
        if self.name in tables:
            frame = tables[self.name]
            return frame, self.target or frame.names[-1]
        choose("data", self.name, dict.fromkeys([*DATASETS, *tables, DRAWN]))
        return rows_of(load_dataset(self.name, **{k: _whole(v) for k, v in self.options}))


START = Settings(
    layers=(8,), activation="tanh", optimizer="adam", rate=0.03, batch=0, epochs=1000, patience=0, engine="numpy"
)
"""A page opens with this: it learns the flower while one looks."""
SETTABLE = ("layers", "activation", "optimizer", "rate", "schedule", "clip", "epochs", "batch", "l2", "dropout")
"""Settings that the page offers, with batch_norm, seed and the initializer: those of a plain network."""
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "activation": ACTIVATIONS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "initializer": INITIALIZERS,
}


@dataclass(frozen=True)
class Setup:
    """Data and settings of one training; everything else about it follows from them."""

    data: Data = field(default_factory=Data)
    settings: Settings = START

    def values(self) -> dict[str, Any]:
        """As JSON values, from which ``Setup.of`` makes it again; what is as it was at the start is left out."""
        data = {k: v for k, v in asdict(self.data).items() if v != getattr(Data(), k)}
        data |= {"options": dict(self.data.options)} if self.data.options else {}
        told = {name: getattr(self.settings, name) for name in (*SETTABLE, "batch_norm", "seed")}
        told = {name: value for name, value in told.items() if value != getattr(START, name)}
        return {"data": data, "settings": told | dict(self.settings.more)}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The setup that such values say. TypeError or ValueError for what there is not, by name."""
        return cls().changed(values.get("data", {}), values.get("settings", {}))

    def changed(self, data: Mapping[str, Any] = {}, settings: Mapping[str, Any] = {}) -> Self:
        """The setup with those parts of its data and those settings in place of its own; None: the recipe's own."""
        known = {one.name: one.name for one in fields(Data)}
        told = {choose("data", name, known): value for name, value in data.items()}
        if "name" in told and told["name"] != self.data.name:  # options, target and plane were those of other rows
            told = {"options": {}, "target": None, "plane": None} | told
        if "options" in told:
            told["options"] = tuple((str(k), finite(k, v)) for k, v in dict(told["options"]).items())
        if "points" in told:
            told["points"] = tuple((finite("x1", a), finite("x2", b), int(c)) for a, b, c in told["points"])
        if told.get("plane"):
            told["plane"] = tuple(map(str, told["plane"]))
        if "share" in told:
            told["share"] = number(
                "share", told["share"], SAY["expected.share"], 0, 0.9, open_low=False, open_high=False
            )
        names = dict.fromkeys([*SETTABLE, "batch_norm", "seed", "initializer"])
        own = dict(settings)
        for name in own:
            choose("setting", name, names)
        if own.get("layers") is not None:
            own["layers"] = tuple(own["layers"])
        more = dict(self.settings.more)
        if "initializer" in own:
            name = own.pop("initializer")
            more |= {
                "initializer": None if name is None else choose("initializer", name, dict.fromkeys(INITIALIZERS, name))
            }
        own["more"] = tuple((name, value) for name, value in more.items() if value is not None)
        return replace(self, data=replace(self.data, **told), settings=replace(self.settings, **own))

    def prepared(self, tables: Mapping[str, Frame]) -> Prepared:
        """The rows, coded and split as every table of this library is."""
        frame, target = self.data.frame(tables)
        return prepare(
            frame,
            [target],
            kinds=dict.fromkeys(set(frame.names) - {target}, "number") if self.data.drawn_anew else None,
            hold_out=False,
            validate=self.data.held_out,
            share=self.data.share,
            seed=self.settings.seed,
        )

    @property
    def endless(self) -> bool:
        """Whether training may go on for ever: no schedule ends with the epochs."""
        return self.settings.schedule in (None, "constant")


def controls() -> list[dict[str, Any]]:
    """What can be set, for a page: its name, its kind, its choices, its words; from the library's own tables."""
    types = {one.name: one.type for one in fields(Settings)} | {"initializer": str}
    told = {}
    for name in (*SETTABLE, "batch_norm", "initializer", "seed"):
        kind = "choice" if name in CHOICES else "layers" if name == "layers" else _kind(types[name])
        value = getattr(START, name, None)
        told[name] = {"name": name, "kind": kind, "choices": list(CHOICES.get(name, ())), "value": value}
    help_ = catalogue("help")
    return [
        one | {"help": (help_.get(f"train.{name}") or help_.get(f"option.{name}") or SAY[f"setting.{name}"]).both()}
        for name, one in told.items()
    ]


def sets() -> dict[str, dict[str, float]]:
    """The built-in tables by name, with the options of those that are drawn anew."""
    return {name: options_of(name) for name in DATASETS}


def _kind(type_: Any) -> str:
    named = [one for one in get_args(type_) if one is not type(None)] or [type_]
    return {bool: "yes", int: "whole", float: "number"}[named[0]]


def _whole(value: float) -> float:
    """As a page sends numbers, 400.0 may be meant as 400."""
    return int(value) if float(value).is_integer() else value
