"""Of the answers to rows that no model has seen: how good, how sure, what they hang on, where they fail."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from ...models.scores import loss_in, standing, tidy
from ...nn.arrays import Array
from ..charts import Chart, Curve, chart, shortened
from ..effects import most_varying
from .common import Bar, Name, Record, Said, on_a_line

RISES_SHOWN = 20


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
