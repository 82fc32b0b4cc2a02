"""The sections of a report, each made of a run's record as what a template needs: rows, pictures, sentences."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from ...words import catalogue
from . import answers, training
from .common import Name, Record, Said


class Section(NamedTuple):
    """One section: its heading, why it holds nothing (or nothing), and its values."""

    head: Markup
    lack: Markup | None
    values: Mapping[str, Any]


def sections(r: Record, said: Said, name: Name) -> dict[str, Section]:
    """The sections of a record in their order; those of the other task, and of what was not done, are left out."""
    found = {}
    for key, (task, needs, make) in SECTIONS.items():
        if task in (None, r.get("task")) and (needs not in SOMETIMES or r.get(needs)):
            head = said("head.sets" if key == "intervals" and r.get("task") == "classification" else f"head.{key}")
            lack = lacking(r, key, needs)
            found[key] = Section(head, said(f"lack.{lack}"), {}) if lack else Section(head, None, make(r, said, name))
    return found


def lacking(r: Record, key: str, needs: str) -> str | None:
    """Why a section has nothing to say, as a key of the catalogue; None where it has."""
    if r.get(needs) or (needs in r and needs in ("findings", "columns")):
        return None
    if key == "findings":
        return key
    if needs in JUDGED and not r.get("scores"):
        return "diverged" if r.get("training", {}).get("diverged") else "unjudged"
    return key if needs in r and f"lack.{key}" in catalogue("report") else "old"


Make = Callable[[Record, Said, Name], dict[str, Any]]
SECTIONS: dict[str, tuple[str | None, str, Make]] = {
    "data": (None, "columns", training.data),
    "split": (None, "rows", training.split),
    "scores": (None, "scores", answers.scores),
    "curves": (None, "curves", training.curves),
    "confusion": ("classification", "confusion", answers.confusion),
    "residuals": ("regression", "residuals", answers.residuals),
    "calibration": ("classification", "calibration", answers.calibration),
    "intervals": (None, "coverage", answers.intervals),
    "importance": (None, "importance", answers.importance),
    "dependence": (None, "effects", answers.dependence),
    "worst": (None, "worst", answers.worst),
    "findings": (None, "findings", answers.findings),
    "layers": (None, "layers", training.layers),
    "search": (None, "search", training.search),
    "settings": (None, "settings", training.settings),
    "versions": (None, "versions", training.versions),
}
"""By name: the task that it is of (None: either), the part of the record that it needs, and what makes it."""
SOMETIMES = ("search",)
"""Parts of a record that only some runs have."""
JUDGED = ("scores", "confusion", "residuals", "calibration", "coverage", "importance", "effects", "worst")
"""Parts of a record that tell of rows that were judged."""
