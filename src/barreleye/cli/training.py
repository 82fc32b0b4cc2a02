"""The run of ``barreleye train``, and what it leaves."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import typer

from ..data.frame import counted
from ..insight.pictures import pictures
from ..models.entry import Record, entered
from ..models.folder import held, keep, results_folder, room_for, set_aside
from ..models.preparing import Prepared
from ..models.run import Settings, beginning, record, refitted, write_record
from ..models.worth import NOTHING, Worth
from ..search.history import recording_by_default
from ..training.interruption import listening
from ..training.progress import Progress
from .console import interruptible, remark, say
from .endings import INTERRUPTED
from .judging import report
from .showing import introduce
from .watching import watch


def run(
    ready: Prepared, settings: Settings, data: str, notes: Sequence[str], out: Path | None, coverage: float
) -> None:
    """Show the table, train, show the scores, and leave the model, the record and the pictures in a folder.

    Raises OSError for what could not be kept; training that diverged or was interrupted has a status of its own.
    """
    asked, settings = settings.time, settings.within(ready)
    epochs, members = settings.recipe_of(ready).epochs, settings.members_for(len(ready.parts.train))
    training = settings.train(ready)  # which refuses what does not go together before the table fills the screen
    introduce(ready, settings, data, notes)
    if asked is not None:
        allowed = f"{counted(members, 'network')} and {counted(epochs, 'epoch')}"
        remark(f"--time {asked:g} allows {allowed}; what is told of them afterwards takes time of its own")
    notes = [*notes, *ready.notes]
    with recording_by_default(remark) as runs, ExitStack() as until_all_is_told:
        with (
            interruptible(),
            results_folder(out, data) as made,
            room_for(settings.network(ready), members, ready.X.dtype, made) as room,
            listening() as interrupted,
        ):
            entry = entered(lambda: beginning(ready, settings, notes, data))
            ended = until_all_is_told.enter_context(entry)
            score = settings.judged_by(ready)
            history, trouble = watch(training, epochs, score, interrupted)
            again: list[Progress] = []
            if settings.refit and trouble is None and not interrupted():
                again, trouble = watch(
                    settings.again(ready, history[-1]), epochs, score, interrupted, "once more, on all rows"
                )
            room.close()
            until_all_is_told.enter_context(held(made))
            earlier = set_aside(made)
            if earlier and runs:
                with suppress(OSError, ValueError):  # which is told of with this run itself
                    runs.moved(made, earlier)
            files = ["diverged.safetensors" if trouble else "model.safetensors"]
            model = refitted(ready.model(history[-1]), again)
            folder, failed = keep(model, made, files[0])
            state = "diverged" if trouble else "interrupted" if interrupted() else "done"

            def told(found: Worth) -> Record:
                return {**record(ready, settings, history, found, notes, data), "state": state}

            where = {"folder": str(folder.resolve())}
            ended(lambda: {**told(NOTHING), **where})  # the model is there, whatever becomes of what is told of it
        found = NOTHING if trouble else report(ready, model, coverage)
        ended(lambda: {**told(found), **where})
        try:
            write_record(folder, told(found))
            drawn, remarks = pictures(folder, ready, model, history, found.effects, Path(data).stem)
            files += ["run.json", *drawn]
            for one in remarks:
                remark(one)
        except OSError as error:
            failed = failed or str(error)
        say.print(f"saved in {folder}: {', '.join(files)}")
        if earlier:
            remark(f"the files of an earlier run are in {earlier}")
        if failed:
            raise OSError(failed)
        if trouble is not None:
            say.print(trouble, style="red")
            raise typer.Exit(1)
        if interrupted():
            raise typer.Exit(INTERRUPTED)
