import jax.numpy as jnp
import pytest

from barreleye.training.xla_joined import refuse_wrong_sums, summed
from barreleye.training.xla_setup import find_devices


def a_chunk_of_another(shares):
    total, gathered = summed(shares)
    return total.at[len(total) // 2 :].set(0), gathered


def in_another_order(shares):
    total, gathered = summed(shares)
    return total, jnp.roll(gathered, 1, axis=1)


@pytest.mark.parametrize("program", [a_chunk_of_another, in_another_order])
def test_wrong_sums_and_wrong_shares_are_refused(program):
    with pytest.raises(RuntimeError, match="sums over 1 devices come out wrong in float32: nothing was trained"):
        refuse_wrong_sums(find_devices("cpu", 1), program)


def test_right_ones_are_not():
    refuse_wrong_sums(find_devices("cpu", 1))
