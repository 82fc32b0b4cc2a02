"""What a mistake in the gradients does to training: often less than one would think, and then no curve reveals it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..nn.activations import Activation, Sigmoid, Tanh
from ..nn.arrays import Array
from .curves import Gradients, curves_of
from .equations import Line, Work, backward_sheet, forward_sheet, worked
from .report import WRONG, Curves, FunctionReport
from .search import Slip

LEARNT = 0.9
"""The share of the first cost below which the last one is, where something was learnt."""


def with_curves(report: FunctionReport, slips: Sequence[Slip], hidden: Activation | None, L: int) -> FunctionReport:
    """The report with two learning curves, the right and the mistaken one, at each finding that is one of the slips.

    hidden    the learner's hidden activation; None where it is not known: tanh
    L         the number of layers in which the slips were found; the curves are those of two layers
    """
    by_name = {slip.mistake.name: slip for slip in slips}
    findings = tuple(
        replace(finding, curves=curves_with(in_two_layers(by_name[finding.mistake], L), hidden or Tanh()))
        if finding.verdict == WRONG and finding.mistake in by_name
        else finding
        for finding in report.findings
    )
    return replace(report, findings=findings)


def in_two_layers(slip: Slip, L: int) -> Slip:
    """The slip in a network of two layers: at the output where it was there, in the hidden layer where in one."""
    return Slip(slip.mistake, tuple(sorted({2 if l == L else 1 for l in slip.layers})))


def curves_with(slip: Slip, hidden: Activation) -> Curves | None:
    """The curves of training rightly and with a slip in the gradients.

    None where they would say nothing: the slip cannot be made there, or not trained with, or with this activation the
    right gradients do not learn the flower either.

    >>> from .classics import CATALOGUE
    >>> curves = curves_with(Slip(CATALOGUE["db summed over units too"], (1,)), Tanh())
    >>> curves.tells, curves.right_accuracy, curves.mistaken_accuracy
    (False, 0.8925, 0.8875)
    """
    sheets = (backward_sheet(2), backward_sheet(2, from_dA=True))
    sheet = next((sheet for sheet in sheets if {one.l for one in slip.edits(sheet)} == set(slip.layers)), None)
    if sheet is None:
        return None
    curves = curves_of(gradients(sheet, hidden), gradients(sheet, hidden, slip), hidden=hidden)
    return curves if curves and curves.right[-1] < LEARNT * curves.right[0] else None


@lru_cache(maxsize=64)  # the same function each time, by which curves are remembered
def gradients(sheet: tuple[Line, ...], hidden: Activation, slip: Slip | None = None) -> Gradients:
    """The gradients of the flower's two-layer network, with a slip made in them."""
    edits = slip.edits(sheet) if slip else {}
    whole = (*forward_sheet(2), *sheet)
    g = {1: hidden, 2: Sigmoid()}

    def given(p: Mapping[str, Array], X: Array, Y: Array) -> Mapping[str, Any]:
        v = Work(X, Y, {l: p[f"W{l}"] for l in g}, {l: p[f"b{l}"] for l in g}, g)
        v = worked(whole, v, edits)
        return {f"d{q}{l}": value for q, values in (("W", v.dW), ("b", v.db)) for l, value in values.items()}

    return given
