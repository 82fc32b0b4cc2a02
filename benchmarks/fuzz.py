"""Files that were damaged at random, for every kind of file that is read: each ends in a value or in an error in words.

The files of ``tests/files/golden`` are changed in one to four places by Hypothesis: bits, stretches, cuts, and what
reads as a number, a name or a text replaced by something odd; for model files also within their checksum. Each is read
in a child process under a cap of memory (RLIMIT_AS) and of time. A fault is an error that is none of the house's, a
cap that was met, or the end of the process; the smallest file of each is kept.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[1] / "tests" / "files" / "golden"
CAP = 512
"""MiB of address space beyond what the process has before it reads the first file."""
SECONDS = 20
"""For one file."""
ODD = [
    *(b"", b"0", b"-1", b"1e999", b"-1e308", b"NaN", b"9" * 400, b"18446744073709551616", b"0.5", b"null", b"true"),
    *(b"[]", b"{}", b'""', b"[[]]", b"[" * 3000, b'{"a":' * 3000, b'"\\ud800"', b'"' + b"x" * 9000 + b'"', b"\x00"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n" * 300, b'"', b";;;;;;", b"," * 5000, b"2024-02-30", b"\x80\x04."),
]
"""What may stand in the place of a number, a name or a text."""
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|-?\d[\d.eE+-]*')
KINDS = ("flip", "byte", "cut", "drop", "twice", "number", "token", "token", "token", "insert")


def readers() -> dict[str, Callable[[Path], Any]]:
    """What reads each kind of file, and does with it what is usually done next."""
    from barreleye.data.frame import frame_of
    from barreleye.data.read import open_file, read, unzipping
    from barreleye.data.table import fit, look
    from barreleye.estimators import MLPClassifier
    from barreleye.files.model_file import load_model
    from barreleye.insight.report import report
    from barreleye.models.model import load
    from barreleye.models.preparing import prepare
    from barreleye.models.program import to_python
    from barreleye.models.run import Settings
    from barreleye.search.history import History
    from barreleye.search.space import space_of
    from barreleye.search.study import Study
    from barreleye.training.checkpoint import load_checkpoint
    from barreleye.tutor.running.reading import read as read_cells

    ready = prepare(frame_of({"x": [k / 40 for k in range(40)], "y": [k % 7 / 7 for k in range(40)]}), ["y"])

    def table(path: Path) -> None:
        with unzipping(path):
            for block in open_file(path).blocks():  # as rows are answered: those that cannot be read are passed over
                look(block.frame)
            frame, _ = read(path)
        fit(frame, look(frame))(frame)

    def model(path: Path) -> None:
        compile(to_python(load(path)), path.name, "exec")

    def history(path: Path) -> None:
        for one in History(path).entries():
            History(path).read(one.number)

    def study(path: Path) -> None:
        Study(ready, Settings(recipe="plain", layers=(2,)), {"rate": [0.01, 0.1]}, trials=2, storage=path).found()

    return {
        "network-1.safetensors": load_model,
        "table-1.safetensors": model,
        "estimator-1.safetensors": MLPClassifier.load,
        "checkpoint-1.safetensors": load_checkpoint,
        **dict.fromkeys(("rows-1.csv", "gb18030-1.csv", "zipped-1.csv.gz", "rows-1.parquet", "rows-1.feather"), table),
        "run-1.json": lambda path: [report(path, lang, format) for lang in ("en", "zh") for format in ("html", "md")],
        "history-1.sqlite": history,
        "study-1.log": study,
        "space-1.toml": lambda path: space_of("tuned", path),
        "cells-1.ipynb": read_cells,
    }


def changed(data: bytes, changes: list[tuple[str, int, int, bytes]]) -> bytes:
    """The data with each of the changes made, one after another.

    >>> changed(b"n = 31", [("token", 1, 0, b"NaN")])
    b'n = NaN'
    """
    for kind, place, other, odd in changes:
        at = place % (len(data) + 1)
        end = at + other % 64 + 1
        if kind == "token":
            found = list(TOKEN.finditer(data))
            at, end = found[place % len(found)].span() if found else (at, at)
            data = data[:at] + odd + data[end:]
        elif kind == "number":
            data = data[:at] + (other - 2**15).to_bytes(8, "little", signed=True) + data[at + 8 :]
        else:
            middle = {
                "flip": bytes([*(b ^ (1 << other % 8) for b in data[at : at + 1])]) + data[at + 1 :],
                "byte": bytes([other % 256]) + data[at + 1 :],
                "cut": b"",
                "drop": data[end:],
                "twice": data[at:end] + data[at:],
                "insert": odd + data[at:],
            }
            data = data[:at] + middle[kind]
    return data


def within_checksum(path: Path, changes: list[tuple[str, int, int, bytes]]) -> bytes:
    """A model file whose description is changed, with a checksum that fits it."""
    from safetensors import safe_open
    from safetensors.numpy import save

    from barreleye.files.tensors import _checksum

    with safe_open(path, framework="numpy") as file:
        body = file.metadata()["barreleye"]
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    body = changed(body.encode(), changes).decode(errors="replace")
    return bytes(save(tensors, {"barreleye": body, "sha256": _checksum(body, tensors)}))


class TooLong(BaseException):
    """A file took longer than SECONDS; no reader catches it."""


@contextmanager
def limited() -> Iterator[None]:
    """TooLong after SECONDS within the block."""

    def stop(number: int, frame: Any) -> None:
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def fault_of(error: BaseException) -> tuple[str, str]:
    """Where an error came from, and what it says; nothing for one that the house raises in words of its own."""
    from barreleye.files.tensors import FileError

    frames = traceback.extract_tb(error.__traceback__)
    said = (frames[-1].line or "").strip().startswith("raise ") and "/barreleye/" in frames[-1].filename
    if isinstance(error, FileError) or (said and isinstance(error, ValueError | OSError)):
        return "", ""
    ours = next(one for one in reversed(frames) if "barreleye" in one.filename or "benchmarks" in one.filename)
    where = f"{type(error).__name__} at {Path(ours.filename).name}:{ours.lineno}"
    return where, f"{where}, {Path(frames[-1].filename).name}:{frames[-1].lineno}: {str(error)[:100]!r}"


def fuzz_one(name: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """What became of damaged files of one kind, in this process; the file that is read is ``folder / name``."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    read, whole = readers()[name], (GOLDEN / name).read_bytes()
    path, met, faults = folder / name, Counter[str](), dict[str, str]()
    path.write_bytes(whole)
    read(path)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + CAP * 2**20,) * 2)
    change = st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 2**16),
        st.integers(0, 2**16),
        st.sampled_from(ODD) | st.binary(max_size=9),
    )

    def attempt(changes: list[tuple[str, int, int, bytes]], inside: bool) -> None:
        inside = inside and name.endswith(".safetensors")
        data = within_checksum(GOLDEN / name, changes) if inside else changed(whole, changes)
        for one in folder.glob(f"{name}*"):
            one.unlink()
        path.write_bytes(data)
        try:
            with limited(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read(path)
            met["values"] += 1
        except (Exception, TooLong) as error:
            key, fault = fault_of(error)
            if not fault:
                met["refused"] += 1
            elif key not in known:
                (folder / f"fault {len(known)} {name}").write_bytes(data)
                faults[key] = fault
                raise
            else:
                met["faults"] += 1

    known = set[str]()
    ends, again = time.monotonic() + seconds, seed
    while time.monotonic() < ends:
        again += 1
        run = settings(
            max_examples=500,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
            print_blob=False,
        )(given(st.lists(change, min_size=1, max_size=4), st.booleans())(attempt))
        try:
            seeded(again)(run)()
        except (Exception, TooLong):
            known |= set(faults)
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # not ru_maxrss, which counts the parent's
    peak = next(int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM"))
    return {**met, "inputs": sum(met.values()), "peak": peak, "new": list(faults.values())}


def fuzz(minutes: float = 1.0, names: tuple[str, ...] = (), seed: int = 0) -> str:
    """A table of what damaged files of each kind came to, so many minutes in all, and where the faults' files are."""
    chosen = names or tuple(readers())
    kept = Path(tempfile.mkdtemp(prefix="barreleye-fuzz-"))
    said = [
        f"### Damaged files, {minutes:g} minutes, {CAP} MiB and {SECONDS} s for each file",
        "",
        "| file | inputs | values | refused | faults | peak, MiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    faults = []
    for name in chosen:
        folder = kept / name
        folder.mkdir()
        command = [
            sys.executable,
            "-m",
            "benchmarks.fuzz",
            name,
            f"{60 * minutes / len(chosen)}",
            f"{seed}",
            f"{folder}",
        ]
        child = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"BARRELEYE_HISTORY": "off"})
        if child.returncode:
            end = child.stderr.strip().splitlines()[-1:] or [f"status {child.returncode}"]
            faults.append(f"{name}: the process ended: {end[0]}")
            said.append(f"| {name} | | | | ended with {child.returncode} | |")
            continue
        found = json.loads(child.stdout.splitlines()[-1])
        faults += [f"{name}: {fault}" for fault in found["new"]]
        counts = [found.get(key, 0) for key in ("inputs", "values", "refused")]
        said.append(f"| {name} | {' | '.join(f'{n:,}' for n in counts)} | {len(found['new'])} | {found['peak']} |")
    return "\n".join([*said, "", *faults, *([f"The files are in {kept}."] if faults else [])])


if __name__ == "__main__":
    print(json.dumps(fuzz_one(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))))
