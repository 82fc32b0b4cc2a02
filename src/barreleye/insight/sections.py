"""The sections of a report, each made of a run's record as what a template needs: rows, pictures, sentences."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from ..models.scores import loss_in, standing, tidy
from ..nn.arrays import Array
from .charts import Chart, Curve, chart, shortened
from .effects import most_varying

COLUMNS_SHOWN, RISES_SHOWN, NAMES_SHOWN = 60, 20, 3
Record = Mapping[str, Any]
Said = Callable[..., Markup]
Name = Callable[[Any], Markup]


class Section(NamedTuple):
    """One section: its heading, why it holds nothing (or nothing), and its values."""

    head: Markup
    lack: Markup | None
    values: Mapping[str, Any]


class Bar(NamedTuple):
    """Places on a line from 0 to 100: a bar from one to another, a whisker along it, and a mark."""

    start: float
    end: float
    low: float
    high: float
    mark: float | None = None


def sections(r: Record, said: Said, name: Name) -> dict[str, Section]:
    """The sections of a record in their order; those of the other task are left out."""
    found = {}
    for key, (task, needs, make) in SECTIONS.items():
        if task in (None, r.get("task")):
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
        return "diverged"
    return key if needs in r else "old"


def data(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The columns by kind, with how their cells lie."""
    columns: Mapping[str, Any] = r["columns"]
    kinds = Counter(one["kind"] for one in columns.values())
    told = [Markup("{} {}").format(said(f"kind.{kind}"), n) for kind, n in kinds.most_common()]
    rows = sum(r["rows"].values()) or 1
    shown = [
        {**one, "name": column, "path": bars(one.get("bars", ())), "shares": shares(one.get("common", ()), rows)}
        for column, one in list(columns.items())[:COLUMNS_SHOWN]
    ]
    numbers = sum(one.get("inputs", 0) for one in columns.values())
    return {
        "said": said("data.said", kinds=joined(told), n=numbers) if numbers else joined(told),
        "columns": shown,
        "more": len(columns) - len(shown),
        "notes": r.get("notes", ()),
    }


def joined(parts: Iterable[Markup]) -> Markup:
    """Parts with a dot between them."""
    return Markup(" · ").join(parts)


def bars(counts: Sequence[int]) -> str:
    """Counts as bars in a picture of 96 x 24.

    >>> bars([1, 0, 2])
    'M0,24v-12h31v12zM64,24v-24h31v24z'
    """
    wide = 96 // (len(counts) or 1)
    heights = [max(24 * n / max(counts), 1.0) if n else 0.0 for n in counts]
    return "".join(f"M{wide * i},24v-{h:.3g}h{wide - 1}v{h:.3g}z" for i, h in enumerate(heights) if h)


def shares(common: Sequence[tuple[str, int]], rows: int) -> list[tuple[str, float]]:
    """The commonest names of a column with their shares of the rows."""
    return [(level, n / rows) for level, n in common[:NAMES_SHOWN]]


