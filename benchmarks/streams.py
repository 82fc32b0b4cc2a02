"""Peak memory, and cost a row, of training on n and on 10 n rows: streamed from a file, and read into memory."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROWS, COLUMNS = 500_000, 10
TIMES_MEMORY, TIMES_ROW = 1.1, 1.1
"""The targets: of ten times the rows, streamed."""

TRAIN = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from barreleye.data.read import open_files, read
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.models.survey import surveyed
path, streamed, note = sys.argv[1], sys.argv[2] == "streamed", {}
settings = Settings(layers=(64, 32), batch=1024, epochs=4, patience=0, engine="xla")
how = {"dtype": "float32", **settings.coding}
clock = time.process_time  # of all cores: what else the machine does is not in it
before = clock()
ready = surveyed(open_files(path), ["y"], **how) if streamed else prepare(read(path)[0], ["y"], **how)
note["reading"] = clock() - before
looks = [(clock(), one.epoch) for one in settings.train(ready)]
(begun, first), (ended, last) = looks[len(looks) // 4], looks[-1]  # nothing is compiled any more
note["epoch"] = (ended - begun) / (last - first)
# Not ru_maxrss, which counts what the parent held when it started this process.
note["MiB"] = next(int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps(note))
"""


def streams(rows: int = ROWS, forms: Sequence[str] = ("parquet", "csv")) -> str:
    """The figures of each form, size and way, in processes of their own, and the ratios beside their targets."""
    lines = [
        "### Streams",
        "",
        f"{COLUMNS} columns of numbers and two of names, classes, 64-32 units, batches of 1,024, XLA; processor time.",
        "",
        "| file | rows | way | reading once, µs a row | epoch, µs a training row | peak, MiB |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for form in forms:
            notes = {}
            for m in (rows, 10 * rows):
                file = Path(folder, f"rows.{form}")
                write(file, m)
                ways = ("streamed", "in memory") if m == rows else ("streamed",)
                for way in ways:
                    notes[m, way] = note = run(file, way)
                    each = f"{note['reading'] / m * 1e6:.2f} | {note['epoch'] / (0.64 * m) * 1e6:.2f}"
                    lines.append(f"| {form} | {m:,} | {way} | {each} | {note['MiB']:,} |")
                file.unlink()
            one, ten = notes[rows, "streamed"], notes[10 * rows, "streamed"]
            times = [ten["MiB"] / one["MiB"], *(ten[what] / one[what] / 10 for what in ("reading", "epoch"))]
            peak = f"peak {times[0]:.2f} x (asked {TIMES_MEMORY})"
            costs = f"cost a row {times[1]:.2f} x and {times[2]:.2f} x (asked {TIMES_ROW})"
            lines.append(f"| {form} | ten times the rows | {peak}, {costs} | | | |")
    return "\n".join(lines) + "\n"


def run(file: Path, way: str) -> dict[str, float]:
    """What training on the file that way takes."""
    environment = {**os.environ, "BARRELEYE_COMPILATION_CACHE": "off"}
    command = [sys.executable, "-c", TRAIN, str(file), way]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return dict(json.loads(done.stdout))


def write(file: Path, rows: int, at_once: int = 100_000) -> None:
    """Random rows, some at a time."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    rng, writer = np.random.default_rng(0), None
    names = [np.array([f"{word} {i}" for i in range(size)]) for word, size in (("city", 6), ("street", 30))]
    for begin in range(0, rows, at_once):
        m = min(at_once, rows - begin)
        X = rng.normal(size=(COLUMNS, m)).astype(np.float32)
        columns = {f"x{i}": x for i, x in enumerate(X)}
        columns |= {own[0].split()[0]: own[rng.integers(0, len(own), m)] for own in names}
        columns["y"] = (X[0] * X[1] + 0.5 * rng.normal(size=m) > 0).astype(np.int64)
        table = pa.table(columns)
        if writer is None:
            writer = (parquet.ParquetWriter if file.suffix == ".parquet" else csv.CSVWriter)(file, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
