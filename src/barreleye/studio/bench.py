"""The bench: one or two runs side by side, and what a page may ask of them, a command an entry.

>>> bench = Bench({})
>>> bench.do({"do": "step", "steps": 5})
>>> bench.runs[0].step
5
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from ..data.frame import Frame
from ..insight.diagnose import RULES, Diagnosis, diagnosis
from ..insight.diagnosis.evidence import Evidence
from ..insight.diagnosis.finding import Finding
from ..nn.arrays import Array
from ..nn.validation import choose, count, positive
from ..tutor.explain import explain
from ..tutor.explanation.page import Explanation
from ..words import in_both
from .commands import done
from .experiment import Edit, Experiment
from .frames import Seen, seen_of
from .frames import shown as shown_of
from .plane import Plane, numeric, plane_of
from .script import script
from .setup import Setup, controls, sets

AT_ONCE = 1 / 60
"""Seconds of training between two looks at what the page wants."""
EXPERIMENTS = 10.0
"""Seconds that the experiments of findings may take."""
WATCHED = 1.0
"""Seconds between two looks for what is wrong."""
EARLY = 20
"""Steps before which nothing is called wrong."""


class Bench:
    """Runs, whether they play and how fast, and which sample and units are looked into.

    version    grows with all that a page shows
    """

    def __init__(self, tables: Mapping[str, Frame], files: Mapping[str, str] | None = None) -> None:
        self.tables, self.files = dict(tables), dict(files or {})
        self.playing, self.speed, self.version = False, 100.0, 0
        self.looked: dict[str, Any] | None = None
        self.findings: list[Finding] = []
        self._watched, self._behind, self._ticked = 0.0, 0.0, time.perf_counter()
        name = next(iter(tables), None)
        self.runs: list[Experiment] = []
        self.planes: list[Plane | None] = []
        self.seen: list[Seen] = []
        self.place([Setup() if name is None else Setup().changed({"name": name})])

    def place(self, setups: list[Setup]) -> None:
        """Runs of those setups, at step 0, where they can be made; else the old ones stay."""
        runs = [Experiment(setup, self.tables) for setup in setups]
        self.planes = [plane_of(run.ready, run.setup.data.plane) for run in runs]
        self.seen = [seen_of(run.ready) for run in runs]
        self.runs, self.findings, self.playing = runs, [], False
        if self.looked is not None:  # at a sample and units that these have
            self.look()

    @property
    def setup(self) -> Setup:
        return self.runs[0].setup

    def do(self, message: Mapping[str, Any]) -> Any:
        """What a message {"do": command, ...} asks for; its answer, if it has one. TypeError or ValueError in words."""
        self.version += 1
        return done(self, COMMANDS, message)

    # Commands

    def open(
        self,
        setup: Mapping[str, Any],
        other: Mapping[str, Any] | None = None,
        edits: Any = (),
        step: int = 0,
        looked: Mapping[str, Any] | None = None,
    ) -> None:
        """All as a page's address says: setups, the edits at their steps, and the step."""
        step, self.looked = count("step", step, 0), None
        self.place([Setup.of(one) for one in (setup, other) if one is not None])
        self.runs[0].replay([Edit(int(t), str(name), tuple(at), value) for t, name, at, value in edits], step)
        for run in self.runs[1:]:
            run.forward_seen(step)
        self.look(**looked) if looked else None

    def set(self, data: Mapping[str, Any] = {}, settings: Mapping[str, Any] = {}) -> None:
        """Other data or settings, in all runs: from step 0."""
        self.place([run.setup.changed(data, settings) for run in self.runs])

    def compare(self, settings: Mapping[str, Any] | None = None) -> None:
        """A second run beside the first, from the same seed, with those settings changed; None: none."""
        second = [] if settings is None else [self.setup.changed({}, settings)]
        step = self.runs[0].step
        self.place([self.setup, *second])
        for run in self.runs:
            run.forward_seen(step)

    def play(self) -> None:
        """Go on, step after step."""
        self.playing, self._ticked, self._behind = not self.over, time.perf_counter(), 0.0

    def pause(self) -> None:
        """Stand still."""
        self.playing = False

    def pace(self, steps: float | None) -> None:
        """So many steps a second; None: as fast as they go."""
        self.speed = float("inf") if steps is None else positive("steps", steps)

    def make(self, steps: int | None = None) -> None:
        """So many steps, then stand still; None: to the end of the epoch."""
        self.playing = False
        for run in self.runs:
            each = run.plan.source.steps_per_epoch
            run.forward_seen(each - run.step % each if steps is None else count("steps", steps))

    def go(self, step: int) -> None:
        """Stand at that step, of those that were reached."""
        self.playing = False
        for run in self.runs:
            run.go_to(min(count("step", step, 0), run.last))

    def reset(self, seed: int | None = None) -> None:
        """From step 0, with another seed or the same."""
        self.set(settings={} if seed is None else {"seed": seed})

    def edit(self, name: str, place: Any, value: float) -> None:
        """Set a number of the first run's parameters by hand."""
        self.playing = False
        self.runs[0].edit(name, tuple(place), value)

    def look(self, sample: int | None = None, unit: Mapping[str, int] | None = None) -> None:
        """Show the numbers of that sample and of those units by layer; of none named, some that are not 0."""
        passes = self.explanation(sample, {int(l): u for l, u in (unit or {}).items()}).passes
        self.looked = {"sample": passes.sample, "unit": dict(passes.units)}

    def away(self) -> None:
        """Show no numbers any more."""
        self.looked = None

    def diagnose(self) -> dict[str, Any]:
        """What is wrong, each finding with its experiment."""
        found = self.diagnosed(EXPERIMENTS)
        return {"findings": found.values(), "remarks": [text.both() for text in found.remarks()]}

    def take(self, what: str) -> str | bytes:
        """What a visitor takes along: the "script" or the "model"."""
        made: dict[str, Callable[[], str | bytes]] = {"script": self.script, "model": self.model}
        return choose("take", what, made)()

    def hello(self) -> dict[str, Any]:
        """What a page is told first: what can be set, and which data there are."""
        tables = {name: list(frame.names) for name, frame in self.tables.items()}
        return {"controls": controls(), "sets": sets(), "tables": tables}

    # What is shown

    @property
    def over(self) -> bool:
        """Whether no run has a step to make."""
        return all(run.over for run in self.runs)

    def advance(self) -> None:
        """As many steps as are due, or for a sixtieth of a second as many as go."""
        now = time.perf_counter()
        due = self.speed * (now - self._ticked) + self._behind
        self._ticked = now
        size = 1
        while due >= 1 and time.perf_counter() - now < AT_ONCE and not self.over:
            steps = int(min(size, due))
            for run in self.runs:
                run.forward(steps)
            due, size = due - steps, 2 * size
        self._behind = min(due, self.speed * AT_ONCE)  # what cannot be kept up with is let go
        self.version += 1
        if self.over:
            self.playing = False

    def shown(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Facts and arrays of all runs, for ``frames.encoded``."""
        sides, arrays = [], dict[str, Array]()
        for k, (run, plane, seen) in enumerate(zip(self.runs, self.planes, self.seen, strict=True)):
            facts, own = shown_of(run, plane, seen)
            sides.append(facts | {"setup": run.setup.values(), "about": self.about(k)})
            arrays |= {f"{k}.{name}": array for name, array in own.items()}
        facts = {"version": self.version, "playing": self.playing, "speed": self.speed, "sides": sides}
        return facts | {"findings": self.watched(), "steps": self.explained(), "looked": self.looked}, arrays

    def about(self, k: int) -> dict[str, Any]:
        """What stays the same while a run trains: its columns, classes, notes, and the points of the plane."""
        run = self.runs[k]
        targets = run.ready.targets
        return {
            "inputs": list(run.ready.table.names),
            "numbers": numeric(run.ready),
            "target": targets.names[0],
            "classes": [str(one) for one in targets.classes[0]] if targets.classes else None,
            "notes": [in_both(note).both() for note in run.ready.notes],
            "network": repr(run.job.network),
        }

    def watched(self) -> list[dict[str, Any]]:
        """What rules see, looked for once a second; no experiment is made."""
        now, run = time.perf_counter(), self.runs[0]
        if now - self._watched > WATCHED or not self.playing:
            evidence = self.evidence()
            seen = {} if run.step < EARLY else {c: s for c, r in RULES.items() if (s := r.check(evidence)) is not None}
            self.findings = [Finding(code, one, None, None) for code, one in seen.items()]
            self._watched = now
        return [finding.values() for finding in self.findings]

    def evidence(self) -> Evidence:
        """What a diagnosis reads of the first run."""
        run = self.runs[0]
        history = [look for look in run.history if look.step < run.step]
        return Evidence(run.job, [*history, run.progress()], run.ready.table.names)

    def diagnosed(self, seconds: float) -> Diagnosis:
        return diagnosis(self.evidence(), seconds)

    def explained(self) -> list[dict[str, Any]]:
        """Each equation of both passes with this step's numbers, for the sample and units that are looked into."""
        return [] if self.looked is None else [asdict(step) for step in self.explanation(**self.looked).steps]

    def explanation(self, sample: int | None, unit: Mapping[int, int]) -> Explanation:
        """The first run's passes on the rows that it is trained on, worked out."""
        run = self.runs[0]
        X, Y, weights = run.job.rows.columns
        what = (run.job.network, run.state.parameters, X, Y)
        return explain(*what, weights=weights, sample=sample, unit=unit or None, console=Console(quiet=True))

    def script(self) -> str:
        """The Python that makes the first run again."""
        run = self.runs[0]
        name, edits = run.setup.data.name, [edit for edit in run.edits if edit.step <= run.step]
        return script(run.setup, edits, run.step, self.files.get(name, name if name in self.tables else None))

    def model(self) -> bytes:
        """The first run's model file."""
        with TemporaryDirectory() as folder:
            file = Path(folder, "model.safetensors")
            self.runs[0].model().save(file)
            return file.read_bytes()


COMMANDS: dict[str, Callable[..., Any]] = {
    "hello": Bench.hello,
    "open": Bench.open,
    "set": Bench.set,
    "compare": Bench.compare,
    "play": Bench.play,
    "pause": Bench.pause,
    "pace": Bench.pace,
    "step": Bench.make,
    "go": Bench.go,
    "reset": Bench.reset,
    "edit": Bench.edit,
    "look": Bench.look,
    "away": Bench.away,
    "diagnose": Bench.diagnose,
    "take": Bench.take,
}
