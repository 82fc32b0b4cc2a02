"""What is worth a second look in the columns of a table."""

import numpy as np

from barreleye.data.frame import frame_of
from barreleye.data.remarks import codes_for_missing, giveaways, running_on
from barreleye.data.table import fit, look


def test_codes_for_missing_values_are_pointed_out_and_large_values_are_not():
    rng = np.random.default_rng(0)
    readings = rng.uniform(1, 9, 400)
    coded = np.where(np.arange(400) % 9 == 0, -200, readings)
    frame = frame_of({"co": coded, "fine": readings, "rad": np.repeat([1.0, 2, 3, 4, 5, 24], [50] * 5 + [150])})
    (said,) = codes_for_missing(frame)
    assert said.startswith("'co' holds -200 in 45 rows")


def test_a_column_that_gives_the_target_away_is_pointed_out():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    frame = frame_of(
        {"leak": [f"state {k}" for k in y], "noise": rng.normal(size=300), "part": y + rng.normal(size=300)}
    )
    assert [said.split()[0] for said in giveaways(frame, y, classes=True)] == ["'leak'"]
    z = rng.normal(size=300)
    frame = frame_of({"twice": 2 * z + 1, "near": z + rng.normal(0, 0.1, 300)})
    assert [said.split()[0] for said in giveaways(frame, z, classes=False)] == ["'twice'"]


def test_moments_in_whose_order_the_rows_stand_are_pointed_out():
    days = np.datetime64("2020-01-01") + np.arange(30)
    turned = np.random.default_rng(0).permutation(days)
    frame = frame_of({"day": days, "back": days[::-1], "any": turned, "count": np.arange(30.0) ** 2})
    said = running_on(frame, fit(frame, look(frame)))
    assert [one.split(",")[0] for one in said] == ["the rows run on in 'day'", "the rows run on in 'back'"]
