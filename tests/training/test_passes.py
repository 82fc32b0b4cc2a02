"""Rows in pieces: every row once an epoch, in an order that is known without having run, and the runs over them."""

import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barreleye.nn.structure import Network
from barreleye.training import passes as module
from barreleye.training.batches import table
from barreleye.training.border import Rows
from barreleye.training.loop import train
from barreleye.training.passes import Passes, ahead, in_pieces

NETWORK = Network((2, 3, 1), "tanh", "identity")


@dataclass
class Arrays:
    """Rows cut into pieces, which come in blocks of two."""

    X: np.ndarray
    Y: np.ndarray
    sizes: tuple[int, ...]
    weights: np.ndarray | None = None
    fingerprint: str = "these"
    known: int = 3
    asked: list[int] = field(default_factory=list)

    @property
    def sample(self):
        return self.X[: self.known], self.Y[: self.known]

    def read(self, piece):
        self.asked.append(piece)
        begin = sum(self.sizes[:piece])
        for at in range(begin, begin + self.sizes[piece], 2):
            part = slice(at, min(at + 2, begin + self.sizes[piece]))
            yield self.X[part], self.Y[part], *(() if self.weights is None else (self.weights[part],))


def numbered(*sizes, weighted=False):
    m = sum(sizes)
    X = np.random.default_rng(0).normal(size=(m, 2))
    X[:, 0] = np.arange(m)
    weights = np.linspace(1, 2, m) if weighted else None
    return Arrays(X, X[:, 1] - 0.1 * X[:, 0] / m, sizes, weights)


def numbers(batches):
    return [int(x) for batch in batches for x in batch.X[:, 0]]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    batch=st.integers(1, 6),
    buffer=st.integers(1, 12),
    seed=st.integers(0, 3),
    t=st.integers(0, 40),
)
def test_every_epoch_sees_every_row_once_and_may_be_taken_up_anywhere(sizes, batch, buffer, seed, t):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BUFFER", buffer)
        pieces = numbered(*sizes)
        batch = min(batch, sum(sizes))
        from_the_start = Passes(pieces, NETWORK, batch, seed).take(t + 30)
        passes = Passes(pieces, NETWORK, batch, seed)
        epoch = from_the_start[: passes.steps_per_epoch]
        if len(epoch) == passes.steps_per_epoch:
            assert sorted(numbers(epoch)) == list(range(passes.m))
        passes.begin(t)
        taken_up = passes.take(30)
    assert numbers(taken_up) == numbers(from_the_start[t:])
    assert [len(rows.Y) for rows in from_the_start] == passes.sizes(0, t + 30).tolist()


def test_epochs_seeds_and_windows_are_shuffled_apart(monkeypatch):
    monkeypatch.setattr(module, "BUFFER", 10)
    pieces = numbered(10, 10, 10)
    orders = [numbers(Passes(pieces, NETWORK, 5, seed).take(12)) for seed in (0, 1)]
    firsts = [tuple(order[at : at + 30]) for order in orders for at in (0, 30)]
    assert len(set(firsts)) == 4
    windows = [tuple(n % 10 for n in firsts[0][at : at + 10]) for at in (0, 10, 20)]
    assert len(set(windows)) == 3
    assert numbers(Passes(pieces, NETWORK, 5, 0, shuffle=False).take(6)) == list(range(30))


def test_one_piece_in_one_window_comes_in_a_tables_order():
    pieces = numbered(23, weighted=True)
    rows = Rows(pieces.X, pieces.Y.reshape(-1, 1), pieces.weights)
    whole = table(rows, 4, seed=7, first_step=3)
    for t, batch in enumerate(Passes(pieces, NETWORK, 4, seed=7, first_step=3).take(15), 3):
        for mine, its in zip(batch, whole.at(t), strict=True):
            assert (mine == its).all()


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_a_run_over_one_window_is_that_of_the_rows_as_a_table(engine, assert_same):
    pieces = numbered(23, weighted=True)
    pieces.known = 23
    how = {"batch_size": 4, "epochs": 3, "seed": 5, "engine": engine, "initializer": "from_data"}
    held_out = (pieces.X[:5] / 30, pieces.Y[:5])
    streamed = list(train(NETWORK, pieces, validation=held_out, **how))
    whole = list(train(NETWORK, pieces.X, pieces.Y, weights=pieces.weights, validation=held_out, **how))
    assert [one.epoch for one in streamed] == [1, 2, 3]
    for mine, its in zip(streamed, whole, strict=True):
        assert mine.cost == pytest.approx(its.cost, rel=1e-12)
        assert mine.validation_cost == pytest.approx(its.validation_cost, rel=1e-12)
    if engine == "numpy":
        assert_same(streamed[-1].parameters, whole[-1].parameters)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_a_run_taken_up_within_an_epoch_goes_on_bit_for_bit(engine, monkeypatch, assert_same, tmp_path):
    from barreleye.training.checkpoint import save_checkpoint

    monkeypatch.setattr(module, "BUFFER", 8)
    pieces = numbered(10, 7, 13)
    how = {"batch_size": 4, "epochs": 3, "every": 3, "seed": 5, "engine": engine}
    history = list(train(NETWORK, pieces, **how))
    save_checkpoint(tmp_path / "run.safetensors", next(one for one in train(NETWORK, pieces, **how) if one.step == 12))
    pieces.asked.clear()
    *_, resumed = train(NETWORK, pieces, resume=tmp_path / "run.safetensors", **how)
    assert_same(resumed.parameters, history[-1].parameters)
    assert len(pieces.asked) <= 3 + 3, "the epochs before it are not read again"


