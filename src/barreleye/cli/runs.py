"""``barreleye runs``: the history of runs, listed, looked at and taken elsewhere; the work is done in ``search``."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ..words import NOTHING, Text, listed
from .console import errors_in_one_line, output, remark, say
from .speech import many, words

runs = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
)


@runs.callback()
def runs_made(
    context: typer.Context,
    source: str = "",
    target: str = "",
    kind: str | None = None,
    since: str | None = None,
    best: str | None = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    lang: str | None = None,
) -> None:
    """The runs that were made, the newest first; BARRELEYE_HISTORY names their file."""
    if context.invoked_subcommand is not None:
        return
    with errors_in_one_line():
        from ..search.history import History
        from .showing import show

        found = History().entries(kind=kind, source=source, target=target, since=since, best=best)
        if as_json:
            print(json.dumps([one._asdict() for one in found[:limit]], indent=1), flush=True)
            return
        columns = ("run", "begun", "took", "kind", "table", "target", "score", "", "state", "folder")
        heading = [column and words(f"runs.{column}") for column in columns]
        lines = [
            (
                *(str(one.number), when(one.begun), took(one.seconds), one.kind, Path(one.source).name, one.target),
                *(one.score, written(one.value), one.state, shortened(one.folder)),
            )
            for one in found[:limit]
        ]
        if not lines:
            say.print(words("runs.none"))
            return
        show([heading, *lines])
        if len(found) > limit:
            remark(words("runs.more", n=len(found) - limit))


@runs.command()
def show(run: str, lang: str | None = None) -> None:
    """Everything that is known of a run, as JSON."""
    with errors_in_one_line():
        from ..search.history import History

        print(json.dumps(History().read(run), indent=1, ensure_ascii=False), flush=True)


@runs.command()
def export(
    run: Annotated[list[int] | None, typer.Argument()] = None,
    jsonl: Path | None = None,
    mlflow: Path | None = None,
    lang: str | None = None,
) -> None:
    """Write runs for other programs: as JSON lines, or as MLflow shows them."""
    with errors_in_one_line():
        from ..search.export import to_json_lines, to_mlflow
        from ..search.history import History

        if jsonl is None and mlflow is None:
            raise ValueError(words("runs.where_to"))
        history = History()
        file = None if jsonl is None else output("--jsonl", jsonl, ".jsonl")
        records = [history.read(one) for one in run or [one.number for one in reversed(history.entries())]]
        if file is not None:
            to_json_lines(records, file)
        if mlflow is not None:
            to_mlflow(records, mlflow)
        places = [str(place) for place in (file, mlflow) if place is not None]
        say.print(words("runs.written", runs=many("run", len(records)), places=listed(places)))


def when(moment: str) -> str:
    """A moment in local time, as people read it."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def took(seconds: float | None) -> Text:
    """How long, in seconds, minutes or hours.

    >>> [str(took(seconds)) for seconds in (7.4, 1500, 30000, None)]
    ['7 s', '25 min', '8.3 h', '']
    """
    if seconds is None:
        return NOTHING
    if seconds < 600:
        return words("runs.seconds", n=f"{seconds:.0f}")
    return (
        words("runs.minutes", n=f"{seconds / 60:.0f}")
        if seconds < 7200
        else words("runs.hours", n=f"{seconds / 3600:.1f}")
    )


def written(value: Any) -> str:
    """A value of a record in a table, nothing for None.

    >>> written(0.12345678), written([64, 32]), written(True), written(None)
    ('0.12346', '64, 32', 'True', '')
    """
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    return "" if value is None else str(value)


def shortened(folder: str) -> str:
    """A folder from here, where it lies below."""
    path = Path(folder)
    return str(path.relative_to(Path.cwd())) if folder and path.is_relative_to(Path.cwd()) else folder
