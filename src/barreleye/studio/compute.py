"""The process that computes: it trains while it plays, does what pages ask, and makes a frame when one is wanted.

It ends when its pipe does, so that a server that was killed leaves nothing behind.
"""

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from ..data.builtin import DATASETS, load_dataset
from ..data.frame import Frame
from ..data.read import read
from ..models.model import load
from ..models.preparing import rows_of
from ..models.record import read_record
from ..nn.validation import choose
from ..words import catalogue, told
from .bench import Bench
from .frames import encoded
from .viewing import Viewing

SAY = catalogue("studio")

SHARE = 0.2
"""Of the time that goes into frames, at most, while a training plays."""


def compute(pipe: Connection, start: str | None, model: str | None = None) -> None:
    """Serve the pipe until it ends. start: a file, or the name of a built-in table; None: the flower.

    model    a trained model's file or folder, to be looked into on that table

    In come ("do", who, message), ("table", who, name, path) and ("frame",); out go ("said", who, values) and
    ("frame", bytes). The first that goes out is ("said", None, {}) where all is well, or with an error.
    """
    warnings.simplefilter("ignore")  # what is to be said of rows and runs stands on the page
    bench: Bench | Viewing = Bench({})
    with answering(pipe, None) as answer:
        bench = begun(start) if model is None else viewing(model, start)
        answer["ready"] = True
    wanted, seen, rest = False, -1, 0.0
    try:
        while True:
            while pipe.poll(None if not (bench.playing or (wanted and seen != bench.version)) else 0):
                kind, *what = pipe.recv()
                if kind == "frame":
                    wanted = True
                elif kind == "table" and isinstance(bench, Bench):
                    with answering(pipe, what[0]) as answer:
                        answer["table"] = opened(bench, *what[1:])
                else:
                    with answering(pipe, what[0]) as answer:
                        answer["answer"] = bench.do(what[1])
                if bench.playing or (wanted and seen != bench.version):
                    break
            if isinstance(bench, Bench) and bench.playing:
                bench.advance()
            now = time.perf_counter()
            if wanted and seen != bench.version and (now >= rest or not bench.playing):
                seen, wanted = bench.version, False
                pipe.send(("frame", encoded(*bench.shown())))
                rest = time.perf_counter() + (time.perf_counter() - now) * (1 / SHARE - 1)
    except (EOFError, OSError, KeyboardInterrupt):
        return


@contextmanager
def answering(pipe: Connection, who: Any) -> Iterator[dict[str, Any]]:
    """What is put into the dict goes back to who asked; or the error, in both languages."""
    answer: dict[str, Any] = {}
    try:
        yield answer
    except (ValueError, TypeError, OSError, MemoryError, ModuleNotFoundError) as error:
        answer = {"error": told(error).both()}
    pipe.send(("said", who, answer))


def begun(start: str | None) -> Bench:
    """A bench with a file, or with a built-in table by name. ValueError where it is neither."""
    bench = Bench({})
    if start is not None and Path(start).exists():
        opened(bench, Path(start).name, start, start)
    elif start is not None:
        bench.do({"do": "set", "data": {"name": choose("data", start, {name: name for name in DATASETS})}})
    return bench


def viewing(path: str, start: str | None) -> Viewing:
    """A trained model on the table that is named, or on the one that it was trained on, where that is still there."""
    model = load(path)
    source = start
    if source is None:
        with suppress(FileNotFoundError, ValueError):
            source = str(read_record(Path(path) if Path(path).is_dir() else Path(path).parent)["source"])
    if source is None or not (source in DATASETS or Path(source).exists()):
        raise ValueError(SAY["error.no_source"].filled(path=repr(path), source=repr(source)))
    frame = read(source)[0] if Path(source).exists() else rows_of(load_dataset(source))[0]
    return Viewing(model, frame, Path(path).name)


def opened(bench: Bench, name: str, path: str, kept: str | None = None) -> dict[str, Any]:
    """Read the table, make it the bench's data, and say how it was read.

    kept    the path under which it can be read again; None: it is a copy that goes
    """
    frame, notes = read(path)
    before: Frame | None = bench.tables.get(name)
    bench.tables[name] = frame
    try:
        bench.do({"do": "set", "data": {"name": name}})
    except Exception:
        bench.tables.pop(name) if before is None else bench.tables.update({name: before})
        raise
    if kept is not None:
        bench.files[name] = str(Path(kept).resolve())
    return {"name": name, "columns": list(frame.names), "notes": [str(note) for note in notes]}


if __name__ == "__main__":
    address, start, model = sys.argv[1:]
    with Client(address, authkey=sys.stdin.buffer.read()) as pipe:
        compute(pipe, start or None, model or None)
