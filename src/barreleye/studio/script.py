"""The Python that makes a run of the studio again, step for step and to the bit: what a visitor takes along.

>>> from .experiment import Edit
>>> from .setup import Setup
>>> print(script(Setup(), [Edit(20, "W[1]", (0, 1), 0.5)], 30))
import barreleye as be
from barreleye.models.preparing import prepare, rows_of
from barreleye.models.run import Settings
<BLANKLINE>
frame, target = rows_of(be.load_dataset('flower'))
ready = prepare(frame, [target], kinds={'x1': 'number', 'x2': 'number'}, hold_out=False)
settings = Settings(layers=(8,), activation='tanh', optimizer='adam', rate=0.03, epochs=1000, batch=0, patience=0, \
engine='numpy')
network, X, Y, options = settings.arguments(ready)
options |= {"epochs": None, "steps": 30}
<BLANKLINE>
progress = next(be.train(network, X, Y, **options | {"every": 20}))
progress = progress.with_number('W[1]', (0, 1), 0.5)
progress = next(be.train(network, X, Y, **options | {"every": 30, "resume": progress}))
print(progress)
# Its cost is that before the last step; the page shows the loss behind it.
<BLANKLINE>
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from ..data.split import SHARE
from ..models.run import Settings
from .experiment import Edit
from .setup import DRAWN, Data, Setup

IMPORTED = {"rows_of": "models.preparing", "frame_of": "data.frame", "read": "data.read", "planned": "training.plan"}


def script(setup: Setup, edits: Sequence[Edit], step: int, file: str | None = None) -> str:
    """The lines that make the network of that step: the rows, the settings, the training, each edit where it was made.

    file    the path that a table was opened from, or its name where that alone is known; None: it is built in
    """
    lines = [*_rows(setup.data, file), _ready(setup), _settings(setup.settings)]
    lines += ["network, X, Y, options = settings.arguments(ready)"]
    if setup.endless and step:
        lines += [f'options |= {{"epochs": None, "steps": {step}}}']
    lines += ["", *_training(edits, step), f"print({'progress' if step else 'parameters'})"]
    lines += ["# Its cost is that before the last step; the page shows the loss behind it."] if step else []
    return "\n".join([*_imports(lines), "", *lines, ""])


def _rows(data: Data, file: str | None) -> Iterator[str]:
    if data.name == DRAWN:
        x1, x2, label = zip(*data.points, strict=True)
        yield f"frame = frame_of({{'x1': {[*x1]}, 'x2': {[*x2]}, 'class': {[*map(str, label)]}}})"
        yield "target = 'class'"
    elif file is None:
        options = "".join(f", {name}={int(v) if float(v).is_integer() else v!r}" for name, v in data.options)
        yield f"frame, target = rows_of(be.load_dataset({data.name!r}{options}))"
    else:
        yield f"frame, _ = read({file!r})"
        yield f"target = {data.target!r}" if data.target else "target = frame.names[-1]"


def _ready(setup: Setup) -> str:
    options = ["kinds={'x1': 'number', 'x2': 'number'}"] if setup.data.drawn_anew else []
    options += ["hold_out=False"] + ["validate=False"] * (not setup.data.held_out)
    options += [f"share={setup.data.share!r}"] if setup.data.held_out and setup.data.share != SHARE else []
    options += [f"seed={setup.settings.seed}"] if setup.settings.seed else []
    return f"ready = prepare(frame, [target], {', '.join(options)})"


def _settings(settings: Settings) -> str:
    usual = Settings()
    told = [(one.name, getattr(settings, one.name)) for one in fields(Settings)]
    return f"settings = Settings({', '.join(f'{name}={v!r}' for name, v in told if v != getattr(usual, name))})"


def _training(edits: Sequence[Edit], step: int) -> Iterator[str]:
    first = [edit for edit in edits if edit.step == 0]
    if first or not step:
        yield "parameters = planned(network, X, Y, **options).run.state.parameters"
        yield from (f"parameters.named()[{edit.name!r}][{edit.place}] = {edit.value!r}" for edit in first)
        yield 'options |= {"parameters": parameters}'
    resumed = ""
    for stop in sorted({edit.step for edit in edits} | {step}):
        if stop:
            yield f'progress = next(be.train(network, X, Y, **options | {{"every": {stop}{resumed}}}))'
            resumed = ', "resume": progress'
            for edit in edits:
                if edit.step == stop:
                    yield f"progress = progress.with_number({edit.name!r}, {edit.place}, {edit.value!r})"


def _imports(lines: Sequence[str]) -> Iterator[str]:
    used = {name: room for name, room in IMPORTED.items() if any(f"{name}(" in line for line in lines)}
    rooms = {"models.preparing": ["prepare"], "models.run": ["Settings"]}
    for name, room in used.items():
        rooms.setdefault(room, []).append(name)
    yield "import barreleye as be"
    for room in sorted(rooms):
        yield f"from barreleye.{room} import {', '.join(sorted(rooms[room]))}"
