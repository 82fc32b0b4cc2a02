import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from barreleye.files.description import describe_network
from barreleye.files.model_file import check_arrays, flatten, load_model, save_model, unflatten
from barreleye.files.tensors import FileError, read_tensors, write_tensors
from barreleye.nn.activations import ACTIVATIONS, Tanh
from barreleye.nn.heads import HEADS
from barreleye.nn.network import initialize, predict
from barreleye.nn.normalization import Averages
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.training.members import stack


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


def averages_of(network, rng, dtype=float):
    shapes = {l: (network.n[l], 1) for l in network.batch_norm_layers}
    return Averages(
        {l: rng.normal(size=shape).astype(dtype) for l, shape in shapes.items()},
        {l: rng.random(shape).astype(dtype) for l, shape in shapes.items()},
    )


def assert_equal(mine, other):
    for field, theirs in zip(mine, other, strict=True):
        assert field.keys() == theirs.keys()
        for l, p in field.items():
            assert p.dtype == theirs[l].dtype
            np.testing.assert_array_equal(p, theirs[l])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=12),
    st.sampled_from(list(ACTIVATIONS)),
    st.sampled_from(list(HEADS)),
    st.booleans(),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 99),
)
def test_any_model_comes_back_as_it_was(folder, n, g, head, normalised, dtype, seed):
    rng = np.random.default_rng(seed)
    network = Network(n, g, head, batch_norm=normalised, keep_prob=0.9, L2=0.25)
    parameters = initialize(network, rng, dtype=dtype).map(lambda p: p + rng.normal(size=p.shape).astype(dtype))
    averages = averages_of(network, rng, dtype)
    scale = rng.normal(size=n[0])
    details = {"classes": ["a", "b"], "rate": 0.1, "中文": None}
    save_model(folder / "m", network, parameters, averages, arrays={"scale.of.X": scale}, details=details)
    model = load_model(folder / "m")
    assert model.network == network
    assert_equal(model.parameters, parameters)
    assert_equal(model.averages, averages)
    assert model.arrays.keys() == {"scale.of.X"}
    np.testing.assert_array_equal(model.arrays["scale.of.X"], scale)
    assert model.details == details
    X = rng.normal(size=(n[0], 3))
    with np.errstate(over="ignore", invalid="ignore"):  # exp leaves float64 behind a deep network of random weights
        expected = predict(network, parameters, X, averages if normalised else None)
        found = predict(model.network, model.parameters, X, model.averages if normalised else None)
    np.testing.assert_array_equal(found, expected)


NETWORK = Network((2, 3, 1), "tanh", batch_norm=True)
PARAMETERS = initialize(NETWORK, 0)
AVERAGES = averages_of(NETWORK, np.random.default_rng(0))


def test_what_is_not_given_is_empty(folder):
    plain = Network((2, 1))
    save_model(str(folder / "m"), plain, initialize(plain, 0))
    model = load_model(str(folder / "m"))
    assert (model.arrays, model.details, model.averages) == ({}, {}, Averages({}, {}))


def test_a_model_cut_at_any_byte_is_a_file_error(folder):
    network = Network((1, 1))
    save_model(folder / "small", network, initialize(network, 0))
    data = (folder / "small").read_bytes()
    for length in range(len(data)):
        (folder / "cut").write_bytes(data[:length])
        with pytest.raises(FileError):
            load_model(folder / "cut")


def test_a_flipped_bit_of_a_model_is_caught(folder):
    save_model(folder / "m", NETWORK, PARAMETERS, AVERAGES)
    data = (folder / "m").read_bytes()
    rng = np.random.default_rng(0)
    for position, bit in zip(rng.permutation(len(data))[:600], rng.integers(0, 8, 600), strict=False):
        damaged = bytearray(data)
        damaged[position] ^= 1 << int(bit)
        (folder / "flipped").write_bytes(damaged)
        with pytest.raises(FileError):
            load_model(folder / "flipped")


class OwnTanh(Tanh):
    pass


def test_a_model_with_an_activation_of_ones_own_is_refused_before_anything_is_written(tmp_path):
    network = Network((2, 3, 1), OwnTanh())
    with pytest.raises(TypeError, match="is not one of Barreleye's own"):
        save_model(tmp_path / "m", network, initialize(network, 0))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("parameters.W.1", np.zeros((2, 3)), r"the file's W\[1\] has shape \(2, 3\) where its network needs \(3, 2\)"),
        ("parameters.W.2", None, r"the file's W\[2\] has shape missing where its network needs \(1, 3\)"),
        ("parameters.b.1", np.zeros((3, 1)), r"the file's b\[1\] has shape \(3, 1\) where .* needs no such array"),
        ("parameters.W.9", np.zeros((3, 1)), r"the file's W\[9\] has shape \(3, 1\) where .* needs no such array"),
        ("parameters.gamma.1", np.zeros(3), r"the file's gamma\[1\] has shape \(3,\) where its network needs \(3, 1\)"),
        ("averages.mu.1", None, r"the file's mu\[1\] has shape missing where its network needs \(3, 1\)"),
        ("averages.mu.2", np.zeros((1, 1)), r"the file's mu\[2\] has shape \(1, 1\) where .* needs no such array"),
    ],
)
def test_an_array_of_another_shape_than_the_network_s_is_a_file_error(name, array, message, folder):
    tensors = flatten("parameters", PARAMETERS) | flatten("averages", AVERAGES)
    del_or_set = {key: p for key, p in (tensors | {name: array}).items() if p is not None}
    write_tensors(folder / "m", "model", del_or_set, {"network": describe_network(NETWORK), "details": {}})
    with pytest.raises(FileError, match=message):
        load_model(folder / "m")


