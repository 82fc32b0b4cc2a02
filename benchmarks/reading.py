"""A file of a million rows: reading and coding it beside pyarrow's own reading, and what answering it takes."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROWS = 1_000_000
TIMES_PYARROW, ENCODE_MIB, PREDICT_MIB = 3.0, 1024, 600
"""The targets."""

PYARROW = """
from pyarrow import csv
before = time.perf_counter()
csv.read_csv(sys.argv[1])
note["seconds"] = time.perf_counter() - before
"""
ENCODE = """
import numpy as np
from barreleye.data import read, table
before = time.perf_counter()
frame, _ = read.read(sys.argv[1])
note["read"] = time.perf_counter() - before
features = frame.without(["y"])
del frame
found = table.look(features)
note["look"] = time.perf_counter() - before - note["read"]
columns = table.fit(features, found)
note["fit"] = time.perf_counter() - before - note["read"] - note["look"]
X = columns(features, np.float32)
note["seconds"] = time.perf_counter() - before
note["shape"] = X.shape
"""
PREDICT = """
from barreleye.cli import main
before = time.perf_counter()
sys.argv = ["barreleye", "predict", sys.argv[2], sys.argv[1], "--out", sys.argv[3]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
note["seconds"] = time.perf_counter() - before
"""
AFTER = """
# Not ru_maxrss, which counts what the parent held when it started this process.
note["MiB"] = next(int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps(note))
"""


def reading(rows: int = ROWS, rounds: int = 3) -> str:
    """Seconds and peak memory of each job, in processes of their own that take turns, beside the targets."""
    with tempfile.TemporaryDirectory() as folder:
        file, answers = Path(folder, "rows.csv"), Path(folder, "answers.csv")
        write(file, rows)
        model = small_model(file, Path(folder))
        jobs = {"pyarrow": (PYARROW, file), "encode": (ENCODE, file), "predict": (PREDICT, file, model, answers)}
        found: dict[str, list[dict[str, float]]] = {name: [] for name in jobs}
        for _ in range(rounds):
            for name, (job, *words) in jobs.items():
                found[name].append(child(job, *words))
        with answers.open("rb") as written:
            answered = sum(1 for _ in written) - 1
        size = file.stat().st_size / 2**20
    times = {name: statistics.median(one["seconds"] for one in each) for name, each in found.items()}
    peaks = {name: max(one["MiB"] for one in each) for name, each in found.items()}
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(found["encode"], found["pyarrow"], strict=True)]
    parts = ", ".join(
        f"{part} {statistics.median(o[part] for o in found['encode']):.2f}" for part in ("read", "look", "fit")
    )
    code = f"{found['encode'][0]['shape']} coded, float32; {parts}, then the rows"
    return "\n".join(
        [
            f"### A CSV file of {rows:,} rows x 30 columns, {size:.0f} MiB",
            "",
            "| job | seconds | peak, MiB | target |",
            "|---|---:|---:|---|",
            f"| pyarrow.csv.read_csv alone | {times['pyarrow']:.2f} | {peaks['pyarrow']} | |",
            f"| read, look, fit, X: {code} | {times['encode']:.2f}, {statistics.median(ratios):.2f} x pyarrow "
            f"({min(ratios):.2f} - {max(ratios):.2f}) | {peaks['encode']} | {TIMES_PYARROW:g} x, {ENCODE_MIB} MiB |",
            f"| `barreleye predict`, {answered:,} rows answered | {times['predict']:.2f} | {peaks['predict']} "
            f"| {PREDICT_MIB} MiB |",
            "",
        ]
    )


def child(job: object, *words: object) -> dict[str, float]:
    """What a job in a process of its own says of itself."""
    before = "import json, sys, time\nnote = {}\n"
    command = [sys.executable, "-c", before + str(job) + AFTER, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    note: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return note


def write(file: Path, rows: int, seed: int = 0) -> None:
    """A table of numbers, whole numbers, categories, a date, a truth value and a target; one cell in fifty missing."""
    rng = np.random.default_rng(seed)
    names = [
        *(f"n{i}" for i in range(16)),
        *(f"k{i}" for i in range(6)),
        *(f"c{i}" for i in range(5)),
        "day",
        "ok",
        "y",
    ]
    cities = [f"city {i}" for i in range(40)]
    with file.open("w", encoding="utf-8") as sink:
        sink.write(",".join(names) + "\n")
        for start in range(0, rows, 10_000):
            m = min(10_000, rows - start)
            columns = [np.char.mod("%.4f", rng.normal(size=m) * 10.0 ** (i % 4)) for i in range(16)]
            columns += [rng.integers(0, 10 ** (1 + i), m).astype(str) for i in range(6)]
            columns += [
                np.array(cities[: (2, 3, 8, 20, 40)[i]])[rng.integers(0, (2, 3, 8, 20, 40)[i], m)] for i in range(5)
            ]
            columns.append((np.datetime64("2015-01-01") + rng.integers(0, 3000, m)).astype(str))
            columns.append(np.where(rng.random(m) < 0.3, "yes", "no"))
            table = np.column_stack([column.astype("U24") for column in columns])
            table[rng.random(table.shape) < 0.02] = ""
            y = np.char.mod("%.3f", rng.normal(size=m))
            sink.writelines(
                ",".join([*row, target]) + "\n" for row, target in zip(table.tolist(), y.tolist(), strict=True)
            )


def small_model(file: Path, folder: Path) -> Path:
    """A model of the file's first rows."""
    some = folder / "some.csv"
    with file.open(encoding="utf-8") as source:
        some.write_text("".join(line for line, _ in zip(source, range(2001), strict=False)), encoding="utf-8")
    words = ["train", some, "--target", "y", "--epochs", "2", "--engine", "numpy", "--out", folder / "model"]
    subprocess.run([sys.executable, "-m", "barreleye.cli", *map(str, words)], check=True, capture_output=True)
    return folder / "model"
