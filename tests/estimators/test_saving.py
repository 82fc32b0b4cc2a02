"""A saved estimator comes back as it was, ready to predict and to go on; nothing in its file can be run."""

import pickle
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris

import barreleye
from barreleye import load_model
from barreleye.estimators import MLPClassifier, MLPRegressor
from barreleye.files.description import describe_network
from barreleye.files.tensors import FileError, read_tensors, write_tensors
from barreleye.models.answering import answer_file
from barreleye.nn.activations import Activation, LeakyReLU
from barreleye.nn.heads import QuantileHead
from barreleye.nn.optimizers import RMSProp
from barreleye.nn.schedules import Cosine, Schedule, Warmup
from barreleye.nn.structure import Network

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, SPECIES = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"], dtype=object)[SPECIES]
MODELS = {
    "default": (MLPClassifier((8,), max_iter=3, random_state=0), SPECIES),
    "text labels, batch norm, a layer of its own": (
        MLPClassifier((8, 4), ["relu", LeakyReLU(0.3)], batch_norm=True, dropout=[0.1, 0], max_iter=3, random_state=0),
        NAMES,
    ),
    "class weights, early stopping": (
        MLPClassifier((8,), early_stopping=True, class_weight={0: 1, 1: 2.5, 2: 1}, max_iter=3, random_state=0),
        SPECIES,
    ),
    "two classes, sgd": (MLPClassifier((8,), solver="sgd", learning_rate="adaptive", max_iter=3), SPECIES == 1),
    "gradient descent, a schedule of its own length": (
        MLPClassifier((8,), solver="sgd", momentum=0.0, learning_rate=Cosine(30), learning_rate_init=0.1, max_iter=3),
        SPECIES,
    ),
    "several labels, lbfgs": (
        MLPClassifier((8,), solver="lbfgs", n_iter_no_change=np.inf, max_iter=3),
        np.c_[X[:, 0] > 5.8, X[:, 1] > 3].astype(int),
    ),
    "several columns of classes": (MLPClassifier((8,), max_iter=3), np.c_[SPECIES, SPECIES // 2 + 7]),
    "our own parts": (
        MLPClassifier((8,), solver=RMSProp(0.8), learning_rate=Cosine(30), init="he_normal", max_iter=3),
        SPECIES,
    ),
    "quantile, standardised": (
        MLPRegressor(QuantileHead(0.3), (8,), standardize_target=True, max_iter=3, random_state=1),
        1e3 * X[:, 0],
    ),
    "several numbers": (MLPRegressor("huber", (8,), max_iter=3), X[:, :2]),
}


@pytest.mark.parametrize("name", MODELS)
def test_an_estimator_comes_back_as_it_was_and_goes_on_as_it_would_have(name, tmp_path):
    model, y = MODELS[name]
    model = pickle.loads(pickle.dumps(model)).fit(X, y)
    model.save(tmp_path / "model.safetensors")
    loaded = type(model).load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert repr(loaded.get_params()) == repr(model.get_params())
    ours = {k: v for k, v in vars(model).items() if k.endswith("_") and not k.startswith("_")}
    for attribute, value in ours.items():
        np.testing.assert_equal(getattr(loaded, attribute), value, err_msg=attribute)
    if hasattr(model, "partial_fit") and not model.early_stopping:
        model.partial_fit(X, y)
        loaded.partial_fit(X, y)
        for mine, theirs in zip(model.coefs_, loaded.coefs_, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(("first", "then"), [("adam", "sgd"), ("lbfgs", "adam"), ("adam", "rmsprop")])
def test_a_solver_that_was_changed_before_saving_begins_with_an_empty_memory(first, then, tmp_path):
    model = MLPClassifier((4,), solver=first, max_iter=3, random_state=0, warm_start=True, engine="numpy")
    model.fit(X, SPECIES).set_params(solver=then).save(tmp_path / "m")
    loaded = MLPClassifier.load(tmp_path / "m").fit(X, SPECIES)
    for mine, theirs in zip(model.fit(X, SPECIES).coefs_, loaded.coefs_, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_feature_names_come_back(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcd"))
    MLPClassifier((4,), max_iter=2).fit(frame, SPECIES).save(tmp_path / "m")
    loaded = MLPClassifier.load(tmp_path / "m")
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(frame[list("dcba")])


class Mine(Activation):
    def __call__(self, Z):
        return Z

    def derivative(self, Z, A):
        return np.ones_like(Z)


def test_what_no_file_can_name_is_refused_with_another_way_or_left_out_with_a_warning(tmp_path):
    model = MLPClassifier((4,), Mine(), max_iter=2).fit(X, SPECIES)
    with pytest.raises(TypeError, match=r"a file never names other code: keep it with pickle\.dump"):
        model.save(tmp_path / "m")
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    model = MLPClassifier((4,), max_iter=2, random_state=np.random.RandomState(0)).fit(X, SPECIES)
    with pytest.warns(UserWarning, match="random_state=.* cannot be kept in a file"):
        model.save(tmp_path / "m")
    assert MLPClassifier.load(tmp_path / "m").random_state is None


def test_an_estimator_that_is_not_fitted_has_nothing_to_save(tmp_path):
    with pytest.raises(ValueError, match="not fitted yet"):
        MLPClassifier().save(tmp_path / "m")


def test_a_file_of_another_kind_is_refused(tmp_path):
    MLPRegressor(hidden_layer_sizes=(4,), max_iter=2).fit(X, X[:, 0]).save(tmp_path / "m")
    with pytest.raises(FileError, match=r"was not saved by a MLPClassifier, but by a MLPRegressor: MLPRegressor\.load"):
        MLPClassifier.load(tmp_path / "m")
    with pytest.raises(FileNotFoundError):
        MLPClassifier.load(tmp_path / "none")


QUICK = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0, "engine": "numpy"}


def changed(path, estimator=None, details=None, **changes):
    """The file at path with other entries in its description, and a checksum that is right."""
    tensors, description = read_tensors(path, "model")
    description = {key: value for key, value in description.items() if key not in ("format", "kind")} | changes
    description["details"] |= details or {}
    description["details"]["estimator"] |= estimator or {}
    write_tensors(path, "model", tensors, description)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 3}, "has a damaged description .estimator.name is 3."),
        ({"parameters": 3}, "has a damaged description .estimator.parameters is 3."),
        ({"parameters": {"alpha": {"eval": "1"}}}, "not a whole estimator .a parameter that is {'eval': '1'}.:"),
        ({"parameters": {"rate": 3}}, "not a whole estimator .*unexpected keyword argument 'rate'"),
        ({"parameters": {"max_iter": -3}}, "not a whole estimator .*'max_iter' parameter .* must be an int"),
        ({"seed": [1, 2]}, r"not a whole estimator .seed cannot be \(1, 2\)."),
        ({"updates": -1}, "not a whole estimator .updates=-1 must be a whole number"),
        ({"updates": 10**30}, "not a whole estimator .updates=.* is more than any run makes"),
        ({"numbers": {"n_iter": "inf"}}, "not a whole estimator .cannot convert float infinity"),
        ({"numbers": {"loss": "small"}}, "not a whole estimator .could not convert string to float: 'small'"),
        ({"numbers": {"height": "1"}}, "not a whole estimator .*unexpected keyword argument 'height'"),
        ({"solver": "Nesterov"}, "not a whole estimator .solver cannot be 'Nesterov'"),
        ({"solver": None}, "not a whole estimator .solver cannot be None"),
        ({"dtypes": []}, r"not a whole estimator .dtypes cannot be \[\]"),
    ],
    ids=str,
)
def test_a_forged_file_is_a_file_error(changes, message, tmp_path):
    MLPClassifier(**QUICK).fit(X, SPECIES).save(tmp_path / "m")
    changed(tmp_path / "m", changes)
    with pytest.raises(FileError, match=message):
        MLPClassifier.load(tmp_path / "m")


