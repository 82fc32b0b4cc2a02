"""Tables fitted on files: the path in place of X, and names of columns in place of y and weights."""

import numpy as np
import pytest

from barreleye import TableClassifier, TableRegressor, load

HOW = {"hidden_layer_sizes": (8,), "max_iter": 20, "random_state": 0, "engine": "numpy"}


@pytest.fixture
def file(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(0)
    a, city = rng.normal(size=400), rng.integers(0, 2, 400)
    columns = {
        "a": a,
        "city": [("Oslo", "Turku")[i] for i in city],
        "w": rng.integers(1, 3, 400),
        "y": 3 * a + 10 * city,
        "label": (a > 0) + 1,
    }
    parquet.write_table(pa.table(columns), tmp_path / "rows.parquet", row_group_size=100)
    return tmp_path / "rows.parquet"


def test_a_classifier_is_fitted_saved_and_asked_as_ever(file, tmp_path):
    import pandas as pd

    model = TableClassifier(**HOW, kinds={"y": "constant"}, class_weight="balanced").fit(file, "label", "w")
    X = pd.read_parquet(file)[["a", "city", "y"]]
    labels = pd.read_parquet(file)["label"]
    assert model.classes_.tolist() == [1, 2]
    assert model.classes_.dtype.kind == "i"
    assert model.feature_names_in_.tolist() == ["a", "city", "y"]
    assert model.score(X, labels) > 0.9
    model.save(tmp_path / "model.safetensors")
    again = TableClassifier.load(tmp_path / "model.safetensors")
    assert (again.predict(X) == model.predict(X)).all()
    assert load(tmp_path / "model.safetensors").predict({"a": [2.0], "city": ["Oslo"]}).tolist() == [2]


def test_a_regressor_learns_several_columns(file):
    import pandas as pd

    both = TableRegressor(**HOW | {"max_iter": 60}).fit(str(file), ["y", "a"])
    assert both.n_features_in_ == 3
    truth = pd.read_parquet(file)
    assert both.score(truth[["city", "w", "label"]], truth[["y", "a"]]) > 0.5
    assert any("400 rows in 4 pieces" in note for note in both.notes_)


@pytest.mark.parametrize(
    ("y", "weight", "how", "error", "message"),
    [
        (np.zeros(3), None, {}, TypeError, "y holds 0.0: for X=.* it is the name of a column"),
        ("label", np.ones(400), {}, TypeError, "sample_weight holds"),
        ("lable", None, {}, ValueError, "did you mean 'label'"),
        ("label", None, {"class_weight": {1: 2.0}}, ValueError, "pass 'balanced', or a column of weights"),
        ("label", None, {"solver": "lbfgs"}, ValueError, "needs all rows in every step"),
    ],
)
def test_what_cannot_be_meant_of_a_file_is_said(file, y, weight, how, error, message):
    with pytest.raises(error, match=message):
        TableClassifier(**HOW | how).fit(file, y, weight)
