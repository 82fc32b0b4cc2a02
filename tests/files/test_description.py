import json
from dataclasses import dataclass, fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.files.description import describe_network, described_network
from barreleye.files.tensors import FileError
from barreleye.nn.activations import ACTIVATIONS, Activation, Tanh
from barreleye.nn.front import WAVES, Front, Levels, Numbers, Rows
from barreleye.nn.heads import HEADS, Head, IdentityHead, QuantilesHead, SoftmaxGroupsHead
from barreleye.nn.structure import Network


def parts(table):
    """Any entry of the table, with any allowed numbers in its fields."""
    ranges = {
        "q": st.floats(0.01, 0.99),
        "delta": st.floats(1e-6, 1e6),
        "smoothing": st.none() | st.floats(0, 0.99),
        "activation": st.sampled_from(["softplus", "exp", "tanh"]),
        "error": st.sampled_from(["identity", "huber"]),
    }
    return st.sampled_from(list(table.values())).flatmap(
        lambda kind: st.builds(kind, **{f.name: ranges.get(f.name, st.floats(-1e6, 1e6)) for f in fields(kind)})
    )


@st.composite
def fronts(draw, n_out):
    """Parts that make so many rows, in an order of their own."""
    kinds = [Rows(1), Levels(draw(st.integers(1, 9)), size=1)]
    pair = Numbers(1, draw(st.integers(1, 3)) * 2, 2, 0.5, draw(st.sampled_from(list(WAVES))), "relu")
    made = [pair] * (n_out // 2) + [draw(st.sampled_from(kinds))] * (n_out % 2)
    order = draw(st.none() | st.permutations(range(len(made))))
    return Front(draw(st.permutations(made)), order, draw(st.sampled_from(["ones", "normal"])))


@st.composite
def networks(draw):
    n = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    L = len(n) - 1

    def listed(size, values):
        return draw(st.lists(values, min_size=size, max_size=size))

    penalties = st.none() | st.floats(0, 1e6)
    return Network(
        n,
        listed(L - 1, parts(ACTIVATIONS)),
        draw(parts(HEADS)),
        batch_norm=listed(L - 1, st.booleans()),
        keep_prob=listed(L - 1, st.none() | st.floats(0.01, 1)),
        L2=listed(L, penalties),
        L1=listed(L, penalties),
        parametric=listed(L - 1, st.booleans()),
        ntk=draw(st.booleans()),
        front=draw(st.none() | fronts(n[0])),
    )


@settings(max_examples=100, deadline=None)
@given(networks())
def test_any_network_comes_back_from_json(network):
    assert described_network(json.loads(json.dumps(describe_network(network)))) == network


@pytest.mark.parametrize("g", ACTIVATIONS)
@pytest.mark.parametrize("head", HEADS)
def test_every_activation_and_head_is_described_by_its_name(g, head):
    network = Network((2, 3, 1), g, head)
    description = describe_network(network)
    assert description["activations"][0]["name"] == g
    assert description["head"]["name"] == head
    assert described_network(description) == network


@pytest.mark.parametrize("head", [QuantilesHead((0.1, 0.5, 0.8)), SoftmaxGroupsHead((2, 3))])
def test_a_head_of_several_numbers_comes_back(head):
    network = Network((2, 3, 5), head=head)
    assert described_network(json.loads(json.dumps(describe_network(network)))) == network


@dataclass(frozen=True)
class OwnTanh(Tanh):
    pass


@dataclass(frozen=True)
class Own(Activation):
    def __call__(self, Z):
        return Z

    def derivative(self, Z, A):
        return 1


@dataclass(frozen=True)
class OwnHead(IdentityHead):
    pass


@pytest.mark.parametrize(
    "network", [Network((1, 1, 1), OwnTanh()), Network((1, 1, 1), Own()), Network((1, 1), head=OwnHead())]
)
def test_parts_of_ones_own_are_refused_because_a_file_never_names_code(network):
    with pytest.raises(
        TypeError,
        match=r"Own.* is not one of Barreleye's own \(.*\), and .* other code: keep it with pickle",
    ):
        describe_network(network)
    assert issubclass(OwnHead, Head)


GOOD = describe_network(Network((2, 3, 1), "elu", "huber"))


def changed(**change):
    return {**GOOD, **change}


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "Network((2, 1))",
        3,
        {},
        changed(n="23"),
        changed(n=[2]),
        changed(n=[2, -3, 1]),
        changed(n=[2, 3.5, 1]),
        changed(n=[2, True, 1]),
        changed(n={"2": 3}),
        changed(activations=["relu"]),
        changed(activations={"name": "relu"}),
        changed(activations=[None]),
        changed(activations=[]),
        changed(activations=[{"name": "os.system"}]),
        changed(activations=[{"name": ["relu"]}]),
        changed(activations=[{"name": "relu", "alpha": 1.0}]),
        changed(activations=[{"name": "elu", "alpha": "1"}]),
        changed(activations=[{"name": "elu", "alpha": 10**400}]),
        changed(activations=[{"alpha": 1.0}]),
        changed(head={"name": "__import__"}),
        changed(head="huber"),
        changed(head={"name": "huber", "delta": float("nan")}),
        changed(head={"name": "huber", "delta": -1}),
        changed(head={"name": "huber", "__class__": "x"}),
        changed(batch_norm=["yes"]),
        changed(keep_prob=[0]),
        changed(keep_prob=[0.5, 0.5]),
        changed(L2=[float("inf"), 1]),
        changed(L2=10**400),
        changed(L1="much"),
    ],
    ids=str,
)
def test_anything_else_is_a_file_error(bad):
    with pytest.raises(FileError, match="the file's description of its network is not one"):
        described_network(bad)


def test_a_missing_entry_is_a_file_error():
    for key in GOOD:
        with pytest.raises(FileError, match=key):
            described_network({k: v for k, v in GOOD.items() if k != key})
