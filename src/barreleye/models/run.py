"""One run of a training on a prepared table: its settings, its progress, and what it leaves in a folder.

>>> from ..data.builtin import load_dataset
>>> from .preparing import prepare, rows_of
>>> frame, target = rows_of(load_dataset("xor"))
>>> ready = prepare(frame, [target], kinds={"x1": "number"})
>>> *_, last = Settings(layers=(4,), epochs=3, engine="numpy").train(ready)
>>> last.epoch
3.0
"""

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ..files.atomic import write_atomically
from ..nn.activations import ACTIVATIONS
from ..nn.optimizers import OPTIMIZERS
from ..nn.schedules import SCHEDULES
from ..nn.structure import Network
from ..nn.validation import check, choose, count, fraction, nonnegative, positive
from ..training.loop import train
from ..training.progress import Progress
from ..training.stopping import EarlyStopping
from .preparing import Prepared
from .scores import head_of
from .worth import Worth, plain

ADAM_RATE = 0.003
"""On seven built-in tables it is as good as Adam's usual 0.001 or better: small tables have few steps to learn in."""


@dataclass(frozen=True)
class Settings:
    """What a training of a table may be told; the words are those of ``train`` and ``Network``.

    rate        None: 0.003 for Adam and AdamW, else the optimizer's usual one
    batch       rows in a step; 0: all of them
    patience    epochs without a better validation cost before it stops; 0: never
    members     networks trained at once, each with a seed of its own; answers are the mean of their outputs
    """

    layers: tuple[int, ...] = (64, 32)
    activation: str = "relu"
    optimizer: str = "adam"
    rate: float | None = None
    schedule: str = "constant"
    clip: float | None = None
    epochs: int = 300
    batch: int = 32
    patience: int = 30
    l2: float = 0.0
    dropout: float = 0.0
    batch_norm: bool = False
    members: int = 1
    seed: int = 0
    engine: str = "auto"
    device: str = "auto"

    def __post_init__(self) -> None:
        """Raise TypeError or ValueError for what can be known to be wrong before there is a table."""
        words = {"activation": ACTIVATIONS, "optimizer": (*OPTIMIZERS, "lbfgs"), "schedule": SCHEDULES}
        words |= {"engine": ("auto", "numpy", "xla"), "device": ("auto", "cpu", "gpu", "tpu")}
        for name, known in words.items():
            choose(name, getattr(self, name), dict.fromkeys(known))
        given = {name: positive for name in ("rate", "clip") if getattr(self, name) is not None}
        check(self, **given, epochs=count, batch=partial(count, least=0), l2=nonnegative, dropout=fraction)
        check(self, patience=partial(count, least=0), members=count, seed=partial(count, least=0))

    def network(self, ready: Prepared) -> Network:
        """The network for the coded columns and the targets."""
        return Network(
            (ready.X.shape[1], *self.layers, ready.targets.n_y),
            self.activation,
            head_of(ready),
            batch_norm=self.batch_norm,
            keep_prob=1 - self.dropout,
            L2=self.l2,
        )

    def train(self, ready: Prepared) -> Iterator[Progress]:
        """Train on the training rows; the validation rows, if there are any, say when to stop."""
        rows, watched = ready.data(ready.parts.train), ready.parts.validation.size > 0
        full = self.batch == 0 or self.optimizer == "lbfgs"
        return train(
            self.network(ready),
            *rows[:2],
            weights=rows[2] if len(rows) > 2 else None,
            validation=ready.data(ready.parts.validation) if watched else None,
            optimizer=self.optimizer,
            learning_rate=ADAM_RATE if self.rate is None and self.optimizer in ("adam", "adamw") else self.rate,
            schedule=self.schedule,
            clip_norm=self.clip,
            batch_size=None if full else min(self.batch, len(rows[0])),
            epochs=self.epochs,
            every=1 if self.optimizer == "lbfgs" else None,
            rules=[EarlyStopping(patience=self.patience)] if watched and self.patience else [],
            seed=self.seed if self.members == 1 else tuple(range(self.seed, self.seed + self.members)),
            engine=self.engine,
            device=self.device,
        )


def record(
    ready: Prepared,
    settings: Settings,
    last: Progress,
    found: Worth,
    notes: Sequence[str],
    source: str,
) -> dict[str, Any]:
    """Everything that is said of a run, as JSON values: what was read, how, with what, and how good it is."""
    return {
        "source": source,
        "notes": list(notes),
        "columns": {name: {"kind": what.kind, "why": what.why} for name, what in ready.found.items()},
        "inputs": list(ready.table.names),
        "target": {"names": list(ready.targets.names), "classes": [list(map(str, c)) for c in ready.targets.classes]},
        "task": ready.targets.task,
        "rows": {name: len(part) for name, part in zip(ready.parts._fields, ready.parts, strict=True)},
        "settings": asdict(settings),
        "network": repr(last.network),
        **found.values(),
        "training": {
            "steps": last.step,
            "epochs": last.epoch,
            "seconds": last.seconds,
            "engine": last.engine,
            "cost": plain(last.cost),
            "stopped": last.stopped,
            "kept step": None if last.restored is None else last.restored.step,
        },
        "versions": {"barreleye": version("barreleye"), "numpy": np.__version__, "python": platform.python_version()},
        "command": sys.argv[1:],
    }


def write_record(folder: Path, run: Mapping[str, Any]) -> None:
    """run.json in the folder."""
    write_atomically(folder / "run.json", json.dumps(run, ensure_ascii=False, indent=1, allow_nan=False).encode())
