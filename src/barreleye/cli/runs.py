"""``barreleye runs``: the history of runs, listed, looked at and taken elsewhere; the work is done in ``search``."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from .console import errors_in_one_line, output, remark, say

runs = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="The runs that were made, the newest first. BARRELEYE_HISTORY names their file, or off.",
)


@runs.callback()
def listed(
    context: typer.Context,
    source: Annotated[str, typer.Option(help="Runs on tables with this in their name.")] = "",
    target: Annotated[str, typer.Option(help="Runs for a target with this in its name.")] = "",
    kind: Annotated[str | None, typer.Option(help="train, search or fit.")] = None,
    since: Annotated[str | None, typer.Option(help="Since this day or moment, such as 2026-11-30.")] = None,
    best: Annotated[str | None, typer.Option(help="The best first, by this score: log-loss, auc, rmse, ...")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
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
        heading = ("run", "begun", "took", "kind", "table", "target", "score", "", "state", "folder")
        lines = [
            (
                *(str(one.number), when(one.begun), took(one.seconds), one.kind, Path(one.source).name, one.target),
                *(one.score, written(one.value), one.state, shortened(one.folder)),
            )
            for one in found[:limit]
        ]
        if not lines:
            say.print("no run is like that")
            return
        show([heading, *lines])
        if len(found) > limit:
            remark(f"and {len(found) - limit} more: --limit")


@runs.command()
def show(run: Annotated[str, typer.Argument(help="Its number, or its folder.")]) -> None:
    """Everything that is known of a run, as JSON."""
    with errors_in_one_line():
        from ..search.history import History

        print(json.dumps(History().read(run), indent=1, ensure_ascii=False), flush=True)


@runs.command()
def export(
    run: Annotated[list[int] | None, typer.Argument(help="Numbers of runs; all by default.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="A file, .jsonl: a line of JSON for each run.")] = None,
    mlflow: Annotated[Path | None, typer.Option(help="A folder, such as mlruns, in MLflow's file layout.")] = None,
) -> None:
    """Write runs for other programs: as JSON lines, or as `mlflow ui --backend-store-uri FOLDER` shows them."""
    with errors_in_one_line():
        from ..data.frame import counted
        from ..search.export import to_json_lines, to_mlflow
        from ..search.history import History

        if jsonl is None and mlflow is None:
            raise ValueError("where to? name --jsonl FILE, --mlflow FOLDER or both")
        history = History()
        file = None if jsonl is None else output("--jsonl", jsonl, ".jsonl")
        records = [history.read(one) for one in run or [one.number for one in reversed(history.entries())]]
        if file is not None:
            to_json_lines(records, file)
        if mlflow is not None:
            to_mlflow(records, mlflow)
        places = [str(place) for place in (file, mlflow) if place is not None]
        say.print(f"{counted(len(records), 'run')} written to {' and '.join(places)}")


def when(moment: str) -> str:
    """A moment in local time, as people read it."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def took(seconds: float | None) -> str:
    """How long, in seconds, minutes or hours.

    >>> took(7.4), took(1500), took(30000), took(None)
    ('7 s', '25 min', '8.3 h', '')
    """
    if seconds is None:
        return ""
    return (
        f"{seconds:.0f} s"
        if seconds < 600
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
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
