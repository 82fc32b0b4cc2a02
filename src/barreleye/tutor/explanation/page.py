"""The page that ``explain`` prints: every step of the two passes, laid out for a terminal of any width."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table

from ...nn.activations import ACTIVATIONS
from ...nn.front import Numbers
from ...nn.heads import HEADS, ActivatedHead
from ...nn.structure import Network
from ...nn.validation import choose
from ...nn.worked_out import number
from ...words import Text, catalogue, listed
from ..showing.encodable import to_print
from ..showing.terminal import OnScreen
from ..showing.wrapping import Line
from .front import part_shown
from .passes import Passes, Step

SAY = catalogue("tutor_explain")
WIDEST = 100
"""Longer lines are hard to read, whatever the terminal."""


@dataclass(frozen=True)
class Explanation:
    """The worked steps of a forward and a backward pass. ``str(explanation)`` is the page as plain text.

    passes    the network, its data and all that was computed, and which sample and units are shown
    steps     every equation with its numbers; ``explanation["dW[1]"]`` is one of them
    lang      the language of the page, "en" or "zh"
    """

    passes: Passes
    steps: tuple[Step, ...]
    lang: str = "en"

    @property
    def checked(self) -> list[Step]:
        """The steps that have a finite difference beside them."""
        return [step for step in self.steps if step.agrees is not None]

    @property
    def agrees(self) -> bool:
        """Whether every derivative shown agrees with its finite difference, where it has one."""
        return all(step.agrees for step in self.checked)

    def __getitem__(self, name: str) -> Step:
        """The step of that name, such as "dW[1]"; ValueError with the names there are."""
        return choose("step", name, {step.name: step for step in self.steps})

    def __repr__(self) -> str:
        agreeing = sum(step.agrees is True for step in self.checked)
        return f"Explanation({len(self.steps)} steps; {agreeing} of {len(self.checked)} derivatives agree)"

    def __str__(self) -> str:
        console = Console(file=StringIO(), width=80, color_system=None, force_jupyter=False, legacy_windows=False)
        with console.capture() as captured:
            console.print(self)
        return to_print(captured.get().rstrip("\n"))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        yield OnScreen(Group(*self.parts(min(options.max_width, WIDEST))))

    def parts(self, width: int) -> Iterator[RenderableType]:
        """The page from its title to what the finite differences say, in lines of at most so many columns."""
        yield Line(SAY["title"].said(self.lang), style="bold")
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        for label, text in introduction(self.passes):
            table.add_row(label.said(self.lang), Line(text.said(self.lang)))
        yield Constrain(table, width)
        for heading, steps in groupby(self.steps, lambda step: section(self.passes.network, step)):
            yield Line("")
            yield titled_rule(heading.said(self.lang), width)
            for step in steps:
                yield from entry(step, width, self.lang)
        yield Line("")
        yield titled_rule("", width)
        for text, style in verdicts(self.steps):
            yield Constrain(Line(text.said(self.lang), style=style), width)


def introduction(passes: Passes) -> Iterator[tuple[Text, Text]]:
    """What is computed, what is shown of it, and how to read it: each with its label."""
    network = passes.network
    layers = range(1, network.L + 1)
    before = [str(network.n_x)] if network.front else []
    structure = " → ".join([*before, str(network.n[0]), *(f"{network.n[l]} {g_name(network, l)}" for l in layers)])
    yield SAY["network"], Text(structure, structure) + SAY["samples"].filled(m=passes.Y.shape[1])
    shown = SAY["sample_and_input"].filled(s=passes.sample, u=passes.units[0])
    for l in layers:
        shown += SAY["unit"].filled(u=passes.units[l], l=l)
    yield SAY["shown"], shown + SAY["from_0"]
    yield SAY["signs"], SAY["how_to_read"]
    yield SAY["means"], SAY["per_sample"]
    yield SAY["check"], SAY["differences"]
    if passes.weights is not None:
        yield SAY["weights"], SAY["weighted"].filled(m=number(passes.m))
    if network.front is not None:
        yield SAY["front"], SAY["of_parts"]
    for k in passes.trace.F:
        it = part_shown(passes, k)
        rows = {"first": it.out.start, "last": it.out.stop - 1, "row": it.row, "x": it.x_of_all}
        waves = isinstance(it.part, Numbers)
        text = SAY["part"].filled(name=type(it.part).__name__ + (f" {it.part.wave}" if waves else ""), k=k, **rows)
        yield SAY["part_label"].filled(k=k), text + SAY["first_wave"] if waves else text
    if network.batch_norm_layers:
        yield SAY["batch_norm"], SAY["normalised"]
    if network.dropout_layers:
        kept = ", ".join(f"keep_prob[{l}] = {network.keep_prob[l - 1]:g}" for l in network.dropout_layers)
        yield SAY["dropout"], SAY["switched_off"].filled(kept=kept)


def section(network: Network, step: Step) -> Text:
    """The heading under which the step stands: its pass and its layer."""
    if step.part == "cost":
        return SAY["cost"]
    units, l = network.n[step.layer], step.layer
    if l == 0 and network.front is not None:
        names = ", ".join(dict.fromkeys(type(part).__name__ for part in network.front.parts))
        of = Text(names, names)
    else:
        of = (SAY["unit_of"] if units == 1 else SAY["units"]).filled(n=units, g=g_name(network, l))
    if l in network.batch_norm_layers:
        of += SAY["normalised_layer"]
    if l in network.parametric_layers:
        of += SAY["parametric_layer"]
    return (SAY["forward"] if step.part == "forward" else SAY["backward"]).filled(l=l) + of


def g_name(network: Network, l: int) -> str:
    """The short name of the activation or the head of layer l, or its class's name where it has none."""
    g, table = (network.activations[l - 1], ACTIVATIONS) if l < network.L else (network.head, HEADS)
    name = next((name for name, kind in table.items() if kind is type(g)), type(g).__name__)
    return f"{name} {g.activation}, {g.error}" if isinstance(g, ActivatedHead) else name


