"""Entrances x faults: whatever way rows and targets come in, a message names the thing, the value and what to do."""

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pytest
from typer.testing import CliRunner

from barreleye import MLPClassifier, MLPRegressor, Network, train
from barreleye.cli.commands import app

rng = np.random.default_rng(0)
NAMES = ["age", "height", "weight"]
X = rng.normal(size=(40, 3))
NAMED = pd.DataFrame(X, columns=NAMES)
LABELS = (X[:, 0] > 0).astype(int)
NUMBERS = X @ [1.0, 2.0, 3.0]
QUICK = {"hidden_layer_sizes": (3,), "max_iter": 1, "random_state": 0, "engine": "numpy"}
CLASSES, VALUES = Network((3, 1), head="sigmoid"), Network((3, 1), head="identity")


def fitted(Estimator, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one pass does not converge
        return Estimator(**QUICK).fit(NAMED, y)


CLASSIFIER, REGRESSOR = fitted(MLPClassifier, LABELS), fitted(MLPRegressor, NUMBERS)


ENTRANCES_OF_X = {
    "train": lambda X: train(CLASSES, X, LABELS),
    "train, validation": lambda Xv: train(CLASSES, X, LABELS, validation=(Xv, LABELS)),
    "train, stream": lambda X: train(CLASSES, iter([(X, LABELS)]), steps=1),
}
for Estimator, model, y in ((MLPClassifier, CLASSIFIER, LABELS), (MLPRegressor, REGRESSOR, NUMBERS)):
    ENTRANCES_OF_X |= {
        f"{Estimator.__name__}, {what}": use
        for what, use in {
            "fit": lambda X, E=Estimator, y=y: E(**QUICK).fit(X, y),
            "X_val": lambda Xv, E=Estimator, y=y: E(**QUICK).fit(NAMED, y, X_val=Xv, y_val=y),
            "partial_fit": lambda X, model=model, y=y: model.partial_fit(X, y),
            "predict": lambda X, model=model: model.predict(X),
            "score": lambda X, model=model, y=y: model.score(X, y),
            "trace": lambda X, model=model: model.trace(X),
            "gradients": lambda X, model=model, y=y: model.gradients(X, y),
        }.items()
    }
ENTRANCES_OF_X["predict_proba"] = lambda X: CLASSIFIER.predict_proba(X)


def cell(value, kind=object):
    changed = X.astype(kind)
    changed[5, 1] = value
    return pd.DataFrame(changed, columns=NAMES)


class Fault(NamedTuple):
    rows: object
    message: str


PLACE = r"in column 'height', first (in row 5|.* in row 5)"
FAULTS_OF_X = {
    "text": Fault(cell("red"), f"X holds text {PLACE}: encode it"),
    "text in polars": Fault(pl.DataFrame({n: X[:, i] if i != 1 else ["red"] * 40 for i, n in enumerate(NAMES)}),
                            "X holds text in column 'height', first 'red' in row 0: encode it"),
    "dates": Fault(NAMED.assign(height=pd.Timestamp("2020-01-31")),
                   "X holds dates or times in column 'height', first 2020-01-31.* in row 0: make numbers"),
    "one date": Fault(cell(np.datetime64("2020-01-31")), f"X holds dates or times {PLACE}: make numbers"),
    "an object": Fault(cell({}), rf"X holds something that is not a number {PLACE}: encode it first \(.*'dict'\)"),
    "complex": Fault(cell(1 + 2j), f"X holds complex numbers {PLACE}: pass real ones"),
    "huge": Fault(cell(1e300, float), f"X reaches 1.0e.300 {PLACE}, too large to multiply in float64: standardise"),
    "NaN": Fault(cell(np.nan, float), f"X has NaN {PLACE}: remove or fill in"),
    "infinity": Fault(cell(-np.inf, float), f"X has infinity {PLACE}: remove or clip"),
    "None": Fault(cell(None), f"X has None {PLACE}: remove or fill in"),
    "NA": Fault(cell(pd.NA), f"X has <NA> {PLACE}: remove or fill in"),
    "nullable": Fault(cell(pd.NA).convert_dtypes(), f"X has (NaN|<NA>) {PLACE}: remove or fill in"),
    "masked": Fault(np.ma.masked_equal(cell(-99, float).to_numpy(), -99),
                    "X has a masked cell in column (1|'height'), first in row 5: remove or fill in"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS_OF_X.values(), ids=FAULTS_OF_X)
@pytest.mark.parametrize("entrance", ENTRANCES_OF_X.values(), ids=ENTRANCES_OF_X)
def test_rows(entrance, fault):
    with pytest.raises((TypeError, ValueError), match=fault.message):
        entrance(fault.rows)


ENTRANCES_OF_LABELS = {
    "train": lambda y: train(CLASSES, X, y),
    "train, validation": lambda y: train(CLASSES, X, LABELS, validation=(X, y)),
    "train, stream": lambda y: train(CLASSES, iter([(X, y)]), steps=1),
    "fit": lambda y: MLPClassifier(**QUICK).fit(X, y),
    "y_val": lambda y: MLPClassifier(**QUICK).fit(X, LABELS, X_val=X, y_val=y),
    "partial_fit": lambda y: CLASSIFIER.partial_fit(NAMED, y),
    "score": lambda y: CLASSIFIER.score(NAMED, y),
    "gradients": lambda y: CLASSIFIER.gradients(NAMED, y),
}
ENTRANCES_OF_NUMBERS = {
    "train": lambda y: train(VALUES, X, y),
    "train, validation": lambda y: train(VALUES, X, NUMBERS, validation=(X, y)),
    "fit": lambda y: MLPRegressor(**QUICK).fit(X, y),
    "y_val": lambda y: MLPRegressor(**QUICK).fit(X, NUMBERS, X_val=X, y_val=y),
    "partial_fit": lambda y: REGRESSOR.partial_fit(NAMED, y),
    "score": lambda y: REGRESSOR.score(NAMED, y),
    "gradients": lambda y: REGRESSOR.gradients(NAMED, y),
}


def with_target(value, kind=object):
    y = LABELS.astype(kind)
    y[7] = value
    return y


GAPS = {
    "None": (with_target(None), "None"),
    "NA": (with_target(pd.NA), "<NA>"),
    "NaT": (with_target(pd.NaT), "NaT"),
    "NaN": (with_target(np.nan, float), "NaN"),
    "infinity": (with_target(np.inf, float), "infinity"),
    "nullable": (pd.Series(with_target(pd.NA), dtype="Int64"), "NaN"),
    "masked": (np.ma.masked_equal(with_target(-99, int), -99), "a masked cell"),
}


@pytest.mark.parametrize(("y", "value"), GAPS.values(), ids=GAPS)
@pytest.mark.parametrize(
    "entrance",
    [*ENTRANCES_OF_LABELS.values(), *ENTRANCES_OF_NUMBERS.values()],
    ids=[*(f"labels, {name}" for name in ENTRANCES_OF_LABELS), *(f"numbers, {name}" for name in ENTRANCES_OF_NUMBERS)],
)
def test_missing_targets(entrance, y, value):
    with pytest.raises(ValueError, match=f"[yY]'? has {value}, first in row 7: remove or (fill in|clip)"):
        entrance(y)


@pytest.mark.parametrize("y", [with_target(1e300, float), with_target("red"), with_target(np.datetime64("2020-01-31"))])
@pytest.mark.parametrize("entrance", ENTRANCES_OF_NUMBERS.values(), ids=ENTRANCES_OF_NUMBERS)
def test_targets_that_are_no_numbers_or_too_large(entrance, y):
    message = (
        r"[yY]'? (reaches 1.0e.300, first in row 7, too large to square in float64: divide"
        "|holds text, first 'red' in row 7: encode|holds dates or times, first 2020-01-31 in row 7: make)"
    )
    with pytest.raises(ValueError, match=message):
        entrance(y)


@pytest.mark.parametrize(
    ("column", "value", "status", "message"),
    [
        (1, "red", 0, "'red' read as missing"),
        (1, "2020-01-31", 0, "'2020-01-31' read as missing"),
        (1, "1e300", 0, "3 columns"),
        (1, "", 0, "numbers; 1 missing"),
        (3, "1e300", 3, "'level' reaches 1.0e+300, first in row 5, too large to square"),
        (3, "", 0, "left out 1 row without a value of 'level'"),
    ],
)
def test_the_command_reads_an_odd_cell_in_a_sensible_way_and_says_so(column, value, status, message, tmp_path):
    lines = [[*map(str, row), str(y)] for row, y in zip(X, NUMBERS, strict=True)]
    lines[5][column] = value
    file = tmp_path / "table.csv"
    file.write_text("\n".join(map(",".join, [[*NAMES, "level"], *lines])), encoding="utf-8")
    words = [
        "train",
        str(file),
        "--epochs",
        "1",
        "--recipe",
        "plain",
        "--engine",
        "numpy",
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert done.exit_code == status, done.output
    assert message in done.output


def test_a_batch_larger_than_the_rows_is_told_with_both_numbers(tmp_path):
    with pytest.warns(UserWarning, match="batch_size=99 is larger than the 40 rows there are; all 40 are used"):
        train(VALUES, X, NUMBERS, batch_size=99)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        MLPRegressor(**QUICK, batch_size=99).fit(X, NUMBERS)
    assert any("clipped: batch_size=99, and there are 40 rows" in str(one.message) for one in told)
    done = CliRunner().invoke(
        app, ["train", "iris", "--batch", "999", "--epochs", "1", "--recipe", "plain", "--out", str(tmp_path)]
    )
    assert "--batch 999 is more than the 96 rows to train on: each step takes them all" in done.output


def test_the_command_tells_of_a_column_that_has_no_say(tmp_path):
    file = tmp_path / "table.csv"
    rows = [f"{a},7,{int(a > 0)}" for a in X[:, 0]]
    file.write_text("\n".join(["a,site,y", *rows]), encoding="utf-8")
    done = CliRunner().invoke(
        app, ["train", str(file), "--epochs", "1", "--recipe", "plain", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0
    assert "left out, for nothing can be learnt from them: 'site' (constant)" in done.output


# The drop-ins


def test_dictionaries_are_rows_of_a_prediction():
    rows = NAMED[["weight", "age", "height"]].assign(name="Bo").to_dict("records")
    np.testing.assert_array_equal(REGRESSOR.predict(rows), REGRESSOR.predict(NAMED))
    np.testing.assert_array_equal(REGRESSOR.predict(rows[0]), REGRESSOR.predict(NAMED[:1]))
    with pytest.raises(ValueError, match="X lacks the column 'height'"):
        REGRESSOR.predict({"age": 1, "weight": 2})
    with pytest.raises(ValueError, match="X holds dictionaries, which predictions alone take"):
        MLPRegressor(**QUICK).fit(rows, NUMBERS)


def test_a_validation_frame_and_a_stream_of_frames_are_found_by_name():
    other = NAMED[["weight", "age", "height"]].assign(name="Bo")
    settings = {"steps": 3, "every": 1, "engine": "numpy"}
    plain = [p.validation_cost for p in train(VALUES, X, NUMBERS, validation=(X, NUMBERS), **settings)]
    named = [p.validation_cost for p in train(VALUES, NAMED, NUMBERS, validation=(other, NUMBERS), **settings)]
    assert named == plain
    *_, one = train(VALUES, [(NAMED, NUMBERS), (other, NUMBERS)], **settings | {"steps": 2})
    *_, two = train(VALUES, [(X, NUMBERS), (X, NUMBERS)], **settings | {"steps": 2})
    np.testing.assert_array_equal(one.parameters.W[1], two.parameters.W[1])


@pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])
def test_a_column_that_was_constant_and_varies_later_is_told(Estimator, tmp_path):
    frame = NAMED.assign(height=7.0)
    model = Estimator(**QUICK)
    model.partial_fit(frame, LABELS, **({"classes": [0, 1]} if Estimator is MLPClassifier else {}))
    model.save(tmp_path / "model")
    for one in (model, Estimator.load(tmp_path / "model")):
        one.predict(frame)
        with pytest.warns(UserWarning, match="column 'height' was the same in every row of the training and another"):
            one.predict(frame.assign(height=8.0))
    model.partial_fit(frame.assign(height=X[:, 1]), LABELS)
    model.predict(frame.assign(height=8.0))
