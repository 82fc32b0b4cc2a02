"""The table of a command that trains, made ready by what it was told of it."""

from collections.abc import Sequence
from typing import Any

from ..models.preparing import Prepared, prepare
from ..models.promises import possible
from ..models.run import Settings
from .options import kinds_of, quantiles_of, source, split_at_commas


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
    **how: Any,
) -> tuple[Prepared, list[str]]:
    """The table ready to train on, and how its file was understood. Raises as ``prepare`` does.

    how    further arguments of ``prepare``
    """
    frame, wanted, notes = source(data, target, encoding)
    ready = prepare(
        frame,
        wanted,
        test=None if test is None else source(test, None, encoding)[0],
        kinds=kinds_of(kind or []),
        drop=split_at_commas(drop),
        marks=split_at_commas(missing),
        quantiles=quantiles_of(head, coverage),
        seed=settings.seed,
        dtype=dtype or settings.dtype,
        **how,
        **settings.coding,
    )
    if coverage is not None:
        possible(ready, coverage)
    return ready, notes