def test_a_head_that_answers_no_labels_is_a_file_error(tmp_path):
    MLPClassifier(**QUICK).fit(X, SPECIES).save(tmp_path / "m")
    changed(tmp_path / "m", network=describe_network(Network((4, 4, 3), head="identity")))
    with pytest.raises(FileError, match=r"not a whole estimator .*is a head of numbers, which no class is"):
        MLPClassifier.load(tmp_path / "m")


@pytest.mark.parametrize(
    ("dtypes", "details"),
    [
        (["f8,f8"], {}),
        (["|V9"], {}),
        (["<i8", "<i8"], {}),
        (["<U1"], {}),
        (["<i8"], {"classes": [[0, 1]]}),
        (["<i8"], {"classes": [[0, 1, 1]]}),
        (["<i8"], {"classes": [[2, 1, 0]]}),
        (["<i8"], {"classes": [[0, 1, 10**30]]}),
        (["<i8"], {"classes": [[0.5, 1, 2]]}),
        (["<i8"], {"classes": [["0", "1", "2"]]}),
        ([], {"classes": []}),
        (["<i8"], {"classes": 3}),
        (["<i8"] * 3, {"classes": [[0, 1]] * 3, "targets": ["a", "b", "c"]}),
        (["<i8"] * 3, {"classes": [[0, 2]] * 3, "targets": ["a", "b", "c"], "yes_or_no": True}),
        (["<i8"] * 3, {"classes": [[0, 1]] * 3, "targets": ["a", "b"], "yes_or_no": True}),
        (["<i8"], {"coding": "signs"}),
        (["<i8"], {"coding": "words"}),
        (["<i8"], {"coding": None}),
    ],
    ids=str,
)
def test_labels_that_are_not_those_of_the_network_are_a_file_error(dtypes, details, tmp_path):
    MLPClassifier(**QUICK).fit(X, SPECIES).save(tmp_path / "m")
    changed(tmp_path / "m", {"dtypes": ["<i8"]}, {"classes": [[0, 1, 2]]})
    assert MLPClassifier.load(tmp_path / "m").classes_.tolist() == [0, 1, 2]
    changed(tmp_path / "m", {"dtypes": dtypes}, details)
    with pytest.raises(FileError):
        MLPClassifier.load(tmp_path / "m")