def test_a_layer_too_large_for_any_machine_is_refused_without_being_allocated(folder):
    forged = {**describe_network(Network((2, 1))), "n": [10**12, 10**12]}
    write_tensors(folder / "m", "model", {}, {"network": forged, "details": {}})
    with pytest.raises(
        FileError, match=r"W\[1\] has shape missing where its network needs \(1000000000000, 1000000000000\)"
    ):
        load_model(folder / "m")


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ({}, "m has a damaged description .network is missing."),
        ({"network": None}, "m has a damaged description .network is None."),
        ({"network": {"n": [2, 1]}}, "the file's description of its network is not one: activations is missing"),
    ],
    ids=str,
)
def test_a_model_without_a_network_is_a_file_error(description, message, folder):
    write_tensors(folder / "m", "model", {}, {"details": {}, **description})
    with pytest.raises(FileError, match=message):
        load_model(folder / "m")


def test_details_are_an_object(folder):
    network = Network((2, 1))
    description = {"network": describe_network(network), "details": [1]}
    write_tensors(folder / "m", "model", flatten("parameters", initialize(network, 0)), description)
    with pytest.raises(FileError, match=r"has a damaged description .details is \[1\]."):
        load_model(folder / "m")


def test_other_kinds_of_file_are_told_apart(folder):
    write_tensors(folder / "c", "checkpoint", {}, {})
    with pytest.raises(FileError, match="holds a checkpoint, not a model"):
        load_model(folder / "c")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_model(folder / "nothing")


def test_a_failed_save_keeps_the_old_model(folder, monkeypatch):
    save_model(folder / "m", NETWORK, PARAMETERS, AVERAGES)
    before = (folder / "m").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="what was there before is kept"):
        save_model(folder / "m", NETWORK, PARAMETERS.map(np.zeros_like), AVERAGES)
    assert (folder / "m").read_bytes() == before


def test_the_file_is_plain_safetensors_that_others_can_read(folder):
    save_model(folder / "m", NETWORK, PARAMETERS, AVERAGES)
    tensors = load_file(folder / "m")
    np.testing.assert_array_equal(tensors["parameters.W.1"], PARAMETERS.W[1])
    assert json.loads(json.dumps(read_tensors(folder / "m", "model")[1]["network"]))["n"] == [2, 3, 1]


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(1, 200), st.integers(1, 3), max_size=4), st.text(min_size=1, max_size=5))
def test_unflatten_undoes_flatten_whatever_else_there_is(sizes, other):
    parameters = Parameters(*({l: np.full((k, 1), i + l) for l, k in sizes.items()} for i in range(4)))
    tensors = {f"x{other}.W.1": np.zeros(1), other: np.zeros(1), **flatten("parameters", parameters)}
    found = Parameters(*unflatten("parameters", Parameters._fields, tensors))
    assert_equal(found, Parameters(*(dict(sorted(field.items())) for field in parameters)))


@pytest.mark.parametrize(
    ("averages", "message"),
    [
        (Averages({}, {}), r"mu\[1\] has shape missing"),
        (Averages(AVERAGES.mu, {}), r"sigma2\[1\] has shape missing"),
        (Averages(AVERAGES.mu, {1: np.ones((3, 1), int)}), r"sigma2\[1\] has dtype int64 where floating point"),
        (Averages(AVERAGES.mu, {1: -np.ones((3, 1))}), r"sigma2\[1\] is a variance and has a number below 0"),
    ],
)
def test_running_averages_are_whole_floating_and_no_variance_is_negative(averages, message):
    check_arrays(NETWORK, PARAMETERS, AVERAGES)
    with pytest.raises(FileError, match=message):
        check_arrays(NETWORK, PARAMETERS, averages)


@pytest.mark.parametrize("name", ["parameters.W.1", "averages.mu.1", "arrays.X.scale"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_is_told_when_the_model_is_loaded(name, bad, folder):
    save_model(folder / "m", NETWORK, PARAMETERS, AVERAGES, arrays={"X.scale": np.ones(2)})
    tensors, description = read_tensors(folder / "m", "model")
    tensors[name].flat[-1] = bad
    write_tensors(folder / "m", "model", tensors, {key: description[key] for key in ("network", "details")})
    with pytest.warns(UserWarning, match=f"m has NaN or infinity in {name}: its predictions will be of no use"):
        load_model(folder / "m")


def test_several_networks_are_saved_with_their_leading_axis(folder):
    network = Network((2, 3, 1), batch_norm=True)
    together = stack([initialize(network, seed) for seed in (0, 1)])
    averages = stack([averages_of(network, np.random.default_rng(seed)) for seed in (0, 1)])
    save_model(folder / "several", network, together, averages)
    loaded = load_model(folder / "several")
    assert_equal(loaded.parameters, together)
    assert_equal(loaded.averages, averages)
    with pytest.raises(FileError, match=r"the W\[2\] has shape"):
        save_model(folder / "mixed", network, together._replace(W={**together.W, 2: together.W[2][0]}), averages)
