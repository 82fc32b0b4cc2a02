"""The run of ``barreleye train``, and what it leaves."""

from collections.abc import Sequence
from pathlib import Path

import typer

from ..data.frame import counted
from ..insight.pictures import pictures
from ..insight.report import write_report
from ..models.folder import keep, results_folder, room_for, set_aside
from ..models.preparing import Prepared
from ..models.run import Settings, record, refitted, write_record
from ..models.worth import unjudged
from ..training.interruption import listening
from ..training.progress import Progress
from .console import interruptible, say
from .diagnosing import diagnosed
from .endings import INTERRUPTED
from .judging import report
from .showing import introduce
from .watching import watch


def run(
    ready: Prepared,
    settings: Settings,
    data: str,
    notes: Sequence[str],
    out: Path | None,
    coverage: float,
    thorough: bool,
    lang: str,
) -> None:
    """Show the table, train, show the scores and findings, and leave model, record, report and pictures.

    thorough    whether every finding is tried and said at length
    lang        of the findings and the report

    Raises OSError for what could not be kept; training that diverged or was interrupted has a status of its own.
    """
    asked, settings = settings.time, settings.within(ready)
    epochs, members = settings.recipe_of(ready).epochs, settings.members_for(len(ready.parts.train))
    training = settings.train(ready)  # which refuses what does not go together before the table fills the screen
    introduce(ready, settings, data, notes)
    if asked is not None:
        allowed = f"{counted(members, 'network')} and {counted(epochs, 'epoch')}"
        say.print(
            f"  --time {asked:g} allows {allowed}; what is told of them afterwards takes time of its own", style="dim"
        )
    with (
        interruptible(),
        results_folder(out, data) as results,
        room_for(settings.network(ready), members, ready.X.dtype, results) as room,
        listening() as interrupted,
    ):
        score = settings.judged_by(ready)
        history, trouble = watch(training, epochs, score, interrupted)
        again: list[Progress] = []
        if settings.refit and trouble is None and not interrupted():
            again, trouble = watch(
                settings.again(ready, history[-1]), epochs, score, interrupted, "once more, on all rows"
            )
        room.close()
        earlier = set_aside(results)
        files = ["diverged.safetensors" if trouble else "model.safetensors"]
        model = refitted(ready.model(history[-1]), again)
        folder, failed = keep(model, results, files[0])
    found = unjudged(ready, model) if trouble else report(ready, model, coverage)
    diagnosis = diagnosed(ready, settings, history, model, found, thorough and not interrupted(), lang)
    try:
        made = record(ready, settings, history, found, [*notes, *ready.notes], data, trouble)
        made |= {"findings": diagnosis.values()}
        write_record(folder, made)
        write_report(folder / "report.html", made, lang)
        drawn, remarks = pictures(folder, ready, model, history, found.effects, Path(data).stem)
        files += ["run.json", "report.html", *drawn]
        for remark in remarks:
            say.print(f"  {remark}", style="dim")
    except OSError as error:
        failed = failed or str(error)
    say.print(f"saved in {folder}: {', '.join(files)}")
    if earlier:
        say.print(f"  the files of an earlier run are in {earlier}", style="dim")
    if failed:
        raise OSError(failed)
    if trouble is not None:
        say.print(trouble, style="red")
        raise typer.Exit(1)
    if interrupted():
        raise typer.Exit(INTERRUPTED)