def titled_rule(title: str, width: int) -> RenderableType:
    """A line over the page with the title at its left end."""
    before = f"── {title} " if title else ""
    return Line(before, style="bold cyan").append("─" * (width - cell_len(before)), style="dim cyan")


def entry(step: Step, width: int, lang: str) -> Iterator[RenderableType]:
    """A step on the page: equation and shapes, the worked line, and what the finite difference says."""
    yield Line("")
    said = step.equation.said(lang)
    room = width - 2 - cell_len(said) - cell_len(step.shapes)
    shapes = Line(step.shapes, style="dim")
    if room >= 3:
        yield Line(f"  {said}" + " " * room, style="bold").append_text(shapes)
    else:
        name, _, equation = said.partition(" = ")
        first, *meanings = (Line(part, style="bold") for part in equation.split(",  "))
        rows = [("=", first), *((" ", meaning) for meaning in meanings)]
        yield Constrain(aligned(Line(f"  {name}", style="bold"), rows), width)
        yield Constrain(Padding(shapes, (0, 0, 0, 4)), width)
    place, *equals = step.worked.split(" = ")
    if 4 + cell_len(step.worked) <= width:
        equals = [" = ".join(equals)]
    worked: list[tuple[str, RenderableType]] = [("=", Line(text)) for text in equals]
    if step.agrees is not None or step.at_kink:
        worked.append((" " if step.at_kink else "≈", compared(step, lang)))
    yield Constrain(aligned(Line(f"    {place}"), worked), width)


def aligned(name: Line, rows: Iterable[tuple[str, RenderableType]]) -> Table:
    """The name, and behind it one row below the other, each with its sign."""
    table = Table.grid()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for sign, text in rows:
        table.add_row(name + Line(f" {sign} "), text)
        name = Line(" " * name.cell_len)
    return table


def compared(step: Step, lang: str) -> RenderableType:
    """The finite difference and whether it agrees."""
    if step.difference is None:
        return Line(SAY["kink"].said(lang), style="yellow")
    mark, style, verdict = ("✓", "green", SAY["agrees"]) if step.agrees else ("✗", "bold red", SAY["differs"])
    return Line.assemble(f"{number(step.difference, 6)}  ", (f"{mark} {verdict.said(lang)}", style))


def verdicts(steps: Iterable[Step]) -> Iterator[tuple[Text, str]]:
    """What the finite differences say of all derivatives shown."""
    checked = [step for step in steps if step.agrees is not None]
    wrong = [step.name for step in checked if not step.agrees]
    if wrong:
        yield SAY["some_differ"].filled(which=listed(wrong), n=len(checked)), "bold red"
    elif checked:
        yield SAY["all_agree"].filled(n=len(checked)), "green"
    kinks = [step.name for step in steps if step.at_kink]
    if kinks:
        yield SAY["kinks"].filled(which=listed(kinks)), "yellow"
