import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.activations import ACTIVATIONS, ELU, LeakyReLU
from barreleye.nn.heads import HEADS, HuberHead, QuantileHead
from barreleye.nn.optimizers import OPTIMIZERS, Adam, AdamW, Momentum
from barreleye.nn.schedules import SCHEDULES, Cosine, InverseTime, Warmup, schedule
from barreleye.nn.structure import Network
from barreleye.training.numbers import merge, split
from barreleye.training.step import Recipe
from barreleye.training.transforms import Clip

USUAL = [kind() for table in (ACTIVATIONS, HEADS, OPTIMIZERS) for kind in table.values()]
USUAL += [schedule(name, 100) for name in SCHEDULES]
NETWORK = Network(
    (3, 4, 5, 2), [LeakyReLU(0.2), ELU(2.0)], HuberHead(0.7), batch_norm=[True, False], keep_prob=[1, 0.6]
)
UNUSUAL = [
    Warmup(5, then=Warmup(3, then=Cosine(100, last=0.1))),
    InverseTime(0.5, staircase=True),
    Momentum(0.8, dampening=0.3, weight_decay=0.1),
    AdamW(0.5, weight_decay=None),
    NETWORK,
    Recipe(NETWORK, Adam(beta1=0.3), 0.2, Warmup(9), (Clip(2.0),)),
]


def floats_of(value):
    if isinstance(value, float):
        return 1
    if isinstance(value, tuple):
        return sum(map(floats_of, value))
    return (
        sum(floats_of(getattr(value, f.name)) for f in dataclasses.fields(value))
        if dataclasses.is_dataclass(value)
        else 0
    )


@pytest.mark.parametrize("value", [*USUAL, *UNUSUAL], ids=repr)
def test_merge_puts_together_what_split_took_apart(value):
    structure, numbers = split(value)
    again = merge(structure, numbers)
    assert type(again) is type(value)
    assert again == value
    assert split(again) == (structure, numbers)
    assert len(numbers) == floats_of(value)
    assert all(type(x) is float for x in numbers)
    hash(structure)


@pytest.mark.parametrize("value", [*USUAL, *UNUSUAL], ids=repr)
def test_other_numbers_make_the_same_structure(value):
    structure, numbers = split(value)
    shifted = [x + 0.001 for x in numbers]
    other = merge(structure, shifted)
    assert split(other) == (structure, shifted)
    assert (other == value) == (not numbers)


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.floats(allow_nan=False)
        | st.integers()
        | st.none()
        | st.booleans()
        | st.just("number")
        | st.builds(LeakyReLU, st.floats(-9, 9)),
        lambda inner: st.tuples(inner, inner) | st.tuples(inner) | st.just(()),
    )
)
def test_any_nesting_goes_apart_and_together(value):
    assert merge(*split(value)) == value
    assert merge(*split(value)).__class__ is value.__class__


def test_what_is_not_a_float_is_structure():
    plain = split(NETWORK)[0]
    assert split(Network((3, 4, 6, 2), NETWORK.activations, NETWORK.head))[0] != plain
    assert split(dataclasses.replace(Recipe(NETWORK), transforms=(Clip(1.0),)))[0] != split(Recipe(NETWORK))[0]
    assert split(InverseTime(0.5))[0] != split(InverseTime(0.5, staircase=True))[0]
    assert split(HuberHead(0.5))[0] != split(QuantileHead(0.5))[0]
    assert split(Network((1, 2, 1), keep_prob=0.5))[0] != split(Network((1, 2, 1)))[0]
    assert split(Adam())[0] != split(AdamW(weight_decay=None))[0]


def test_nothing_is_validated_again_so_that_numbers_may_be_tracers():
    assert math.isnan(merge(split(Recipe(NETWORK))[0], [math.nan] * len(split(Recipe(NETWORK))[1])).learning_rate)
