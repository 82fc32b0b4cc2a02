"""Tables of a folder: TableClassifier and TableRegressor beside their peers, see table_peers.py.

Each is fitted on 80 % of the rows and judged on the others, over several seeds: of the split, and of what is random in
each of them. Means over tables are shifted geometric, exp(mean log(error + shift)) - shift, so that no table with large
or tiny errors decides alone; those of ECE and of the rows within intervals are plain.
"""

import re
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from barreleye.data import targets as of_targets
from barreleye.data.frame import Frame
from barreleye.data.read import read
from barreleye.data.split import parts_of
from barreleye.models.calibration import expected_error

from .table_peers import COVERAGE, OURS, PEERS, YARDSTICK, Peer, Task

SHIFT = 0.01
"""That errors and nRMSE are shifted by (RealMLP's choice; Holzmueller et al. 2024, arXiv 2407.04491, section 3)."""
MEASURES = {"error": "classes", "log-loss": "classes", "nRMSE": "numbers"}
"""Shown for each table of classes or of numbers; lower is better."""
BEFORE, CHANGE, NOISE = "ECE uncalibrated", "change of ECE", "deviation of that change"
WITHIN = f"share within predict_interval(coverage={COVERAGE})"

Found = dict[tuple[str, str], dict[str, float]]
"""{(measure, peer): {table: mean over seeds}}."""


def tables(
    folder: str | None,
    only: Sequence[str] = (),
    rows: int | None = None,
    seeds: int = 3,
    peers: Sequence[str] = (),
) -> str:
    """Error and log-loss, or nRMSE, of each contender on each table, and their means over the tables.

    peers    who stand beside barreleye; none: all whose packages are installed
    """
    if folder is None:
        sys.exit(
            "python -m benchmarks tables needs --folder: CSV files and a README.md or index.csv that names targets"
        )
    chosen, left_out = contenders(peers)
    found: Found = {}
    lines = [f"### The tables of {folder}, {seeds} seeds", "", *left_out]
    lines.append("| table | rows | measure | " + " | ".join(peer.title for peer in chosen.values()) + " |")
    lines.append("|---|---:|---|" + "---:|" * len(chosen))
    for name, target in targets_in(Path(folder)).items():
        if only and name not in only:
            continue
        task = task_of(Path(folder, f"{name}.csv"), target, rows)
        results = {who: [judged(task, peer, seed) for seed in range(seeds)] for who, peer in chosen.items()}
        failed = {who: one for who, each in results.items() for one in reversed(each) if isinstance(one, str)}
        measured = {who: [one for one in each if isinstance(one, dict)] for who, each in results.items()}
        for who in [who for who in chosen if who not in failed]:
            for measure in measured[who][0]:
                each = [one[measure] for one in measured[who] if measure in one]
                found.setdefault((measure, who), {})[name] = float(np.mean(each))
        for measure in [measure for measure, of in MEASURES.items() if (of == "classes") == task.classes]:
            cells = [
                f"failed: {failed[who]}" if who in failed else spread([one[measure] for one in measured[who]])
                for who in chosen
            ]
            lines.append(f"| {name} | {len(task.y):,} | {measure} | " + " | ".join(cells) + " |")
        spent = [np.mean([one["seconds"] for one in each] or [np.nan]) for each in measured.values()]
        lines.append("| | | seconds | " + " | ".join(f"{mean:.1f}" for mean in spent) + " |")
        print(lines[-2], file=sys.stderr, flush=True)
    return "\n".join([*lines, *summary(found, list(chosen)), ""])


def contenders(names: Sequence[str] = ()) -> tuple[dict[str, Peer], list[str]]:
    """barreleye and those that were named, or all that are installed; and lines that say who is left out, and why."""
    unknown = [name for name in names if name not in PEERS]
    lacking = {name: peer for name, peer in PEERS.items() if not peer.installed and (not names or name in names)}
    if unknown:
        sys.exit(f"--peers: {unknown[0]!r} is none of {', '.join(PEERS)}")
    if names and lacking:
        name, peer = next(iter(lacking.items()))
        sys.exit(f"--peers: {name!r} needs the package {peer.package}, which is not installed")
    wanted = {OURS, *(names or PEERS)} - lacking.keys()
    said = [f"Left out: {peer.title}, for {peer.package} is not installed." for peer in lacking.values()]
    return {name: peer for name, peer in PEERS.items() if name in wanted}, [*said, ""] if said else []


def spread(values: Sequence[float]) -> str:
    """Their mean and deviation."""
    return f"{np.mean(values):.4f} ± {np.std(values):.4f}"


def summary(found: Found, chosen: Sequence[str]) -> list[str]:
    """Means over the tables on which none of the contenders failed, and in percent how far each is from the MLP."""
    lines = []
    for measure in MEASURES:
        means, n = means_of(found, measure, chosen, shifted)
        if n:
            lines.append(row("shifted geometric mean", n, measure, [f"**{means[who]:.4f}**" for who in chosen]))
        if n and YARDSTICK in chosen:
            least = means[YARDSTICK]
            change = [f"{100 * (means[who] / least - 1):+.1f} %" if least else "" for who in chosen]
            lines.append(row(f"beside the {PEERS[YARDSTICK].title}", n, measure, change))
    means, n = means_of(found, "ECE", chosen, np.mean)
    if n:
        lines.append(row("mean", n, "ECE", [f"{means[who]:.4f}" for who in chosen]))
    means, n = means_of(found, WITHIN, [OURS], np.mean)
    if n:
        lines.append(row("mean", n, WITHIN, [f"{means[who]:.3f}" if who in means else "" for who in chosen]))
    return [*lines, *calibrated(found)]


