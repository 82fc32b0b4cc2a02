import dataclasses

import numpy as np
import pytest

from barreleye.nn.activations import LeakyReLU, ReLU, Tanh
from barreleye.nn.heads import IdentityHead, QuantileHead, SigmoidHead
from barreleye.nn.network import initialize
from barreleye.nn.structure import Network, refuse_what_cannot_fit


def test_one_value_serves_all_layers_and_a_sequence_each():
    network = Network((2, 3, 4, 1), "tanh", batch_norm=[True, False], keep_prob=(None, 0.5), L2=0.1, L1=[0, 0.2, None])
    assert network.L == 3
    assert network.activations == (Tanh(), Tanh())
    assert network.head == SigmoidHead()
    assert network.batch_norm == (True, False)
    assert network.batch_norm_layers == (1,)
    assert network.keep_prob == (None, 0.5)
    assert network.dropout_layers == (2,)
    assert network.L2 == (0.1, 0.1, 0.1)
    assert network.L1 == (None, 0.2, None)
    assert Network((2, 3, 4, 1), ["relu", LeakyReLU(0.2)]).activations == (ReLU(), LeakyReLU(0.2))


def test_what_is_off_is_the_same_as_never_named():
    plain = Network((2, 3, 1))
    assert Network((2, 3, 1), keep_prob=1, L2=0, L1=0.0, batch_norm=False) == plain
    assert hash(Network([np.int64(2), 3, 1], keep_prob=[1.0])) == hash(plain)


def test_a_network_is_a_value():
    network = Network((2, 3, 1), "tanh", L2=0.1)
    assert network == Network((2, 3, 1), Tanh(), "sigmoid", L2=np.float64(0.1))
    assert network != Network((2, 3, 1), "tanh", L2=0.2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.n = (1, 1)


def test_a_network_without_hidden_layers_is_logistic_regression():
    network = Network((5, 1))
    assert network.L == 1
    assert network.activations == network.batch_norm == network.keep_prob == ()
    assert network.g[1](np.zeros(1)) == 0.5


def test_g_of_the_last_layer_is_the_heads_link():
    network = Network((2, 3, 1), "relu", "tanh")
    Z = np.array([-2.0, 2.0])
    np.testing.assert_array_equal(network.g[1](Z), [0, 2])
    np.testing.assert_array_equal(network.g[2](Z), np.tanh(Z))


def test_its_repr_reads_from_input_to_output():
    assert repr(Network((2, 4, 1), "tanh")) == "Network(2 - 4 tanh - 1 sigmoid)"
    network = Network((2, 5, 4, 3), [LeakyReLU(0.2), "relu"], "softmax", keep_prob=[0.8, 1], batch_norm=[False, True])
    expected = "Network(2 - 5 LeakyReLU(slope=0.2), keep_prob 0.8 - 4 relu, batch norm - 3 softmax)"
    assert repr(network) == expected
    assert repr(Network((2, 1), head=QuantileHead(0.9), L2=0.5)) == "Network(2 - 1 QuantileHead(q=0.9), L2=0.5)"
    assert repr(Network((2, 3, 1), head=IdentityHead(), L1=[0.1, None])).endswith("1 identity, L1=(0.1, None))")


@pytest.mark.parametrize("n", [(), (3,), 5, "231", None, np.array(3)])
def test_fewer_than_two_sizes_are_refused(n):
    with pytest.raises(ValueError, match=r"n=.* must be at least two layer sizes, n\[0\] inputs to n\[L\] outputs"):
        Network(n)


@pytest.mark.parametrize(
    ("n", "error", "message"),
    [
        ((2, 0, 1), ValueError, r"n\[1\]=0 must be a whole number, 1 or above"),
        ((2, 3, -1), ValueError, r"n\[2\]=-1 must be a whole number"),
        ((2, 3.5, 1), TypeError, r"n\[1\]=3.5 must be a whole number"),
        ((2, 3.0, 1), TypeError, r"n\[1\]=3.0 must be a whole number"),
        (("2", 1), TypeError, r"n\[0\]='2' must be a whole number"),
        ((True, 1), TypeError, r"n\[0\]=True must be a whole number"),
    ],
)
def test_a_layer_size_that_is_no_size_is_named(n, error, message):
    with pytest.raises(error, match=message):
        Network(n)


@pytest.mark.parametrize(
    ("option", "value", "error", "message"),
    [
        ("activations", "rleu", ValueError, r"activation='rleu' is unknown \(did you mean 'relu'\?\)"),
        ("activations", ["relu", "tahn"], ValueError, r"activation='tahn' is unknown \(did you mean 'tanh'\?\)"),
        ("head", "softmx", ValueError, "head='softmx' is unknown"),
        ("batch_norm", 1, TypeError, "batch_norm=1 must be True or False"),
        ("batch_norm", [True, "no"], TypeError, "batch_norm of layer 2='no' must be True or False"),
        ("keep_prob", 0, ValueError, "keep_prob=0 must be a number above 0, at most 1"),
        ("keep_prob", 1.5, ValueError, "keep_prob=1.5 must be a number above 0, at most 1"),
        ("keep_prob", [0.5, np.nan], ValueError, "keep_prob of layer 2=nan must be"),
        ("keep_prob", "0.5", TypeError, "keep_prob='0.5' must be"),
        ("L2", -0.1, ValueError, "L2=-0.1 must be a finite number, 0 or above"),
        ("L2", np.inf, ValueError, "L2=inf must be a finite number"),
        ("L2", [0.1, 0.1, "x"], TypeError, "L2 of layer 3='x' must be"),
        ("L1", [0.1, -1, 0.1], ValueError, "L1 of layer 2=-1 must be a finite number, 0 or above"),
        ("L1", True, TypeError, "L1=True must be"),
    ],
)
def test_a_bad_option_is_named_with_its_layer_and_value(option, value, error, message):
    with pytest.raises(error, match=message):
        Network((2, 3, 3, 1), **{option: value})


@pytest.mark.parametrize(
    ("option", "values", "needed"),
    [
        ("activations", ["relu"], "one for layers 1 to 2"),
        ("batch_norm", [True] * 3, "one for layers 1 to 2"),
        ("keep_prob", [0.5] * 4, "one for layers 1 to 2"),
        ("L2", [0.1] * 2, "one for layers 1 to 3"),
        ("L1", [], "one for layers 1 to 3"),
    ],
)
def test_a_sequence_of_the_wrong_length_says_which_layers_it_must_cover(option, values, needed):
    have, want = len(values), needed[-1]
    with pytest.raises(ValueError, match=rf"^{option}=.* has {have} values where {want} are needed: {needed}$"):
        Network((2, 3, 3, 1), **{option: values})


def test_options_of_hidden_layers_need_hidden_layers():
    with pytest.raises(ValueError, match=r"has 1 values where 0 .*: one for no layer \(there is no hidden one\)"):
        Network((2, 1), ["relu"])


def test_a_layer_of_a_million_by_a_million_is_refused_with_the_memory_it_needs():
    with pytest.raises(MemoryError) as caught:
        initialize(Network((10**6, 10**6, 1)), 0)
    message = str(caught.value)
    assert "7,450.6 GiB (1,000,000 x 1,000,000 in layer 1)" in message  # 8e12 bytes / 2^30
    assert "this machine has" in message
    assert "choose smaller layers" in message
    with pytest.raises(MemoryError, match=r"3,725\.3 GiB"):
        initialize(Network((10**6, 10**6, 1)), 0, dtype=np.float32)


def test_what_fits_is_not_refused():
    refuse_what_cannot_fit(Network((1000, 1000, 1)), 8)
