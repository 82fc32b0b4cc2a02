"""What is said of a run, as JSON values: at its beginning, and when it is over; and the file that keeps it."""

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ..data.summary import summary
from ..data.targets import numbers_of
from ..files.atomic import write_atomically
from ..files.form import misfit
from ..training.engine import Ending
from ..training.progress import Measured, Progress
from ..words import Text, catalogue
from .preparing import Prepared
from .residuals import SHARES
from .run import Settings
from .worth import Worth, plain

SAY = catalogue("results")


def beginning(
    ready: Prepared, settings: Settings, notes: Sequence[str], source: str, kind: str = "train"
) -> dict[str, Any]:
    """What is known of a run before it: what was read, how, and with what it is to be learnt."""
    smoothing = settings.smoothing_for(ready) if ready.targets.classes else None
    made = replace(settings.recipe_of(ready), smoothing=smoothing, smoothing_uncalibrated=None)
    return {
        "kind": kind,
        "source": source,
        "fingerprint": ready.data_read,
        "notes": list(map(in_words, notes)),
        "columns": columns(ready),
        "inputs": list(ready.table.names),
        "target": {
            "names": list(ready.targets.names),
            "classes": [list(map(str, c)) for c in ready.targets.classes],
            "parts": {name: spread_of(ready, part) for name, part in ready.parts._asdict().items() if len(part)},
        },
        "task": ready.targets.task,
        "rows": dict(zip(ready.parts._fields, ready.totals, strict=True)),
        "split": ready.split,
        "settings": {"recipe": settings.named} | {k: v for k, v in asdict(settings).items() if v not in (None, ())},
        "recipe": plain({field.name: getattr(made, field.name) for field in fields(made)})
        | {"members": settings.members_for(ready.totals[0])},
        "network": repr(settings.network(ready)),
        **origin(),
    }


def origin() -> dict[str, Any]:
    """With which versions, and by which command, a run is made."""
    versions = {"barreleye": version("barreleye"), "numpy": np.__version__, "python": platform.python_version()}
    return {"versions": versions, "command": sys.argv[1:]}


def outcome(
    ready: Prepared,
    settings: Settings,
    history: Sequence[Progress],
    found: Worth,
    *,
    again: Sequence[Progress] = (),
    trouble: str | None = None,
) -> dict[str, Any]:
    """What has become of a run: how it went, and how good what it made is. Its record is this beside its beginning.

    again      of the training on more rows, where there was one
    trouble    how training diverged, if it did
    """
    last = history[-1]
    return {
        "state": state_of((again or history)[-1].ending),
        "score": plain(score_that_counts(ready, settings, last, found)),
        **found.values(),
        "training": {
            "steps": last.step,
            "epochs": last.epoch,
            "seconds": last.seconds,
            "engine": last.engine,
            "judged by": settings.judged_by(ready),
            "score": settings.score_of(ready),
            "cost": plain(last.cost),
            "stopped": last.stopped,
            "ending": None if last.ending is None else last.ending.kind,
            "diverged": trouble,
            "kept step": None if last.restored is None else last.restored.step,
        },
        "curves": curves(history),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def columns(ready: Prepared) -> dict[str, dict[str, Any]]:
    """By column: its kind, why, the numbers made of it, and its summary over all rows, as JSON values."""
    frame, encoders = ready.table.frame(ready.frame), ready.table.encoders
    return {
        name: plain({"kind": what.kind, "why": in_words(what.why), "inputs": len(encoders[name].parts)})
        | plain(summary(frame[name], encoders[name])._asdict())
        for name, what in ready.found.items()
    }


def in_words(text: str) -> str | dict[str, str]:
    """A text by language, where it is known in both."""
    return text.both() if isinstance(text, Text) else text


def spread_of(ready: Prepared, part: np.ndarray) -> list[list[Any]]:
    """Of each target in those rows: the rows of each class, or the numbers' quantiles of ``SHARES``."""
    targets, frame = ready.targets, ready.frame.take(part)
    if targets.classes:
        return [
            np.bincount(targets.indices(frame, i), minlength=len(c)).tolist() for i, c in enumerate(targets.classes)
        ]
    return [plain(np.quantile(numbers_of(frame[name], name), SHARES)) for name in targets.names]


def state_of(ending: Ending | None) -> str:
    """How a run ended: "done", or "interrupted" or "diverged"."""
    return ending.kind if ending is not None and ending.kind in ("interrupted", "diverged") else "done"


def score_that_counts(ready: Prepared, settings: Settings, last: Progress, found: Worth) -> dict[str, Any]:
    """The name and value of the metric on the judged rows; where none were judged, of what the best epoch was kept by.

    Without rows set aside that is the cost.
    """
    metric, by = settings.metric_for(ready), settings.judged_by(ready)
    for name, value in found.scores.get("this network", {}).items():
        if name.lower().partition("/")[0] == metric:
            return {"name": name, "value": value}
    if last.validation_cost is None:
        return {"name": "cost", "value": last.cost}
    return {"name": f"validation {by}", "value": last.validation_cost if by == "cost" else last.validation_score}


def curves(history: Sequence[Progress]) -> dict[str, list[Any]]:
    """What each Progress measured, as JSON values: by name, a number for each; None where there was nothing."""
    columns: dict[str, list[Any]] = {
        "step": [one.step for one in history],
        "epoch": [one.epoch for one in history],
        "seconds": [one.seconds for one in history],
        "rate": [one.learning_rate for one in history],
    }
    columns |= {name.replace("_", " "): [getattr(one.measured, name) for one in history] for name in Measured._fields}
    return {name: plain(values) for name, values in columns.items()}


def write_record(folder: Path, run: Mapping[str, Any]) -> None:
    """run.json in the folder."""
    write_atomically(folder / "run.json", json.dumps(run, ensure_ascii=False, indent=1, allow_nan=False).encode())


FORM: dict[str, Any] = {
    **dict.fromkeys(("source", "task"), str),
    **dict.fromkeys(("columns", "rows", "scores", "training", "settings", "versions"), dict),
    "target": {"names": [str], "classes": [[str]]},
}
"""What every record holds, whatever version wrote it."""


def read_record(path: str | Path) -> dict[str, Any]:
    """The record of a run in its folder, or in the file itself.

    Raises FileNotFoundError where there is none, and ValueError for a file that is no record.
    """
    file = Path(path, "run.json") if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise FileNotFoundError(SAY["error.no_record"].filled(file=repr(str(file))))
    try:
        found = json.loads(file.read_bytes())
        wrong = misfit(found, FORM)
    except (ValueError, RecursionError) as error:
        wrong = SAY["error.no_json"].filled(error=error)
    if wrong:
        raise ValueError(SAY["error.other_record"].filled(file=repr(str(file)), wrong=wrong))
    return dict(found)
