"""What is written on the command line, such as a file, "a,b" or "64,32", as values."""

from collections.abc import Sequence
from pathlib import Path

from ..data.builtin import DATASETS, load_dataset
from ..data.frame import Frame
from ..data.read import read, unzipping
from ..models.preparing import rows_of
from ..nn.validation import choose, near
from .speech import words


def source(data: str, target: str | None, encoding: str | None) -> tuple[Frame, list[str], list[str]]:
    """The rows called ``data``, the columns to predict, and how they were understood."""
    if data in DATASETS and not Path(data).exists():
        table = load_dataset(data)
        if encoding is not None:
            raise ValueError(words("options.no_encoding", encoding=repr(encoding), data=data))
        if target is not None:
            raise ValueError(words("options.no_target", target=repr(target), data=data, own=repr(table.target_name)))
        frame, name = rows_of(table)
        return frame, [name], [table.description]
    if not Path(data).exists() and not Path(data).suffix:
        names = {"near": near(data, DATASETS), "names": ", ".join(DATASETS)}
        raise ValueError(words("options.no_data", data=repr(data), **names))
    with unzipping(data):
        frame, notes = read(data, encoding)
    return frame, wanted_of(target, frame.names), list(notes)


def wanted_of(target: str | None, names: Sequence[str]) -> list[str]:
    """The columns to predict: the one of that name, or those of "a,b"; without a word the last.

    >>> wanted_of("a,b", ["a", "b", "c"]), wanted_of(None, ["a", "b", "c"])
    (['a', 'b'], ['c'])
    """
    return split_at_commas(target or "") if target not in (None, *names) else [target or names[-1]]


def refuse_batches_of_lbfgs(batch: int | None, optimizer: str | None) -> None:
    """Raise ValueError where all rows are asked for in every step, and fewer as well."""
    if batch and optimizer == "lbfgs":
        raise ValueError(words("options.lbfgs", batch=batch))


def processes_of(number: int | None, hosts: str | None) -> int | tuple[str, ...]:
    """How many processes of this machine, or the hosts of "a,b" or of a file's lines, where # begins a comment.

    >>> processes_of(2, None), processes_of(None, "red,blue"), processes_of(None, None)
    (2, ('red', 'blue'), 1)
    """
    if hosts is None:
        return number or 1
    if number is not None:
        raise ValueError(words("options.hosts", n=number, hosts=hosts))
    lines = Path(hosts).read_text(encoding="utf-8").splitlines() if Path(hosts).is_file() else hosts.split(",")
    names = tuple(name for line in lines if (name := line.partition("#")[0].strip()))
    if not names:
        raise ValueError(words("options.no_hosts", hosts=repr(hosts)))
    return names


def quantiles_of(head: str, coverage: float | None) -> tuple[float, ...]:
    """The quantiles that --head asks for, between which so many numbers lie; 0.9 of them by default.

    >>> quantiles_of("quantiles", 0.8), quantiles_of("identity", None)
    ((0.1, 0.5, 0.9), ())
    """
    c = coverage or 0.9
    quantiles = (round((1 - c) / 2, 12), 0.5, round((1 + c) / 2, 12))
    return choose("--head", head, {"identity": (), "quantiles": quantiles})


def split_at_commas(text: str) -> list[str]:
    """The parts of "a,b", stripped."""
    return [part.strip() for part in text.split(",") if part.strip()]


def kinds_of(options: Sequence[str]) -> dict[str, str]:
    """{column: kind} of COLUMN=KIND, each. Raises ValueError for one of another form."""
    if odd := [option for option in options if not all(option.rpartition("="))]:
        raise ValueError(words("options.kind", option=repr(odd[0])))
    return dict(option.rsplit("=", 1) for option in options)


def hidden_units(layers: str) -> tuple[int, ...]:
    """The units of "64,32"; none for "0".

    >>> hidden_units("64,32"), hidden_units("0")
    ((64, 32), ())
    """
    try:
        units = tuple(int(part) for part in layers.split(","))
    except ValueError:
        raise ValueError(words("options.layers", layers=repr(layers))) from None
    if units != (0,) and min(units) < 1:
        raise ValueError(words("options.units", layers=repr(layers)))
    return () if units == (0,) else units
