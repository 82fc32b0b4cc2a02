"""A run as the history lists it: the columns that are made of its record, and what is read from them."""

import json
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

from ..models.entry import Record
from ..models.worth import plain
from ..words import catalogue

SAY = catalogue("results")


class Entry(NamedTuple):
    """A run in a list.

    number          its name for people
    begun, ended    moments in UTC, in ISO 8601; ended is None while it runs, and where it was killed
    process         that makes it
    state           "running", "done", "interrupted", "diverged" or "failed"; "killed": it ended without a word
    kind            "train", "search" or "fit"
    score           the name of the one that counts, or by which was sorted, among its scores
    fingerprint     of the data; see ``data.fingerprint``
    folder          of its model and pictures
    """

    number: int
    begun: str
    ended: str | None
    process: str
    state: str
    kind: str
    source: str
    target: str
    task: str
    seed: Any
    score: str
    scores: dict[str, float]
    fingerprint: str
    folder: str

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """The entry of a row of the file."""
        one = dict(zip(cls._fields, row, strict=True))
        one |= {"scores": json.loads(one["scores"]), "state": state_now(one["state"], one["process"])}
        return cls(**one)

    @property
    def value(self) -> float | None:
        """Of the score."""
        return self.scores.get(self.score)

    @property
    def seconds(self) -> float | None:
        """How long it took, all in all."""
        if self.ended is None:
            return None
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.begun)).total_seconds()


def columns_of(record: Record) -> dict[str, Any]:
    """What the file keeps of a record: what runs are listed by, and all of it."""
    score = record.get("score") or {"name": "", "value": None}
    scores = {score["name"]: score["value"], **record.get("scores", {}).get("this network", {})}
    scores = {name: value for name, value in scores.items() if value is not None}
    seed = record.get("settings", {}).get("seed")
    values = {
        "state": record.get("state", "done"),
        **{name: str(record.get(name, "")) for name in ("kind", "source", "task", "fingerprint", "folder")},
        "target": ", ".join(map(str, record.get("target", {}).get("names", ()))),
        "score": score["name"],
        "scores": written(scores),
        "record": written(record),
    }
    # A file's name may hold what is no character: JSON and people read it as an escape.
    return {name: text.encode(errors="backslashreplace").decode() for name, text in values.items()} | {
        "seed": seed if isinstance(seed, int) else None
    }


def written(value: Any) -> str:
    """JSON of whatever a record holds."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def all_of(
    number: int, begun: str, ended: str | None, folder: str, state: str, who: str, record: str
) -> dict[str, Any]:
    """A run's record, with what the history knows of it beside it."""
    known = {"number": number, "begun": begun, "ended": ended} | json.loads(record)
    return known | {"folder": folder, "state": state_now(state, who)}


def moment(since: str | datetime) -> str:
    """A moment in UTC, in the form in which moments are compared.

    >>> moment("2026-11-30T12:00+01:00")
    '2026-11-30T11:00:00.000+00:00'
    """
    try:
        when = since if isinstance(since, datetime) else datetime.fromisoformat(since)
    except ValueError:
        raise ValueError(SAY["error.since"].filled(since=since)) from None
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def process(pid: int) -> str:
    """A process of this machine, called as no other is: numbers come again, so its beginning belongs to it.

    Empty where there is none, or its parent alone has not heard yet that it has ended.
    """
    began = "unknown"
    if Path("/proc/self/stat").exists():
        began = ""
        with suppress(OSError):
            state, *fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            began = "" if state in "ZX" else fields[18]
    elif os.name == "posix":  # elsewhere signal 0 is Ctrl-C
        with suppress(PermissionError):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                began = ""
    return f"{platform.node()} {pid} {began}" if began else ""


def state_now(state: str, who: str) -> str:
    """The state of a run; "killed" where it was running, by what was written, and its process is gone.

    Of a process on another machine nothing more can be told.

    >>> state_now("running", process(os.getpid())), state_now("running", f"{platform.node()} 1 0")
    ('running', 'killed')
    """
    if state != "running":
        return state
    machine, pid, _ = who.rsplit(" ", 2)
    return "running" if machine != platform.node() or process(int(pid)) == who else "killed"
