import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from barreleye.models.recipes import RECIPES, Recipe, with_setting
from barreleye.nn.optimizers import Adam
from barreleye.search.space import SPACES, at_edge, ends, grid, space_of


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_each_recipe_has_a_space_of_settings_that_it_knows(name, task):
    recipe = RECIPES[name][task]
    for setting, distribution in space_of(name, task=task).items():
        low, high = ends(distribution)[0], ends(distribution)[-1]
        assert with_setting(recipe, setting, low) != with_setting(recipe, setting, high)


@pytest.mark.parametrize(
    ("setting", "value", "read"),
    [
        ("layers", "64,32", lambda r: (r.layers, (64, 32))),
        ("layers", "0", lambda r: (r.layers, ())),
        ("rate", 0.5, lambda r: (r.rate, 0.5)),
        ("decay", 0.3, lambda r: (r.transforms[1].amount, 0.3)),
        ("scale_rate", 3.0, lambda r: (dict(r.transforms[0].factors)["s"], 3.0)),
        ("sigma", 2.0, lambda r: (r.numbers.sigma, 2.0)),
        ("beta2", 0.99, lambda r: (r.optimizer, Adam(0.9, 0.99, 1e-8))),
    ],
)
def test_a_setting_changes_itself_alone(setting, value, read):
    recipe = RECIPES["tuned"]["classification"]
    changed = with_setting(recipe, setting, value)
    found, wanted = read(changed)
    assert found == wanted
    own = {"decay": "transforms", "scale_rate": "transforms", "sigma": "numbers", "beta2": "optimizer"}
    others = [name for name in Recipe.__dataclass_fields__ if name != own.get(setting, setting)]
    assert all(getattr(changed, name) == getattr(recipe, name) for name in others)


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ([0.1, 0.5], FloatDistribution(0.1, 0.5)),
        ([1e-3, 0.5, "log"], FloatDistribution(1e-3, 0.5, log=True)),
        ([1, 8], IntDistribution(1, 8)),
        ({"low": 32, "high": 128, "step": 32}, IntDistribution(32, 128, step=32)),
        ({"low": 0.5, "high": 1, "log": True}, FloatDistribution(0.5, 1.0, log=True)),
        ([0.1, 0.2, 0.3], CategoricalDistribution((0.1, 0.2, 0.3))),
        (FloatDistribution(0.1, 0.2), FloatDistribution(0.1, 0.2)),
        ("usual", SPACES["plain"]["rate"]),
    ],
)
def test_ranges_and_choices_as_people_write_them(wanted, made):
    assert space_of("plain", {"rate" if made != IntDistribution(1, 8) else "patience": wanted}) == {
        "rate" if made != IntDistribution(1, 8) else "patience": made
    }


def test_layers_may_be_tuples_as_elsewhere():
    assert space_of("plain", {"layers": [(64,), (64, 32)]})["layers"].choices == ("64", "64,32")


def test_a_space_in_a_file(tmp_path):
    file = tmp_path / "space.toml"
    file.write_text('rate = [0.001, 0.1, "log"]\nlayers = ["16", "64,32"]\n[dropout]\nlow = 0.0\nhigh = 0.4\n')
    found = space_of("plain", file)
    assert found == {
        "dropout": FloatDistribution(0.0, 0.4),
        "layers": CategoricalDistribution(("16", "64,32")),
        "rate": FloatDistribution(0.001, 0.1, log=True),
    }


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({}, "the space is empty"),
        ({"rat": [0.1, 1.0]}, "setting='rat' .*rate"),
        ({"rate": [0.1, 0.01]}, "rate from 0.1 to 0.01 holds nothing to try"),
        ({"rate": [0.0, 0.1, "log"]}, "rate from 0.0 to 0.1 by powers holds nothing"),
        ({"rate": "large"}, r"rate = 'large': write low and high, and log where"),
        ({"rate": {"low": 0.1}}, r"rate = \{'low': 0.1\}: write low and high"),
        ({"rate": {"low": 0.1, "high": 1.0, "lgo": True}}, "rate = .*lgo.*: write low and high"),
        ({"rate": []}, r"rate = \[\]: write"),
        ({"sigma": "usual"}, "'sigma'"),
        ({"decay": [0.1, 0.2]}, "no Decay whose setting could change"),
    ],
)
def test_what_cannot_be_meant_is_named(own, said):
    with pytest.raises(ValueError, match=said):
        space_of("plain", own)


def test_a_file_that_is_none_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"there is no file .*space\.toml"):
        space_of("plain", tmp_path / "space.toml")
    (tmp_path / "space.toml").write_text("rate: 0.1")
    with pytest.raises(ValueError, match="is no TOML"):
        space_of("plain", tmp_path / "space.toml")


@given(st.integers(2, 500))
def test_a_grid_has_as_many_points_as_fit_and_two_of_a_range_at_least(trials):
    space = space_of("plain", {"rate": [0.001, 0.1, "log"], "dropout": [0.0, 0.5], "layers": ["16", "64"]})
    points = grid(space, trials)
    n = len(points["rate"])
    assert len(points["dropout"]) == n >= 2
    assert math.prod(map(len, points.values())) <= max(trials, 8)
    assert 2 * (n + 1) ** 2 > trials
    assert (points["rate"][0], points["rate"][-1], points["dropout"][0], points["dropout"][-1]) == (0.001, 0.1, 0, 0.5)
    steps = [b / a for a, b in itertools.pairwise(points["rate"])]
    assert max(steps) / min(steps) < 1.0001


@pytest.mark.parametrize(
    ("rate", "edge"), [(0.001, "low"), (0.00105, "low"), (0.002, None), (0.01, None), (0.096, "high")]
)
def test_the_best_at_an_end_of_its_range_is_noticed(rate, edge):
    space = space_of("plain", {"rate": [0.001, 0.1, "log"], "layers": ["16", "64"]})
    assert at_edge(space, {"rate": rate, "layers": "16"}) == ({"rate": edge} if edge else {})
