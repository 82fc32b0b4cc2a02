"""Of a run: its data, how they were parted, the training, what the layers hold, and with what it was made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ...models.scores import short
from ..charts import Chart, Curve, chart
from .common import Bar, Name, Record, Said, on_a_line

COLUMNS_SHOWN, NAMES_SHOWN, TRIALS_SHOWN = 60, 3, 10


def data(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The columns by kind, with how their cells lie."""
    columns: Mapping[str, Any] = r["columns"]
    kinds = Counter(one["kind"] for one in columns.values())
    told = Markup(" · ").join(Markup("{} {}").format(said(f"kind.{kind}"), n) for kind, n in kinds.most_common())
    rows = sum(r["rows"].values()) or 1
    shown = [
        {**one, "name": column, "path": bars(one.get("bars", ())), "shares": shares(one.get("common", ()), rows)}
        for column, one in list(columns.items())[:COLUMNS_SHOWN]
    ]
    numbers = sum(one.get("inputs", 0) for one in columns.values())
    return {
        "said": said("data.said", kinds=told, n=numbers) if numbers else told,
        "columns": shown,
        "more": len(columns) - len(shown),
        "notes": r.get("notes", ()),
    }


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
    return {"quantities": quantities, "lines": lines, "diverged": bool(r.get("training", {}).get("diverged"))}


def search(r: Record, said: Said, name: Name) -> dict[str, Any]:
    """The best trials of the search that the settings come from, what mattered, and what is at the edge."""
    found = r["search"]
    done = [one for one in found["trials"] if one["value"] is not None]
    ranked = sorted(done, key=lambda one: one["value"], reverse=found["higher"])[:TRIALS_SHOWN]
    names = list(found["importance"]) or list(ranked[0]["settings"] if ranked else ())
    return {
        "said": said("search.said", n=len(found["trials"]), done=len(done)),
        "measure": name(found["measure"]),
        "names": names,
        "lines": [
            (one["number"], one["value"], one["epochs"], [short(one["settings"][key]) for key in names])
            for one in ranked
        ],
        "importance": list(found["importance"].items()),
        "edges": [said(f"search.{end}", setting=name(key)) for key, end in found["edges"].items()],
    }


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
