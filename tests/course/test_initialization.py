import numpy as np
import pytest

from barreleye import course
from barreleye.course import initialization


@pytest.mark.parametrize(
    ("name", "scale"), [("small", 0.01), ("random", 10), ("he", np.sqrt(2 / 300)), ("lecun", np.sqrt(1 / 300))]
)
def test_weights_are_legacy_draws_in_layer_order_times_the_rules_scale(name, scale):
    parameters = course.initialize_parameters_deep([300, 50, 2], initialization=name, seed=7)
    rs = np.random.RandomState(7)
    np.testing.assert_allclose(parameters["W1"], rs.randn(50, 300) * scale, rtol=1e-14)
    if name in ("small", "random"):
        np.testing.assert_allclose(parameters["W2"], rs.randn(2, 50) * scale, rtol=1e-14)


def test_names_order_and_shapes():
    parameters = course.initialize_parameters_deep([5, 4, 3])
    shapes = {name: array.shape for name, array in parameters.items()}
    assert list(shapes.items()) == [("W1", (4, 5)), ("b1", (4, 1)), ("W2", (3, 4)), ("b2", (3, 1))]


def test_the_exercises_functions_name_the_rules():
    sizes = [3, 2, 1]
    for name in ("zeros", "random", "he"):
        theirs = getattr(course, f"initialize_parameters_{name}")(sizes)
        ours = course.initialize_parameters_deep(sizes, initialization=name)
        assert all((theirs[key] == ours[key]).all() for key in ours)


def test_the_global_random_state_is_neither_read_nor_reset():
    np.random.seed(11)
    expected = np.random.RandomState(11).rand(3)
    first = course.initialize_parameters(2, 4, 1)
    course.load_planar_dataset()
    course.load_extra_datasets()
    initialization.load_dataset()
    assert (np.random.rand(3) == expected).all()
    assert (course.initialize_parameters(2, 4, 1)["W1"] == first["W1"]).all()


def test_wrong_sizes_and_names_are_refused():
    with pytest.raises(ValueError, match="n_h=0"):
        course.initialize_parameters(2, 0, 1)
    with pytest.raises(TypeError, match=r"3\.5"):
        course.initialize_parameters_deep([2, 3.5, 1])
    with pytest.raises(ValueError, match="did you mean 'lecun'"):
        course.initialize_parameters_deep([2, 1], initialization="lecum")