def split(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The rows by part, with the classes or the spread of each target in them."""
    way, _, by = str(r.get("split", "")).partition(":")
    parts = {part: rows for part, rows in r["rows"].items() if rows}
    found = r["target"].get("parts", {})
    total = sum(parts.values()) or 1
    classes = r["target"].get("classes") or []
    columns: list[Any] = []
    for i, target in enumerate(r["target"]["names"] if found else ()):
        if classes and len(classes[i]) <= COLUMNS_SHOWN:
            columns += [(label, [found[part][i][k] for part in parts]) for k, label in enumerate(classes[i])]
        elif not classes:
            columns.append((said("split.middle", target=name(target)), [found[part][i] for part in parts]))
    way = "stratified" if way == "random" and classes else way
    return {
        "said": said(f"split.{way}", by=name(by)) if way else None,
        "parts": [(said(f"split.{part}"), rows, rows / total) for part, rows in parts.items()],
        "columns": columns,
        "classes": bool(classes),
    }


def scores(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The scores beside the baselines', and where the network stands among them."""
    found: Mapping[str, Mapping[str, float]] = r["scores"]
    ours, judged = found["this network"], r["rows"].get("test") or r["rows"].get("train", 0)
    return {
        "said": said("scores.said" if r["rows"].get("test") else "scores.learnt", n=f"{judged:,}"),
        "verdict": verdict(found, said),
        "measures": [said(f"score.{measure}") for measure in ours],
        "rows": [(said(f"who.{who}"), [its.get(measure) for measure in ours]) for who, its in found.items()],
    }


def verdict(found: Mapping[str, Mapping[str, float]], said: Said) -> Markup | None:
    """Where the network stands, in a sentence; None where its loss is no number."""
    measure = loss_in(found["this network"])
    losses = [its.get(measure) for its in found.values()]
    if len(losses) != 3 or None in losses:
        return None
    least, straight, ours = (float(loss or 0) for loss in losses)
    constant, linear, _ = found
    stands = {"useless": "useless", "behind": "behind", "ahead": "better" if ours < 0.98 * straight else "even"}
    numbers = {"ours": tidy(ours), "theirs": tidy(straight), "least": tidy(least)}
    who = {"linear": said(f"who.{linear}"), "constant": said(f"who.{constant}")}
    return said(f"scores.{stands[standing(found)]}", measure=said(f"score.{measure}"), **who, **numbers)


def curves(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The costs, the validation score and the learning rate over the epochs, and the epoch that was kept."""
    found, training = r["curves"], r["training"]
    along = "epoch" if all(value is not None for value in found["epoch"]) else "step"
    step, score = training.get("kept step"), said(f"score.{training.get('score') or 'score'}")
    kept = found[along][found["step"].index(step)] if step in found["step"] else None
    scores, beyond = without_lowest(found.get("validation score", []))

    def drawn(log: bool | None = False, **lines: Sequence[float | None]) -> Chart | None:
        own = [
            Curve(said(f"curves.{key}", score=score).unescape(), found[along], values)
            for key, values in lines.items()
            if any(value is not None for value in values)
        ]
        x_name = said(f"curves.{along}").unescape()
        return chart(own, x_name=x_name, y_name="", log=log, rule=kept) if own else None

    pictures = {
        "cost": drawn(log=None, training=found["cost"], validation=found.get("validation cost", [])),
        "score": drawn(score=scores) if training.get("score") else None,
        "rate": drawn(rate=found["rate"]) if len(set(found["rate"])) > 1 else None,
    }
    effort = {"steps": f"{training['steps']:,}", "seconds": f"{training['seconds']:.3g}", "engine": training["engine"]}
    told = [said("curves.said", epochs=f"{training['epochs'] or 0:.4g}", **effort)]
    if training.get("ending") in ("rule", "interrupted", "converged"):
        told.append(said(f"curves.{training['ending']}"))
    if step is not None:
        by = said(f"score.{training.get('judged by', 'cost')}")
        told.append(said("curves.kept", epoch=f"{kept or 0:g}", step=f"{step:,}", score=by))
    elif not training.get("diverged"):
        told.append(said("curves.last"))
    return {
        "told": [*told, *([said("curves.beyond")] if beyond and pictures["score"] else [])],
        "diverged": training.get("diverged"),
        "pictures": [(said(f"curves.{key}", score=score), picture) for key, picture in pictures.items() if picture],
    }


def without_lowest(scores: Sequence[float | None]) -> tuple[list[float | None], bool]:
    """Scores without those far below all use, which would make a line of the others; and whether there are any.

    >>> without_lowest([-185.0, None, 0.5]), without_lowest([-3.0, -2.0])
    (([None, None, 0.5], True), ([-3.0, -2.0], False))
    """
    low = [value is not None and value < -1 for value in scores]
    some = any(low) and any(value is not None and value >= -1 for value in scores)
    return [None if some and beyond else value for value, beyond in zip(scores, low, strict=True)], some


def confusion(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By target: which class was taken for which, with what share of each was found, and was right when answered."""
    tables = []
    for target, classes in zip(r["target"]["names"], r["target"]["classes"], strict=True):
        if target in r["confusion"]:
            counts = np.array(r["confusion"][target])
            rows, answered, right = counts.sum(axis=1), counts.sum(axis=0), np.diag(counts)
            of_row = counts / np.maximum(rows, 1)[:, None]
            lines = [
                (label, list(zip(*pair, strict=True)), right[i] / rows[i] if rows[i] else None)
                for i, (label, *pair) in enumerate(zip(classes, counts.tolist(), of_row.tolist(), strict=True))
            ]
            precision = [float(k / n) if n else None for k, n in zip(right, answered, strict=True)]
            tables.append({"target": target, "classes": classes, "lines": lines, "precision": precision})
    return {"tables": tables}


def residuals(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By target: the answers beside the truth, and the quantiles of what lies between."""
    pictures, lines = [], []
    for target, one in r["residuals"].items():
        points = [Curve(target, one["truth"], one["answers"], dots=True)]
        x_name, y_name = said("truth").unescape(), said("answer").unescape()
        pictures.append((name(target), chart(points, x_name=x_name, y_name=y_name, diagonal=True, height=360)))
        lines.append(one["quantiles"])
    shown, rows = len(one["truth"]), one["rows"]
    some = said("residuals.some", n=shown, rows=f"{rows:,}") if shown < rows else None
    table = list(zip(one["shares"], zip(*lines, strict=True), strict=True))
    return {"pictures": pictures, "some": some, "targets": list(r["residuals"]), "table": table}


def calibration(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By target: how far probabilities hold, before and after they are calibrated."""
    found = []
    for target, one in r["calibration"].items():
        ways = [way for way in ("given", "calibrated") if one.get(way)]
        most = max(sum(one[way]["rows"]) for way in ways)
        points = [
            Curve(
                said(f"calibration.{way}").unescape(),
                *(one[way]["sure"], one[way]["right"]),
                dots=True,
                sizes=[3 + 11 * (rows / most) ** 0.5 for rows in one[way]["rows"]],
            )
            for way in ways
        ]
        x_name, y_name, whole = said("calibration.sure"), said("calibration.right"), (-0.04, 1.04)
        picture = chart(
            points,
            x_name=x_name.unescape(),
            y_name=y_name.unescape(),
            x_range=whole,
            y_range=whole,
            diagonal=True,
            height=340,
        )
        t = one.get("temperature")
        how = "none" if t is None else "surer" if t > 1.05 else "shyer" if t < 0.95 else "even"
        sentence = said(f"calibration.{how}", t=f"{t or 0:.2f}", rows=f"{one['rows']:,}")
        table = [(said(f"calibration.{way}"), one[way]["scores"]) for way in ways]
        found.append({"target": name(target), "picture": picture, "said": sentence, "table": table})
    return {"targets": found}


def intervals(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By target: what is promised of intervals or sets, and how far it is kept."""
    classes = r["task"] == "classification"
    lines = []
    for target, one in r["coverage"].items():
        place = on_a_line(min(one["low"], one["kept"]) - 0.05, 1.02)
        shown = Bar(place(one["low"]), place(one["high"]), 0, 0, place(one["coverage"]))
        lines.append({**one, "target": target, "bar": shown, "dot": place(one["kept"])})
    return {
        "said": said("intervals.classes" if classes else "intervals.numbers"),
        "size": said("intervals.size" if classes else "intervals.half"),
        "lines": lines,
    }


def on_a_line(low: float, high: float) -> Callable[[float], float]:
    """From numbers between low and high to places from 0 to 100."""
    return lambda value: round(100 * (value - low) / ((high - low) or 1), 1)


def importance(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By column how much the loss rises without it; the first twenty."""
    rises = list(r["importance"].items())
    shown = [(column, one["mean"] or 0.0, one["deviation"] or 0.0) for column, one in rises[:RISES_SHOWN]]
    low, high = (pick(mean + sign * deviation for _, mean, deviation in shown) for pick, sign in ((min, -1), (max, 1)))
    place = on_a_line(min(low, 0.0), max(high, 0.0))
    measure = said(f"score.{loss_in(r['scores']['this network'])}")
    return {
        "said": said("importance.said", measure=measure),
        "measure": said("importance.rise", measure=measure),
        "lines": [
            (column, mean, deviation, Bar(place(0), place(mean), place(mean - deviation), place(mean + deviation)))
            for column, mean, deviation in shown
        ],
        "more": len(rises) - len(shown),
    }


def dependence(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By column the mean answers along it, all on one scale."""
    found = {column: (one, np.array(one["answers"], float)) for column, one in r["effects"].items()}
    answers = [own for _, own in found.values()]
    names = next(iter(r["effects"].values()))["names"]
    shown = most_varying(answers)
    seen = np.concatenate([own[:, shown].ravel() for own in answers])
    seen = seen[np.isfinite(seen)] if np.isfinite(seen).any() else np.zeros(1)
    room = 0.06 * float(np.ptp(seen)) or 1.0
    reach = (float(seen.min()) - room, float(seen.max()) + room)
    what = said("dependence.probability").unescape() if len(names) > 1 else str(names[0])
    if r["task"] == "regression":
        what = said("dependence.mean", name=names[0]).unescape()
    drawn = {column: effect(one, own, names, shown, what, reach) for column, (one, own) in found.items()}
    return {"pictures": [(name(shortened(column, 40)), picture) for column, picture in drawn.items()]}


def effect(
    one: Mapping[str, Any],
    answers: Array,
    names: Sequence[str],
    shown: Sequence[int],
    what: str,
    reach: tuple[float, float],
) -> Chart:
    """The mean answers along one column: lines over numbers and days, points beside names."""
    at = one["at"]
    if isinstance(at[0], str) and one["kind"] != "date":
        places = list(map(float, range(len(at))))
        points = [Curve(names[i], answers[:, i].tolist(), places, dots=True) for i in shown]
        return chart(points, x_name=what, y_name="", rows=at, x_range=reach)
    days = one["kind"] == "date"
    x = [float(np.datetime64(day, "s").astype(int)) / 86400 for day in at] if days else at
    lines = [Curve(names[i], x, answers[:, i].tolist()) for i in shown]
    return chart(lines, x_name="", y_name=what, y_range=reach, named=day if days else None)


def day(days: float) -> str:
    """Days since 1970 as a day.

    >>> day(365.5)
    '1971-01-01'
    """
    return str(np.datetime64(int(days), "D"))


def worst(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The rows with the largest losses."""
    targets = r["target"]["names"]
    several = len(targets) > 1
    heads = [said(f"worst.{what}", target=name(target)) for target in targets for what in ("is", "answered")]
    lines = [
        (one["row"], [cell for pair in zip(one["truth"], one["answer"], strict=True) for cell in pair], one["loss"])
        for one in r["worst"]
    ]
    return {"heads": heads, "lines": lines, "several": several}


def findings(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """What was found to go wrong."""
    return {"findings": r["findings"]}


def layers(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """By layer the spread of A, dZ and W, each on one scale."""
    quantities = ("A", "dZ", "W")
    places = {}
    for quantity in quantities:
        spreads = [one[quantity]["quantiles"] for one in r["layers"] if one[quantity]]
        ends = [value for spread in spreads for value in spread if value is not None]
        places[quantity] = on_a_line(min(ends, default=0.0), max(ends, default=0.0))
    lines = []
    for l, one in enumerate(r["layers"]):
        cells = []
        for quantity in quantities:
            spread = one[quantity]
            drawn = spread and None not in spread["quantiles"]
            low, start, middle, end, high = map(places[quantity], spread["quantiles"]) if drawn else (0.0,) * 5
            cells.append((spread and spread["rms"], Bar(start, end, low, high, middle) if drawn else None))
        lines.append({"l": l, "units": one["units"], "still": one["still"], "cells": cells})
    return {"quantities": quantities, "lines": lines, "diverged": not r.get("scores")}


def settings(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """What was told, the recipe as it was followed, and the network."""
    followed = {key: value for key, value in r.get("recipe", {}).items() if value not in (None, False, [], "")}
    return {
        "told": {k: line(v) for k, v in r["settings"].items()},
        "followed": {k: line(v) for k, v in followed.items()},
    }


def line(value: Any) -> str:
    """A setting as one writes it.

    >>> line([64, 32]), line(True), line(0.04)
    ('64, 32', 'yes', '0.04')
    """
    if isinstance(value, list):
        return ", ".join(map(line, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def versions(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The versions, the seed and when it ended."""
    return {"lines": dict(r["versions"]), "seed": r.get("settings", {}).get("seed"), "ended": r.get("ended")}


Make = Callable[[Record, Said, Name], dict[str, Any]]
SECTIONS: dict[str, tuple[str | None, str, Make]] = {
    "data": (None, "columns", data),
    "split": (None, "rows", split),
    "scores": (None, "scores", scores),
    "curves": (None, "curves", curves),
    "confusion": ("classification", "confusion", confusion),
    "residuals": ("regression", "residuals", residuals),
    "calibration": ("classification", "calibration", calibration),
    "intervals": (None, "coverage", intervals),
    "importance": (None, "importance", importance),
    "dependence": (None, "effects", dependence),
    "worst": (None, "worst", worst),
    "findings": (None, "findings", findings),
    "layers": (None, "layers", layers),
    "settings": (None, "settings", settings),
    "versions": (None, "versions", versions),
}
"""By name: the task that it is of (None: either), the part of the record that it needs, and what makes it."""
JUDGED = ("scores", "confusion", "residuals", "calibration", "coverage", "importance", "effects", "worst")
"""Parts of a record that tell of rows that were judged."""
