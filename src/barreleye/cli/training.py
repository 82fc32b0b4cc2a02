"""The run of ``barreleye train``, and what it leaves."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from ..insight.fonts import labels_in
from ..insight.pictures import pictures
from ..insight.plots import save
from ..insight.report import write_report
from ..models.entry import Record, entered
from ..models.folder import held, keep, results_folder, room_for, set_aside
from ..models.preparing import Prepared
from ..models.record import beginning, outcome, write_record
from ..models.run import Settings, refitted
from ..models.worth import NOTHING, unjudged
from ..search.history import recording_by_default
from ..training.interruption import listening
from ..training.progress import Progress
from .console import interruptible, remark, say
from .diagnosing import diagnosed
from .endings import INTERRUPTED
from .judging import report
from .showing import introduce
from .speech import many, spoken, words
from .watching import watch

if TYPE_CHECKING:
    from ..search.space import Space
    from ..search.study import Found


ROWS_SAID = 5


class Search(NamedTuple):
    """A search that is over: what it found, in which space, and who is told what becomes of it."""

    found: "Found"
    space: "Space"
    told: Callable[[Callable[[], Record]], None]


def run(
    ready: Prepared,
    settings: Settings,
    data: str,
    notes: Sequence[str],
    out: Path | None,
    coverage: float,
    thorough: bool,
    search: Search | None = None,
) -> None:
    """Show the table, train, show the scores and findings, and leave model, record, report and pictures.

    thorough    whether every finding is tried and said at length
    search      that the settings come from

    Raises OSError for what could not be kept; training that diverged or was interrupted has a status of its own.
    """
    asked, settings = settings.time, settings.within(ready)
    epochs, members = settings.recipe_of(ready).epochs, settings.members_for(ready.totals[0])
    training = settings.train(ready)  # which refuses what does not go together before the table fills the screen
    introduce(ready, settings, data, notes)
    if asked is not None:
        allowed = {"members": many("network", members), "epochs": many("epoch", epochs)}
        remark(words("training.allows", time=f"{asked:g}", **allowed))
    begun = beginning(ready, settings, [*notes, *ready.notes], data, "train" if search is None else "search")
    begun |= {} if search is None else {"search": search.found.values()}
    with recording_by_default(remark) as runs, ExitStack() as until_all_is_told:
        with (
            interruptible(),
            results_folder(out, data) as results,
            room_for(settings.network(ready), members, ready.X.dtype, results) as room,
            listening() as interrupted,
        ):
            listener = entered(lambda: begun) if search is None else nullcontext(search.told)
            ended = until_all_is_told.enter_context(listener)
            score = settings.judged_by(ready)
            history, trouble = watch(training, epochs, score, interrupted)
            again: list[Progress] = []
            if settings.refit and trouble is None and not interrupted():
                again, trouble = watch(settings.again(ready, history[-1]), epochs, score, interrupted, "training.again")
            room.close()
            if ready.stream is not None:
                tell_unused(ready.stream.unused)
            until_all_is_told.enter_context(held(results))
            earlier = set_aside(results)
            if earlier and runs:
                with suppress(OSError, ValueError):  # which is told of with this run itself
                    runs.moved(results, earlier)
            files = ["diverged.safetensors" if trouble else "model.safetensors"]
            model = refitted(ready.model(history[-1]), again)
            folder, failed = keep(model, results, files[0])
            known = {"state": "diverged" if trouble else "interrupted" if interrupted() else "done"}
            known |= {"folder": str(folder.resolve())}
            # The model is there, whatever becomes of what is told of it.
            made = outcome(ready, settings, history, NOTHING, again=again, trouble=trouble)
            ended(lambda: begun | made | known)
        found = unjudged(ready, model) if trouble else report(ready, model, coverage)
        edges = {} if search is None else search.found.edges
        diagnosis = diagnosed(
            ready, replace(settings, processes=1), history, model, found, thorough and not interrupted(), edges
        )
        made = outcome(ready, settings, history, found, again=again, trouble=trouble)
        made |= {"state": known["state"], "findings": diagnosis.values()}
        ended(lambda: begun | made | known)
        try:
            write_record(folder, begun | made)
            write_report(folder / "report.html", begun | made, spoken())
            drawn, remarks = pictures(folder, ready, model, history, found.effects, Path(data).stem, spoken())
            files += ["run.json", "report.html", *drawn]
            if search is not None:
                from ..insight.trials import plot_trials  # Optuna takes a second to import

                with labels_in(spoken()):
                    save(plot_trials(search.found, search.space, title=Path(data).stem), folder / "trials.png")
                files.append("trials.png")
            for one in remarks:
                remark(one)
        except OSError as error:
            failed = failed or str(error)
        say.print(words("training.saved", folder=folder, files=", ".join(files)))
        if earlier:
            remark(words("training.earlier", folder=earlier))
        if failed:
            raise OSError(failed)
        if trouble is not None:
            say.print(trouble, style="red")
            raise typer.Exit(1)
        if interrupted():
            raise typer.Exit(INTERRUPTED)


def tell_unused(unused: Mapping[int, str]) -> None:
    """The rows of a stream that could not be used, the first few with the reason."""
    if unused:
        remark(words("training.unused", rows=many("row", len(unused))))
    for row, why in sorted(unused.items())[:ROWS_SAID]:
        remark(words("predict.unread_row", row=f"{row:,}", why=why))