def test_other_rows_batches_or_windows_cannot_be_gone_on_with(monkeypatch):
    pieces = numbered(10, 7)
    how = {"batch_size": 4, "epochs": 3, "engine": "numpy"}
    first = next(train(NETWORK, pieces, **how))
    with pytest.raises(ValueError, match="hash of rows='these', and this run has hash of rows='those'"):
        train(NETWORK, Arrays(pieces.X, pieces.Y, (10, 7), fingerprint="those"), resume=first, **how)
    monkeypatch.setattr(module, "BUFFER", 8)
    with pytest.raises(ValueError, match="window"):
        train(NETWORK, pieces, resume=first, **how)


def test_several_networks_share_the_batches_of_the_first_seed():
    pieces = numbered(12, 8)
    *_, both = train(NETWORK, pieces, batch_size=5, epochs=2, seed=(3, 4), engine="numpy")
    *_, alone = train(NETWORK, pieces, batch_size=5, epochs=2, seed=3, engine="numpy")
    assert (both.parameters.W[1][0] == alone.parameters.W[1]).all()
    *_, shared = train(NETWORK, pieces, batch_size=5, epochs=2, seed=(3, 4), shared=True, engine="numpy")
    assert np.isfinite(shared.cost)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({}, "pass batch_size="),
        ({"batch_size": 4, "weights": np.ones(17)}, "no weights="),
        ({"batch_size": 17, "optimizer": "lbfgs"}, "needs all rows in every step"),
        ({"batch_size": 0}, "batch_size=0"),
    ],
)
def test_what_cannot_be_done_in_pieces_is_refused_at_once(how, message):
    with pytest.raises(ValueError, match=message):
        train(NETWORK, numbered(10, 7), **how)


def test_a_piece_that_has_changed_or_holds_no_numbers_is_named():
    pieces = numbered(3, 6)
    pieces.X, pieces.Y = pieces.X[:7], pieces.Y[:7]
    with pytest.raises(ValueError, match="piece 1 has 4 rows now, and had 6"):
        Passes(pieces, NETWORK, 9, 0).take(1)
    pieces = numbered(3, 4)
    pieces.X[5, 1] = np.inf
    with pytest.raises(ValueError, match=r"piece 1 X has .*inf.* in column 1"):
        Passes(pieces, NETWORK, 7, 0, shuffle=False).take(1)
    with pytest.raises(ValueError, match="hold no row"):
        Passes(numbered(0), NETWORK, 7, 0)


def test_rows_are_read_no_further_than_a_window_ahead(monkeypatch):
    monkeypatch.setattr(module, "BUFFER", 4)
    pieces = numbered(*[4] * 20)
    Passes(pieces, NETWORK, 2, 0).take(3)
    assert len(pieces.asked) <= 4


def test_a_window_made_ahead_that_fails_raises_when_it_is_wanted():
    def items():
        yield 1
        raise OSError("the disk is gone")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(coming)
    assert in_pieces(numbered(2))
    assert not in_pieces(np.zeros((2, 2)))


def test_what_is_kept_no_more_is_read_again():
    """For a run that begins a stretch again because another process was lost on the way."""
    passes = Passes(numbered(9, 8), NETWORK, 4, seed=1)
    first = numbers(passes.take(5))
    passes.forget(5)
    assert passes.at(1) is None
    assert passes.rewind(1)
    assert numbers(passes.take(4)) == first[4:]


FORGOTTEN = """
import faulthandler, gc, sys
import numpy as np
from barreleye.training import passes
from barreleye.nn.structure import Network

faulthandler.dump_traceback_later(60, exit=True)

class Rows:
    sizes, fingerprint = (8, 8), "rows"
    sample = np.ones((2, 1)), np.ones(2)

    def read(self, piece):
        yield np.ones((8, 1)), np.ones(8)

passes.BUFFER = 4
gc.set_threshold(30)
for k in range(600):
    passes.Passes(Rows(), Network((1, 1)), 2, k).take(3)
"""


def test_passes_that_are_forgotten_midway_never_wait_for_each_other_where_the_garbage_is_collected():
    subprocess.run([sys.executable, "-c", FORGOTTEN], check=True, capture_output=True)