def test_several_labels_have_one_output_each(tmp_path):
    """What a file says of 0 and 1 for each of three outputs is taken, so that the refusals above are of their own."""
    labels = np.c_[SPECIES == 0, SPECIES == 1, SPECIES == 2].astype(int)
    MLPClassifier(**QUICK).fit(X, labels).save(tmp_path / "m")
    changed(tmp_path / "m", {"dtypes": ["<i8"] * 3}, {"classes": [[0, 1]] * 3, "yes_or_no": True})
    assert MLPClassifier.load(tmp_path / "m").predict(X).shape == (150, 3)
    for classes in ([[0, 2]] * 3, [[0, 1]] * 2 + [[1, 0]]):
        changed(tmp_path / "m", {"dtypes": ["<i8"] * 3}, {"classes": classes})
        with pytest.raises(FileError):
            MLPClassifier.load(tmp_path / "m")


def test_what_a_description_claims_is_not_allocated(tmp_path):
    """Text of 200,000,000 characters for three classes would be 2.4 GB."""
    MLPClassifier(**QUICK).fit(X, SPECIES).save(tmp_path / "m")
    changed(tmp_path / "m", {"dtypes": ["<U200000000"]}, {"classes": [["0", "1", "2"]]})
    tracemalloc.start()
    try:
        assert MLPClassifier.load(tmp_path / "m").classes_.tolist() == ["0", "1", "2"]
        assert tracemalloc.get_traced_memory()[1] < 500e6
    finally:
        tracemalloc.stop()


def test_a_schedule_within_a_schedule_is_saved(tmp_path):
    schedule = Warmup(5, then=Warmup(3, then=Cosine(100)))
    MLPRegressor(**QUICK, learning_rate=schedule).fit(X, X[:, 0]).save(tmp_path / "model")
    assert MLPRegressor.load(tmp_path / "model").learning_rate == schedule


@dataclass(frozen=True)
class Halved(Schedule):
    def __call__(self, t):
        return 0.5


