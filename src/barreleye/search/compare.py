"""What differs between runs, in what they were told and in what came of it.

>>> one = {"source": "iris", "settings": {"seed": 0, "layers": [8]}, "scores": {"this network": {"accuracy": 0.9}}}
>>> other = {"source": "iris", "settings": {"seed": 1, "layers": [8]}, "scores": {"this network": {"accuracy": 0.8}}}
>>> compare([one, other])
Comparison(settings={'seed': (0, 1)}, results={'accuracy': (0.9, 0.8)})
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..models.entry import Record


class Comparison(NamedTuple):
    """What differs between runs: by its name, a value for each of them; None where a run says nothing of it."""

    settings: dict[str, tuple[Any, ...]]
    results: dict[str, tuple[Any, ...]]


def compare(records: Sequence[Record]) -> Comparison:
    """What differs between runs, by their records."""
    return Comparison(differing(settings_of, records), differing(results_of, records))


def differing(of: Callable[[Record], Mapping[str, Any]], records: Sequence[Record]) -> dict[str, tuple[Any, ...]]:
    """What is not the same in all of them."""
    told = [of(record) for record in records]
    names = dict.fromkeys(name for one in told for name in one)
    values = {name: tuple(one.get(name) for one in told) for name in names}
    return {name: each for name, each in values.items() if any(value != each[0] for value in each)}


def settings_of(record: Record) -> dict[str, Any]:
    """What a run was told, on one level: the data, the settings, the network, the versions."""
    found = {name: record.get(name) for name in ("kind", "source", "task")}
    found["data"] = record.get("fingerprint")
    found["target"] = record.get("target", {}).get("names")
    found |= {f"column {name}": what["kind"] for name, what in record.get("columns", {}).items()}
    found |= {f"rows {part}": rows for part, rows in record.get("rows", {}).items()}
    found |= record.get("settings", {})
    found["network"] = record.get("network")
    return found | dict(record.get("versions", {}))


def results_of(record: Record) -> dict[str, Any]:
    """What came of a run, on one level: how it ended, the scores, the course of training."""
    scores = record.get("scores", {}).get("this network", {})
    main = record.get("score") or {}
    scores = scores or ({main["name"]: main["value"]} if main else {})
    return {"state": record.get("state"), **scores, **record.get("training", {})}
