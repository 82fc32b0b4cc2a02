import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from barreleye.tutor.running.answers import Held, Opaque
from barreleye.tutor.running.wire import LONGEST_MESSAGE, WireError, pack, receive, send, short, unpack

numbers = hnp.arrays(
    st.one_of(hnp.boolean_dtypes(), hnp.integer_dtypes(), hnp.floating_dtypes(), hnp.complex_number_dtypes()),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.complex_numbers())
trees = st.recursive(
    st.one_of(scalars, numbers),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers(), st.tuples(st.integers())), inner, max_size=3),
    ),
    max_leaves=6,
)


def travelled(tree):
    """The tree after a journey through a stream."""
    stream = io.BytesIO()
    send(stream, {"tree": pack(tree)})
    stream.seek(0)
    return unpack(receive(stream)["tree"])


def assert_same(a, b):
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    elif isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            assert_same(a[key], b[key])
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            assert_same(x, y)
    else:
        assert repr(a) == repr(b)  # nan is nan, and -0.0 is not 0.0


@given(trees)
def test_a_tree_arrives_as_it_left(tree):
    assert_same(travelled(tree), tree)


@given(numbers, st.sampled_from(["C", "F", "strided"]))
def test_an_array_arrives_writeable_and_in_its_memory_order(array, order):
    if order == "strided":
        array = np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array
    else:
        array = np.asarray(array, order=order)
    there = travelled(array)
    assert_same(there, array)
    assert there.flags.writeable
    assert there.flags.aligned
    assert (there.flags.c_contiguous, there.flags.f_contiguous) == (array.flags.c_contiguous, array.flags.f_contiguous)


def test_numpy_scalars_become_arrays_and_their_subclasses_plain():
    assert_same(travelled(np.float32(0.1)), np.array(0.1, np.float32))
    assert_same(travelled(np.array([1, 2]).view(np.matrix)), np.array([[1, 2]]))
    assert_same(travelled({np.int64(1): np.str_("a")}), {1: "a"})
    W, b = np.ones((2, 3)), np.zeros(2)
    objects = np.empty(2, object)
    objects[:] = [W, b]
    assert_same(travelled(objects), [W, b])


def test_what_cannot_travel_becomes_opaque():
    class Slots:
        __slots__ = ()

        def __repr__(self):
            raise RuntimeError

    assert travelled([range(3), {1}]) == [Opaque("range", "range(0, 3)"), Opaque("set", "{1}")]
    assert "Slots instance" in travelled(Slots()).text
    assert travelled(np.array(["a"])).type == "ndarray"
    assert travelled(10**1000).type == "int"
    endless = []
    endless.append(endless)
    inner = travelled(endless)
    for _ in range(50):
        (inner,) = inner
    assert inner.type == "list"
    assert len(short("x" * 1000)) <= 200


def test_a_value_of_too_many_parts_is_refused():
    doubled = [0]
    for _ in range(40):
        doubled = [doubled, doubled]
    with pytest.raises(WireError, match="more than 200,000 parts or 32 MiB"):
        pack(doubled)
    with pytest.raises(WireError, match="32 MiB"):
        pack(np.zeros(5 << 20))


def test_held_and_opaque_travel_and_held_is_resolved():
    assert travelled((Held(3, (1, "A1")), Opaque("Cache", "c"))) == (Held(3, (1, "A1")), Opaque("Cache", "c"))
    assert unpack(pack([Held(3, (1, "A1"))]), lambda held: (held.call, held.path)) == [(3, (1, "A1"))]


@pytest.mark.parametrize(
    "plain",
    [
        [1],
        {},
        {"list": 1},
        {"list": [], "tuple": []},
        {"object": ["os.system"]},
        {"dict": [[{"list": []}, 1]]},
        {"array": ["|O", [1], "C", "AAAAAAAAAAA="]},
        {"array": ["|V8", [1], "C", "AAAAAAAAAAA="]},
        {"array": ["<M8[s]", [1], "C", "AAAAAAAAAAA="]},
        {"array": ["<f8", [1], "C", ""]},
        {"array": ["<f8", [-1], "C", "AAAAAAAAAAA="]},
        {"array": ["<f8", [0, 10**30], "C", ""]},
        {"array": ["<f8", [1], "K", "AAAAAAAAAAA="]},
        {"array": ["1000000000f8", [1], "C", "AAAAAAAAAAA="]},
        {"array": ["not a dtype", [1], "C", "AAAAAAAAAAA="]},
        {"held": ["x", []]},
        {"complex": ["1", "2"]},
    ],
)
def test_a_forged_tree_is_refused(plain):
    with pytest.raises(WireError):
        unpack(plain)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_forged_message_is_refused(body):
    with pytest.raises(WireError):
        receive(io.BytesIO(len(body).to_bytes(8, "big") + body))


def test_a_message_has_an_end():
    whole = io.BytesIO()
    send(whole, {"a": 1})
    with pytest.raises(EOFError):
        receive(io.BytesIO(whole.getvalue()[:-1]))
    with pytest.raises(EOFError):
        receive(io.BytesIO())
    with pytest.raises(WireError, match="says that it has"):
        receive(io.BytesIO((LONGEST_MESSAGE + 1).to_bytes(8, "big")))


def test_messages_are_json():
    stream = io.BytesIO()
    send(stream, {"value": pack(np.float64(1))})
    assert json.loads(stream.getvalue()[8:]) == {"value": {"array": ["<f8", [], "C", "AAAAAAAA8D8="]}}