def test_a_parameter_that_no_file_can_keep_is_named(tmp_path):
    for schedule in (Halved(), Warmup(5, then=Halved())):
        with pytest.raises(TypeError, match=r"learning_rate=.*cannot be saved: Halved\(\) is not one of"):
            MLPRegressor(**QUICK, learning_rate=schedule).fit(X, X[:, 0]).save(tmp_path / "model")


@pytest.mark.parametrize("unit", ["D", "ns"])
def test_dates_for_classes_are_saved(tmp_path, unit):
    dates = np.array(["2024-02-29", "2024-03-01", "2025-01-01"], f"datetime64[{unit}]")
    model = MLPClassifier(**QUICK).fit(X, dates[SPECIES])
    model.save(tmp_path / "model")
    loaded = MLPClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.classes_.dtype == dates.dtype


# One kind of file


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("name", MODELS)
def test_an_estimators_file_is_a_model_s(name, members, tmp_path):
    model, y = MODELS[name]
    model = clone(model).set_params(n_members=members).fit(X, y)
    model.save(tmp_path / "m")
    other = barreleye.load(tmp_path / "m")
    rows = {f"x{i + 1}": column.tolist() for i, column in enumerate(X[:20].T)}
    dtype = model.coefs_[0].dtype
    np.testing.assert_array_equal(other.predict(rows), model.predict(X[:20]))
    if hasattr(model, "predict_proba") and np.ndim(y) == 1:
        np.testing.assert_array_equal(other.answer(rows), model.predict_proba(X[:20]))
    assert other.network == load_model(tmp_path / "m").network == model._network
    assert other.parameters.W[1].dtype == dtype


def test_a_model_from_an_estimator_answers_rows_by_the_names_of_the_fit(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcd"))
    model = MLPClassifier(**QUICK).fit(frame, NAMES)
    model.save(tmp_path / "m")
    other = barreleye.load(tmp_path / "m")
    np.testing.assert_array_equal(other.answer(frame[list("dcba")]), model.predict_proba(frame))
    with pytest.raises(ValueError, match="row 1: 'c' holds '', where a number is needed"):
        other.predict({"a": [1, 1], "b": [1, 1], "c": [1, None], "d": [1, 1]})


def test_dates_for_classes_are_answered_as_text(tmp_path):
    dates = np.array(["2024-02-29", "2024-03-01", "2025-01-01"], "datetime64[D]")
    model = MLPClassifier(**QUICK).fit(X, dates[SPECIES])
    model.save(tmp_path / "m")
    assert barreleye.load(tmp_path / "m").predict(X).tolist() == model.predict(X).astype(str).tolist()


def test_a_model_of_a_table_is_no_estimator(tmp_path):
    model = MLPClassifier(**QUICK).fit(X, SPECIES)
    model.save(tmp_path / "m")
    barreleye.load(tmp_path / "m").save(tmp_path / "plain")
    with pytest.raises(FileError, match=r"was not saved by a MLPClassifier; barreleye\.load reads the model in it"):
        MLPClassifier.load(tmp_path / "plain")


def test_the_command_answers_files_by_an_estimator(tmp_path):
    model = MLPClassifier(**QUICK, n_members=2).fit(X, NAMES)
    model.save(tmp_path / "m")
    rows = ["x3,x1,x4,x2", *(f"{c},{a},{d},{b}" for a, b, c, d in X[:3].tolist()), "1,?,1,1"]
    (tmp_path / "rows.csv").write_text("\n".join(rows))
    said = answer_file(barreleye.load(tmp_path / "m"), tmp_path / "rows.csv", tmp_path / "answers.csv")
    lines = [line.split(",") for line in (tmp_path / "answers.csv").read_text().splitlines()]
    assert lines[0] == ["y", "P(setosa)", "P(versicolor)", "P(virginica)"]
    assert [line[0] for line in lines[1:4]] == model.predict(X[:3]).tolist()
    np.testing.assert_allclose(np.array(lines[1:4])[:, 1:].astype(float), model.predict_proba(X[:3]), atol=1e-6)
    assert (lines[4], said.unread) == ([""] * 4, {4: "'x1' holds '', where a number is needed"})
