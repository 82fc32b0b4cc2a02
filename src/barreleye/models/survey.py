"""Files too large for the memory made ready for training: read once, of which a sample tells kinds, scales and scores.

>>> import tempfile
>>> from pathlib import Path
>>> from ..data.read import open_files
>>> with tempfile.TemporaryDirectory() as folder:
...     _ = Path(folder, "rows.csv").write_text("x,y\\n" + "".join(f"{i / 10},{i % 2}\\n" for i in range(200)))
...     ready = surveyed(open_files(Path(folder, "rows.csv")), ["y"])
>>> ready.found["x"].kind, sum(ready.totals), sum(ready.stream.sizes) == ready.totals[0]
('number', 200, True)
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from ..data.blocks import Block, Piece, all_faults
from ..data.fingerprint import fingerprint
from ..data.frame import Cells, Frame, Numbers, Texts, counted, missing
from ..data.quantities import Number
from ..data.read import File, all_blocks, joined
from ..data.sample import Sample
from ..data.table import matching
from ..data.targets import MOST_CLASSES, balance
from ..nn.arrays import Array
from ..nn.rows import listed
from ..words import catalogue
from .preparing import Prepared, prepare
from .streamed import Parting, Place, Source, Streamed, countable

SAY = catalogue("table")

SIZES = (100_000, 20_000, 20_000)
"""Rows of each part that are kept: quantiles of so many are right to a third of a rank in a hundred."""
MOST = {Texts: 1000, Numbers: MOST_CLASSES}
"""Classes of a target, of each of which a row is kept; more numbers are an amount."""

Told = Callable[[int], None]
"""Takes the rows that were read so far."""


def surveyed(
    files: Sequence[File],
    target: Sequence[str],
    *,
    test: Frame | None = None,
    drop: Sequence[str] = (),
    weight: str | None = None,
    balanced: bool = False,
    split: str = "random",
    hold_out: bool = True,
    validate: bool = True,
    seed: int = 0,
    dtype: Any = np.float64,
    sizes: Sequence[int] | None = None,
    told: Told = lambda rows: None,
    **how: Any,
) -> Prepared:
    """The rows of files (see ``open_files``) ready to train on from where they are; arguments are those of ``prepare``.

    Rows are held out by a hash of their numbers. Kinds, encoders and scores are those of a sample, ``frame``.

    sizes    rows of each part in the sample
    how      further arguments of ``prepare``

    Raises ValueError for what cannot be trained on, and for lines that cannot be read, by file and line.
    """
    names = files[0].names
    target = [matching(name, names) for name in target]
    drop = [matching(name, names) for name in drop]
    weight = None if weight is None else matching(weight, names)
    if split != "random":
        raise ValueError(SAY["error.stream_split"].filled(split=repr(split)))
    read = tuple(name for name in names if name not in drop or name == weight)
    parting = Parting(seed, hold_out and test is None, validate)
    found = survey(Source(tuple(files), read, tuple(target), weight, parting), sizes or SIZES, told)
    ready = prepare(
        found.frame,
        target,
        test=test,
        drop=[name for name in drop if name in read],
        weight=weight,
        balanced=balanced,
        hold_out=hold_out,
        validate=validate,
        seed=seed,
        dtype=dtype,
        parted=found.parts,
        **how,
    )
    own = ready.split != "table" or np.isin(np.arange(len(ready.numbers)), ready.parts.test, invert=True)
    numbers = np.where(own, found.rows[np.where(own, ready.numbers, 1) - 1] + 1, ready.numbers)
    stream = Streamed(
        found.source, ready.table, ready.targets, readers(ready), factors(ready, weight, balanced), ready.X.dtype
    )
    said = {"rows": counted(sum(found.source.totals), "row"), "sample": counted(len(found.rows), "row")}
    notes = [*files[0].notes, SAY["note.streamed"].filled(**said, pieces=f"{len(found.source.places):,}")]
    if found.lacking:
        notes.append(SAY["note.without"].filled(rows=counted(found.lacking, "row"), target=listed(target)))
    notes += ready.notes
    return replace(ready, numbers=numbers, data_read=found.source.fingerprint, stream=stream, notes=tuple(notes))


def readers(ready: Prepared) -> dict[str, Number]:
    """How targets are read that are numbers, and written as texts."""
    cells = {} if ready.targets.classes else {name: ready.frame[name] for name in ready.targets.names}
    return {name: Number.fit(texts) for name, texts in cells.items() if isinstance(texts, Texts)}


def factors(ready: Prepared, weight: str | None, balanced: bool) -> list[Array]:
    """How much a row of each class counts, by column of classes, where classes are to count alike."""
    train, targets = ready.parts.train, ready.targets
    weights = None if weight is None else ready.frame[weight][0][train]
    places = [targets.indices(ready.frame, i) for i in range(len(targets.names))] if balanced else []
    return [balance(one[train], weights, len(c)) for one, c in zip(places, targets.classes, strict=False)]


class Found(NamedTuple):
    """What one reading of the files tells: where rows are, how many have no target, and a sample.

    frame, rows, parts    the sample, the rows' numbers among those of all files, and the part of each
    """

    source: Source
    lacking: int
    frame: Frame
    rows: Array
    parts: Array


def survey(source: Source, sizes: Sequence[int], told: Told) -> Found:
    """The source with its pieces; read again from the beginning where a column of numbers proves to hold texts."""
    as_text: tuple[str, ...] = ()
    while True:
        tally = Tally(source, sizes, told)
        blocks = all_blocks(source.files, source.names, as_text)
        mixed = next((names for one in blocks if (names := tally.take(*one))), ())
        if not mixed:
            return tally.found()
        as_text += mixed


class Tally:
    """What is kept of one reading, block by block."""

    def __init__(self, source: Source, sizes: Sequence[int], told: Told) -> None:
        self._source, self._told, self._rows, self._lacking = source, told, 0, 0
        self._samples, self._firsts = [Sample(size, source.parting.seed) for size in sizes], Firsts(source.targets)
        self._kinds: dict[str, type[Cells]] = {}
        self._places: dict[tuple[int, Piece], Place] = {}
        self._seen = blake2b(digest_size=8)

    def take(self, file: int, before: int, block: Block) -> tuple[str, ...]:
        """Count a block; or return the columns that held numbers until now and hold texts here."""
        layout = self._source.files[file].layout
        if block.unread and layout is not None:
            raise ValueError(all_faults(layout, SAY["error.lines"].filled(n=len(block.unread))))
        here = {name: type(cells) for name, cells in block.frame if not missing(cells).all()}
        if mixed := tuple(name for name, kind in here.items() if self._kinds.setdefault(name, kind) is not kind):
            return mixed
        frame, rows = countable(block, self._source.targets, self._source.weight, before)
        parts = self._source.parting(rows)
        for k, sample in enumerate(self._samples):
            sample.offer(frame.take(parts == k), rows[parts == k])
        self._firsts.offer(frame, rows)
        counts = np.bincount(parts, minlength=len(self._samples))
        place = self._places.get((file, block.piece), Place(file, block.piece, before, (0,) * len(counts)))
        together = tuple((np.array(place.rows) + counts).tolist())
        self._places[file, block.piece] = place._replace(rows=together)
        self._seen.update(fingerprint(block.frame).encode())
        self._lacking += block.m - frame.m
        self._rows += block.m
        self._told(self._rows)
        return ()

    def found(self) -> Found:
        """All of it. Raises ValueError where there was no row."""
        taken = [one for one in (sample.taken() for sample in self._samples) if one is not None]
        if not taken:
            path, names = self._source.files[0].path, listed(self._source.names)
            raise ValueError(SAY["error.header_only"].filled(path=path, names=names))
        frames, numbers = zip(*taken, *self._firsts.rows, strict=True)
        rows, first = np.unique(np.concatenate(numbers), return_index=True)
        source = replace(
            self._source,
            kinds=self._kinds,
            places=tuple(place for place in self._places.values() if any(place.rows)),
            fingerprint=self._seen.hexdigest(),
        )
        return Found(source, self._lacking, joined(list(frames)).take(first), rows, source.parting(rows))


class Firsts:
    """The first row of each class of the targets, as long as they are so few that they may be classes."""

    def __init__(self, targets: Sequence[str]) -> None:
        self._met: dict[str, set[Any]] = {name: set() for name in targets}
        self._rows: dict[str, list[tuple[Frame, Array]]] = {name: [] for name in targets}

    @property
    def rows(self) -> list[tuple[Frame, Array]]:
        """Frames of them, and their numbers."""
        return [one for each in self._rows.values() for one in each]

    def offer(self, frame: Frame, rows: Array) -> None:
        """Rows of a frame, and their numbers."""
        for name, met in self._met.items():
            cells, most = frame[name], MOST.get(type(frame[name]), 0)
            if len(met) > most or not frame.m:
                continue
            values, first = np.unique(cells[0], return_index=True)
            labels = [cells.levels[code] for code in values] if isinstance(cells, Texts) else values.tolist()
            new = first[[label not in met for label in labels]]
            met.update(labels)
            if len(met) > most:
                self._rows[name].clear()
            elif new.size:
                self._rows[name].append((frame.take(new), rows[new]))
