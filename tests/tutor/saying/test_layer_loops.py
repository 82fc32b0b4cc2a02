"""Which layers a loop makes, and how it should run."""

import pytest

from barreleye.tutor.equations import example
from barreleye.tutor.saying.layer_loops import layer_loop

V = example((2, 3, 4, 1), m=5, seed=0)


@pytest.mark.parametrize(
    ("loop", "key", "outside", "down", "made", "should", "mended"),
    [
        ("range(1, L)", 'p["W" + str(l)]', True, False, (1, 2), (1, 2), "range(1, L)"),
        ("range(1, L - 1)", 'p["W" + str(l)]', True, False, (1,), (1, 2), "range(1, L)"),
        ("range(L - 1)", 'p[f"W{l + 1}"]', False, False, (1, 2), (1, 2, 3), "range(L)"),
        ("range(0, L - 1)", 'p[f"W{l + 1}"]', False, False, (1, 2), (1, 2, 3), "range(L)"),
        ("reversed(range(1, L - 1))", 'g["dW" + str(l + 1)]', True, True, (2,), (2, 1), "reversed(range(L - 1))"),
        ("range(L, 1, -1)", 'g[f"dW{l}"]', False, True, (3, 2), (3, 2, 1), "range(L, 0, -1)"),
        ("range(L - 2, 0, -1)", 'g[f"dW{l + 1}"]', True, True, (2,), (2, 1), "range(L - 2, -1, -1)"),
    ],
)
def test_loops(loop, key, outside, down, made, should, mended):
    last = f'    {"g" if down else "p"}["{"dW" if down else "W"}" + str(L)] = 0\n' if outside else ""
    source = f"def f(p, g, L):\n{last}    for l in {loop}:\n        {key} = 1\n"
    found = layer_loop(source, V, down)
    assert (found.made, found.should, found.mended) == (made, should, f"for l in {mended}:")


@pytest.mark.parametrize("loop", ["range(m)", "layers", "range(len(p) // 2)"])
def test_what_is_no_loop_over_the_layers_or_cannot_be_read(loop):
    assert layer_loop(f"def f(p):\n    for i in {loop}:\n        total = total + i\n", V) is None
