"""The table of a command that trains, made ready by what it was told of it."""

from collections.abc import Sequence
from typing import Any

from ..data.read import open_files, unzipping
from ..models.preparing import Prepared, prepare
from ..models.promises import possible
from ..models.run import Settings
from ..models.survey import surveyed
from .console import interruptible, say
from .options import kinds_of, quantiles_of, source, split_at_commas, wanted_of
from .speech import many, spoken, words


def prepared(
    data: str,
    target: str | None,
    settings: Settings,
    *,
    test: str | None,
    kind: Sequence[str] | None,
    drop: str,
    missing: str,
    encoding: str | None,
    coverage: float | None,
    head: str = "identity",
    dtype: str | None = None,
    stream: bool = False,
    **how: Any,
) -> tuple[Prepared, list[str]]:
    """The table ready to train on, and how its file was understood. Raises as ``prepare`` does.

    stream    whether the rows stay where they are, in a file or in all files of a folder
    how       further arguments of ``prepare``
    """
    told = {
        "test": None if test is None else source(test, None, encoding)[0],
        "kinds": kinds_of(kind or []),
        "drop": split_at_commas(drop),
        "marks": split_at_commas(missing),
        "quantiles": quantiles_of(head, coverage),
        "seed": settings.seed,
        "dtype": dtype or settings.dtype,
        **how,
        **settings.coding,
    }
    if stream:
        with unzipping(data), interruptible(), say.status("") as status:
            files, notes = open_files(data, encoding), list[str]()
            ready = surveyed(
                files,
                wanted_of(target, files[0].names),
                told=lambda rows: status.update(words("training.reading", rows=many("row", rows)).said(spoken())),
                **told,
            )
    else:
        frame, wanted, notes = source(data, target, encoding)
        ready = prepare(frame, wanted, **told)
    if coverage is not None:
        possible(ready, coverage)
    return ready, notes
