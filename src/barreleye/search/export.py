"""Runs for other programs: JSON lines, and the folders of MLflow's file store.

The layout is that of MLflow's FileStore (mlflow.org, "Backend Stores"): a folder for an experiment, in it one for each
run, in which a parameter or tag is a file that holds its value, and a metric one with a line "timestamp value step" for
each time it was measured.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..files.atomic import write_atomically
from ..models.entry import Record
from .compare import settings_of

STATUS = {"running": 1, "done": 3, "diverged": 4, "failed": 4, "interrupted": 5, "killed": 5}
"""MLflow's RUNNING, FINISHED, FAILED and KILLED."""


def to_json_lines(records: Sequence[Record], path: Path) -> None:
    """Write a line of JSON for each run, as ``History.read`` has it, in place of what the file held."""
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n" for record in records]
    write_atomically(path, "".join(lines).encode(errors="backslashreplace"))


def to_mlflow(records: Sequence[Record], folder: Path) -> None:
    """Write runs, as ``History.read`` has them, as MLflow keeps them: each table is an experiment.

    A run that is written again takes its own place. Models and pictures stay in the run's folder, which is named.
    """
    for record in records:
        source, begun = record.get("source") or record["kind"], milliseconds(record["begun"])
        experiment = folder / str(int(digest(source), 16) % 10**18)
        write(
            experiment / "meta.yaml",
            yaml(
                name=source,
                experiment_id=experiment.name,
                artifact_location=experiment.resolve().as_uri(),
                lifecycle_stage="active",
                creation_time=begun,
                last_update_time=begun,
            ),
        )
        write_run(experiment / digest(f"{record['number']} {record['begun']} {source}")[:32], record)


def write_run(folder: Path, record: Record) -> None:
    """One run, in a folder of its name; what MLflow reads first is written last."""
    left, begun = record.get("folder"), milliseconds(record["begun"])
    for name in ("metrics", "params", "tags", "artifacts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, value in settings_of(record).items():
        write(folder / "params" / as_name(name), value if isinstance(value, str) else json.dumps(value))
    for name, value in {"mlflow.runName": f"run {record['number']}", "barreleye.state": record["state"]}.items():
        write(folder / "tags" / name, value)
    for name, lines in measurements(record).items():
        write(folder / "metrics" / as_name(name), "".join(f"{t} {value!r} {step}\n" for t, value, step in lines))
    write(
        folder / "meta.yaml",
        yaml(
            artifact_uri=(Path(left) if left else (folder / "artifacts").resolve()).as_uri(),
            experiment_id=folder.parent.name,
            run_id=folder.name,
            run_uuid=folder.name,
            run_name=f"run {record['number']}",
            user_id="",
            lifecycle_stage="active",
            status=STATUS[record["state"]],
            start_time=begun,
            end_time=milliseconds(record["ended"]) if record["ended"] else None,
            entry_point_name="",
            source_name=" ".join(["barreleye", *record.get("command", [])]),
            source_type=4,  # LOCAL
            source_version="",
            tags=[],
        ),
    )


def measurements(record: Record) -> dict[str, list[tuple[int, float, int]]]:
    """By name (milliseconds since 1970, value, step) of each time that something was measured; scores at the end."""
    begun, ended = (milliseconds(moment) for moment in (record["begun"], record["ended"] or record["begun"]))
    curves = dict(record.get("curves", {}))
    epochs = curves.pop("epoch", [])
    steps = curves.pop("step", epochs)
    times = [begun + round(1000 * s) for s in curves.pop("seconds", None) or [0] * len(steps)]
    scores = record.get("scores", {}).get("this network", {})
    found = {name: [(ended, value, steps[-1] if steps else 0)] for name, value in scores.items()}
    found |= {name: [*zip(times, values, steps, strict=True)] for name, values in curves.items()}
    return {
        name: [(t, float(value), round(step)) for t, value, step in lines if value is not None]
        for name, lines in found.items()
    }


def milliseconds(moment: str) -> int:
    """Since 1970.

    >>> milliseconds("1970-01-01T00:00:01.5+00:00")
    1500
    """
    return round(1000 * datetime.fromisoformat(moment).timestamp())


def digest(text: str) -> str:
    """Hexadecimal digits that stand for a text."""
    return sha256(text.encode(errors="backslashreplace")).hexdigest()


def as_name(text: str) -> str:
    """A name of a parameter or metric with the characters that MLflow allows, others as "_", short enough for a file.

    >>> as_name("RMSE/deviation"), as_name("column price [eur]")
    ('RMSE_deviation', 'column price _eur_')
    """
    return re.sub(r"[^\w.\- ]", "_", text)[:80]


def yaml(**facts: Any) -> str:
    """Plain values by name as YAML, which takes JSON's texts and numbers as its own."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in facts.items())


def write(path: Path, text: str) -> None:
    """Write a file, and its folder where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(errors="backslashreplace"))