def calibrated(found: Found) -> list[str]:
    """By table our expected calibration error before and after calibration, and whether the change is beyond chance.

    The deviation is the mean of those of single splits, whose test rows overlap: that of their mean is no larger.
    """
    before = found.get((BEFORE, OURS), {})
    lines = ["", "| table | ECE before | calibrated | change | 2 deviations of it | |", "|---|---:|---:|---:|---:|---|"]
    for name, one in before.items():
        change, reach = found[CHANGE, OURS][name], 2 * found[NOISE, OURS][name]
        said = "worse" if change > reach else "better" if change < -reach else "within chance"
        lines.append(f"| {name} | {one:.4f} | {one + change:.4f} | {change:+.4f} | {reach:.4f} | {said} |")
    return lines if before else []


def row(what: str, n: int, measure: str, cells: Sequence[str]) -> str:
    """A line of the summary, over n tables."""
    return f"| {what} | {n} {'table' if n == 1 else 'tables'} | {measure} | {' | '.join(cells)} |"


def means_of(
    found: Found, measure: str, chosen: Sequence[str], mean: Callable[[list[float]], Any]
) -> tuple[Mapping[str, float], int]:
    """The mean of each contender over the tables that all of them have that measure of, and how many those are."""
    each = {who: found.get((measure, who), {}) for who in chosen}
    common = sorted(set.intersection(*(set(one) for one in each.values())))
    return {who: float(mean([one[name] for name in common])) for who, one in each.items() if common}, len(common)


def shifted(values: Sequence[float]) -> float:
    """exp(mean log(value + shift)) - shift."""
    return float(np.exp(np.mean(np.log(np.asarray(values) + SHIFT))) - SHIFT)


def targets_in(folder: Path) -> dict[str, str]:
    """{table: target} by the folder's index.csv (name,target), or by its README.md: a row "| names | targets | ..."."""
    if (folder / "index.csv").exists():
        rows = [line.split(",") for line in (folder / "index.csv").read_text(encoding="utf-8").splitlines()[1:]]
        return {row[0].removesuffix(".csv"): row[1] for row in rows}
    found: dict[str, str] = {}
    for line in (folder / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [re.split(r",\s*", cell.strip()) for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) > 1:
            names, targets = cells[0], cells[1] * len(cells[0]) if len(cells[1]) == 1 else cells[1]
            found |= {n: t for n, t in zip(names, targets, strict=False) if (folder / f"{n}.csv").exists()}
    return found


def task_of(path: Path, target: str, rows: int | None) -> Task:
    """The rows of a file that have a target, at most so many of them, drawn at random."""
    frame = read(path)[0]
    frame = frame.take(~of_targets.lacking(frame[target]))
    if rows and rows < frame.m:
        frame = frame.take(np.sort(np.random.default_rng(0).permutation(frame.m)[:rows]))
    fitted, _ = of_targets.fit(Frame({target: frame[target]}, frame.m))
    y = fitted.indices(frame) if fitted.classes else of_targets.numbers_of(frame[target], target)
    return Task(path.stem, frame.without([target]), target, y, bool(fitted.classes))


def judged(task: Task, peer: Peer, seed: int) -> dict[str, float] | str:
    """The measures of one contender on one split; what went wrong, where it failed."""
    parts = parts_of(len(task.y), classes=task.y if task.classes else None, validation=False, seed=seed)
    y, _ = task.y[parts.test], import_module(peer.package)  # which may take seconds, once
    started = time.perf_counter()
    try:
        # One thread each: on a busy machine those of the trees wait for one another without end.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")
            answer, ends, uncalibrated = peer.run(task, parts.train, parts.test, seed)
    except Exception as error:  # a table that a peer cannot take is a finding, and no end of the others
        return f"{type(error).__name__}: {str(error)[:60]}".replace("|", "/").replace("\n", " ")
    seconds = time.perf_counter() - started
    if not task.classes:
        found = {"nRMSE": float(np.sqrt(np.mean((y - answer) ** 2)) / task.y.std()), "seconds": seconds}
        return found if ends is None else {**found, WITHIN: float(((ends[0] <= y) & (y <= ends[1])).mean())}
    chance = np.clip(answer[np.arange(len(y)), y], 1e-15, 1)
    found = {
        "error": float((answer.argmax(axis=1) != y).mean()),
        "log-loss": float(-np.log(chance).mean()),
        "ECE": expected_error(answer, y),
        "seconds": seconds,
    }
    if uncalibrated is None:
        return found
    before = expected_error(uncalibrated, y)
    return {**found, BEFORE: before, CHANGE: found["ECE"] - before, NOISE: noise(uncalibrated, answer, y)}


def noise(before: np.ndarray, after: np.ndarray, y: np.ndarray, samples: int = 500) -> float:
    """The deviation of the change in expected calibration error when rows are drawn again, with replacement."""
    rng = np.random.default_rng(0)
    drawn = (rng.integers(0, len(y), len(y)) for _ in range(samples))
    return float(np.std([expected_error(after[i], y[i]) - expected_error(before[i], y[i]) for i in drawn]))
