"""The recipes: their published constants, what a user's own word changes, and what stands before layer 1."""

from itertools import permutations

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.recipes import MOST_NUMBERS, RECIPES, batch_of, front_of, recipe
from barreleye.nn.front import Levels, Numbers, Rows
from barreleye.nn.optimizers import Adam
from barreleye.training.transforms import Decay, Rates, pairs

# Holzmueller, Grinsztajn and Steinwart (2024), arXiv 2407.04491, table A.1, and the code of pytabkit 1.7.
REALMLP_TD = {
    "classification": {"activation": "selu", "rate": 0.04},
    "regression": {"activation": "mish", "rate": 0.2},
}
COMMON = {
    "layers": (256, 256, 256),
    "epochs": 256,
    "schedule": "coslog4",
    "dropout": 0.15,
    "dropout_schedule": "flat_cosine",
    "parametric": True,
    "ntk": True,
    "initializer": "from_data",
    "optimizer": Adam(beta1=0.9, beta2=0.95, epsilon=1e-8),
    "levels": 8,
    "each_class": True,
    "smoothing": 0.1,
    "clamped": True,
    "clip": None,
    "patience": 0,
    "l2": 0.0,
    "batch_norm": False,
}
SIXTEEN_WAVES = {"waves": 16, "size": 4, "sigma": 0.1, "wave": "cosine", "g": "identity", "beside": True}
PACE = {"W": 1, "E": 1, "s": 6, "b": 0.1, "alpha": 0.1, "omega": 0.1, "phase": 0.1, "V": 0.1, "v": 0.1}


@pytest.mark.parametrize("task", REALMLP_TD)
def test_tuned_has_the_published_constants(task):
    made = recipe("tuned", task, 5000)
    assert {name: getattr(made, name) for name in COMMON} == COMMON
    assert {name: getattr(made, name) for name in REALMLP_TD[task]} == REALMLP_TD[task]
    assert {name: getattr(made.numbers, name) for name in SIXTEEN_WAVES} == SIXTEEN_WAVES


@pytest.mark.parametrize("task", REALMLP_TD)
def test_what_a_field_loses_has_its_factor_twice_and_b_loses_nothing(task):
    rates, decay = recipe("tuned", task, 100).transforms
    assert isinstance(rates, Rates)
    assert isinstance(decay, Decay)
    pace = dict.fromkeys(PACE, 1.0) | dict(pairs(rates.factors))
    assert pace == PACE
    assert (decay.amount, decay.schedule) == (0.02, "flat_cosine")
    lost = {field: pace[field] * factor for field, factor in pairs(decay.factors)}
    assert lost == pytest.approx({field: factor**2 for field, factor in PACE.items() if field != "b"})


UP_TO = {64: (1, 1024), 128: (1025, 8192), 256: (8193, 30_000), 512: (30_001, 100_000), 1024: (100_001, 10**7)}


@pytest.mark.parametrize(("rows", "batch"), [(rows, batch) for batch, ends in UP_TO.items() for rows in ends])
def test_batches_grow_with_the_rows_as_published(rows, batch):
    assert batch_of(rows) == batch
    assert recipe("tuned", "classification", rows).batch == batch
    assert recipe("tuned", "classification", rows, batch=17).batch == 17
    assert recipe("plain", "classification", rows).batch == 32


def test_what_is_told_goes_before_and_what_is_none_is_not_told():
    own = RECIPES["tuned"]["regression"]
    told = {"layers": (8,), "dropout": 0.0, "epochs": 3, "l2": 0.5, "activation": None, "schedule": None}
    made = recipe("tuned", "regression", 10, **told)
    for name, value in told.items():
        assert getattr(made, name) == (getattr(own, name) if value is None else value)
    assert RECIPES["tuned"]["regression"] is own
    assert own.layers == (256, 256, 256)


def test_a_rate_is_for_its_own_optimizer():
    assert recipe("tuned", "regression", 10, optimizer="gd").rate is None
    assert recipe("tuned", "regression", 10, optimizer="gd", rate=0.5).rate == 0.5
    assert recipe("plain", "regression", 10).rate == recipe("plain", "regression", 10, optimizer="adamw").rate == 0.003
    assert recipe("plain", "regression", 10, optimizer="momentum").rate is None


def test_a_recipe_that_is_none_is_named():
    with pytest.raises(ValueError, match=r"recipe='tuend' is unknown \(did you mean 'tuned'\?\)"):
        recipe("tuend", "regression", 10)


RNG = np.random.default_rng(0)
COLUMNS = {
    "price": RNG.normal(size=60),
    "gaps": np.where(np.arange(60) % 5 == 0, np.nan, RNG.normal(size=60)),
    "town": [f"town {i % 20}" for i in range(60)],
    "size": [["S", "M", "L"][i % 3] for i in range(60)],
    "member": [["yes", "no"][i % 2] for i in range(60)],
}
MADE_OF = {"price": "amount", "gaps": "amount", "town level": "level"}


@pytest.mark.parametrize("names", [*permutations(COLUMNS)][::11])
def test_waves_take_amounts_a_table_takes_levels_and_marks_stay_in_whatever_order_columns_are(names):
    frame = frame_of({**{name: COLUMNS[name] for name in names}, "y": RNG.normal(size=60)})
    ready = prepare(frame, ["y"], numbered=True)
    front = front_of(ready.table, RECIPES["tuned"]["regression"])
    assert front.n_x == len(ready.table.names)
    kinds = [MADE_OF.get(ready.table.names[row], "mark") for row in front.order]
    assert kinds == ["amount", "amount", "level", "mark", "mark", "mark", "mark", "mark"]
    levels = ready.table.encoders["town"].rows - 1
    assert front.parts == (Numbers(2, waves=16, size=4, sigma=0.1), Levels(levels, 8), Rows(5))
    assert front.n_out == 2 * 4 + 8 + 5
    assert front_of(ready.table, RECIPES["plain"]["regression"]) is None


def test_a_table_of_one_kind_alone_has_that_part_alone():
    marks = prepare(frame_of({"member": COLUMNS["member"], "y": COLUMNS["price"]}), ["y"], numbered=True)
    assert front_of(marks.table, RECIPES["tuned"]["regression"]).parts == (Rows(1),)
    level = prepare(frame_of({"town": COLUMNS["town"], "y": COLUMNS["price"]}), ["y"], numbered=True)
    (part,) = front_of(level.table, RECIPES["tuned"]["regression"]).parts
    assert isinstance(part, Levels)


@pytest.mark.parametrize("more", [0, 1])
def test_amounts_of_very_many_columns_are_taken_as_they_are(more):
    n = MOST_NUMBERS + more
    columns = {f"x{i}": RNG.normal(size=12) for i in range(n)}
    ready = prepare(frame_of({**columns, "y": RNG.normal(size=12)}), ["y"], numbered=True)
    (part,) = front_of(ready.table, RECIPES["tuned"]["regression"]).parts
    assert part == (Rows(n) if more else Numbers(n, waves=16, size=4, sigma=0.1))
