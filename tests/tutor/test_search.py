"""The search finds what was planted, says the simplest, and claims nothing where nothing fits."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.activations import ReLU, Tanh
from barreleye.tutor.equations import Softmax, backward_sheet, cost_sheet, example, forward_sheet, line, worked
from barreleye.tutor.likeness import DIFFERENT, FLOAT32_TOLERANCE, SAME, SAME_NUMBERS, alike
from barreleye.tutor.search import Mistake, Reading, Slip, Trial, attempted, edits_of, explanation, slips_of


def mistake(name, equation, compute):
    return Mistake(name, equation, compute, "")


CATALOGUE = (
    mistake("delta reversed", "dZ out", lambda v, l: v.Y - v.A[l]),
    mistake("dW without mean", "dW", lambda v, l: v.dZ[l] @ v.A[l - 1].T),
    mistake("dW negative", "dW", lambda v, l: -v.dZ[l] @ v.A[l - 1].T / v.m),
    mistake("db without mean", "db", lambda v, l: v.dZ[l].sum(axis=1, keepdims=True)),
    mistake("db flat", "db", lambda v, l: v.dZ[l].mean(axis=1)),
    mistake("db over all", "db", lambda v, l: v.dZ[l].sum() / v.m),
    mistake("dZ without slope", "dZ", lambda v, l: v.dA[l]),
    mistake("dA not transposed", "dA", lambda v, l: v.W[l + 1] @ v.dZ[l + 1]),
)
SHEET = backward_sheet(3)
SLIPS = slips_of(SHEET, CATALOGUE)
GRADIENTS = [(q, l) for l in (1, 2, 3) for q in ("dW", "db")]
EXAMPLES = [example((5, 4, 3, 1), 7, 0), example((2, 3, 4, 1), 6, 1)]


def trials_of(*slips, examples=EXAMPLES, names=GRADIENTS):
    """The numbers that someone gets who makes these slips."""
    done = [worked(SHEET, v, edits_of(slips, SHEET)) for v in examples]
    return [Trial(v, {(q, l): getattr(one, q)[l] for q, l in names}) for v, one in zip(examples, done, strict=True)]


def found(*slips, **options):
    explained = explanation([Reading(SHEET, trials_of(*slips))], CATALOGUE, **options)
    return None if explained is None else set(explained.slips)


def runs(*slips):
    try:
        trials_of(*slips)
    except ValueError:
        return False
    return True


HARMLESS = [Slip(one, (3,)) for one in CATALOGUE if one.name in ("db flat", "db over all")]
"""Layer 3 has one unit: db[3] as (1,) or () is the same number, and broadcasts as (1, 1) does."""
ALONE = [
    slip for slip in SLIPS if runs(slip) and not (3 in slip.layers and slip.mistake in {h.mistake for h in HARMLESS})
]
PAIRS = [
    pair
    for pair in combinations(ALONE, 2)
    if not {(s.mistake.equation, l) for s in pair[:1] for l in s.layers}
    & {(s.mistake.equation, l) for s in pair[1:] for l in s.layers}
]


def test_what_is_right_is_explained_by_nothing():
    assert found() == set()


@pytest.mark.parametrize("slip", ALONE, ids=lambda slip: f"{slip.mistake.name} {slip.layers}")
def test_every_single_slip_is_found(slip):
    assert found(slip) == {slip}


@pytest.mark.parametrize("slip", HARMLESS)
def test_one_number_in_another_shape_is_no_slip(slip):
    assert found(slip) == set()


@pytest.mark.parametrize("slip", HARMLESS)
def test_layers_where_a_slip_changes_nothing_are_not_named(slip):
    assert found(Slip(slip.mistake, (3, 2, 1))) == {Slip(slip.mistake, (2, 1))}


def test_pairs_are_found_or_the_same_in_other_words():
    """Two slips may give the same numbers as another pair (-Y + A upstream, -dW downstream): then either is right."""
    for pair in PAIRS[::5]:
        answer = found(*pair)
        if answer != set(pair):
            assert len(answer) <= 2
            again = trials_of(*answer)
            for mine, theirs in zip(again, trials_of(*pair), strict=True):
                assert all(alike(mine.observed[name], theirs.observed[name]) for name in GRADIENTS)


def test_a_single_slip_is_preferred_to_a_pair():
    both = Slip(CATALOGUE[1], (3, 2, 1))
    assert found(both) == {both}
    assert len(found(Slip(CATALOGUE[1], (1,)), Slip(CATALOGUE[1], (3,)))) == 2


def test_three_slips_at_once_are_not_claimed():
    three = [Slip(CATALOGUE[0], (3,)), Slip(CATALOGUE[1], (2,)), Slip(CATALOGUE[5], (1,))]
    assert found(*three) is None
    assert found(*three, inherited=[three[0]]) == set(three)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(GRADIENTS), st.floats(1e-4, 10), st.integers(0, 99))
def test_numbers_that_no_mistake_gives_are_not_explained(name, size, seed):
    first, second = trials_of()
    noise = size * np.random.default_rng(seed).normal(size=first.observed[name].shape)
    off = Trial(first.given, {**first.observed, name: first.observed[name] + noise})
    assert explanation([Reading(SHEET, [off, second])], CATALOGUE) is None


def test_what_fits_one_trial_by_chance_is_not_claimed():
    """With m = 1 a missing mean changes nothing; with m = 7 it does."""
    single = [example((5, 4, 3, 1), 1, 0), EXAMPLES[1]]
    slip = Slip(CATALOGUE[1], (1,))
    explained = explanation([Reading(SHEET, trials_of(slip, examples=single))], CATALOGUE)
    assert explained.slips == (slip,)


# Slips of helper functions


def test_a_slip_cannot_use_what_is_computed_later():
    sheet, v = backward_sheet(2), example((3, 4, 1), m=7, seed=0)
    early = Mistake("from a gradient that is not there yet", "dZ out", lambda v, l: v.A[l] - v.Y + v.dW[1].sum(), "")
    mistaken = worked(sheet, replace(v, dW={1: worked(sheet, v).dW[1]}), Slip(early, (2,)).edits(sheet))
    trial = Trial(v, {("dW", 1): mistaken.dW[1], ("dW", 2): mistaken.dW[2]})
    assert explanation([Reading(sheet, [trial])], [early]) is None


def test_an_inherited_slip_is_forgiven_and_a_new_one_found_beside_it():
    old, new = Slip(CATALOGUE[6], (2, 1)), Slip(CATALOGUE[1], (3, 2, 1))
    assert found(old, inherited=[old], most=0) == {old}
    assert found(old, new, inherited=[old], most=1) == {old, new}
    assert found(inherited=[old]) == set()


# Readings


def test_the_reading_in_which_the_numbers_are_right_is_chosen():
    v = example((3, 4, 1), 7, 0, ReLU())
    tanh = worked(forward_sheet(2), replace(v, g={**v.g, 1: Tanh()}))
    readings = [
        Reading(forward_sheet(2), [Trial(replace(v, g={**v.g, 1: g}), {("A", 2): tanh.A[2]})]) for g in (ReLU(), Tanh())
    ]
    assert explanation(readings, ()).reading is readings[1]


def test_numbers_to_seven_digits_are_right_with_the_tolerance_of_float32():
    trials = [Trial(v, {name: one * (1 + 3e-5 * np.cos(one)) for name, one in seen.items()}) for v, seen in trials_of()]
    reading = Reading(SHEET, trials)
    assert explanation([reading], ()) is None
    assert explanation([reading], (), tolerance=FLOAT32_TOLERANCE).slips == ()


# Likeness


def test_one_number_in_another_shape_is_right_for_a_cost():
    v = example((3, 4, 1), 7, 0)
    J = worked(cost_sheet(2), v).J[2]
    for value in (J, float(J), np.array([J]), np.array([[J]])):
        assert explanation([Reading(cost_sheet(2), [Trial(v, {("J", 2): value})])], ()).slips == ()


@pytest.mark.parametrize(
    ("observed", "expected", "likeness"),
    [
        ([1.0, 2.0], [1.0, 2.0 + 1e-9], SAME),
        ([1.0, 2.0], [1.0, 2.0 + 1e-3], DIFFERENT),
        ([1.0, np.nan], [1.0, np.nan], SAME),
        ([1.0, np.nan], [1.0, 2.0], DIFFERENT),
        ([np.inf], [-np.inf], DIFFERENT),
        ([[1.0], [2.0]], [1.0, 2.0], DIFFERENT),
        ([[1.0]], 1.0, SAME_NUMBERS),
        ([[[1.0]]], 1.0, DIFFERENT),
        ([True, False], [1.0, 0.0], SAME),
        ("text", [1.0], DIFFERENT),
        (None, [1.0], DIFFERENT),
        ([1e-9], [1.1e-9], DIFFERENT),
    ],
)
def test_likeness(observed, expected, likeness):
    assert alike(observed, expected) == likeness


def test_pairs_are_searched_quickly(seconds):
    """A hundred mistakes, most of which fit nothing: refused without being worked."""
    factors = [1 + i / 7 for i in range(1, 13)]
    many = [
        mistake(f"{one.name} times {c}", one.equation, lambda v, l, c=c, one=one: c * one.compute(v, l))
        for c in factors
        for one in CATALOGUE
    ]
    assert found(Slip(many[0], (3,)), Slip(many[1], (2,)), Slip(many[4], (1,))) is None
    explained = explanation([Reading(SHEET, trials_of(Slip(many[0], (3,)), Slip(many[11], (2,))))], many)
    assert explained is not None
    assert seconds() < 5


def test_a_slip_that_needs_the_slope_of_a_softmax_cannot_be_made():
    v = example((3, 4, 2), 7, 0, output=Softmax())
    compute = {line("dZ", 2): lambda v, l: v.A[l] * v.g[l].derivative(v.Z[l], v.A[l])}
    assert attempted((line("dZ", 2),), v, compute) is None
