import json
from pathlib import Path

import numpy as np

from barreleye.course import opt_utils

FILE = json.loads((Path(__file__).parents[1] / "data" / "course_vectors.json").read_text())


def test_the_names_are_those_of_the_helper_module():
    assert set(opt_utils.__all__) == {
        *("sigmoid", "relu", "load_params_and_grads", "initialize_parameters", "forward_propagation"),
        *("backward_propagation", "compute_cost", "predict", "predict_dec", "plot_decision_boundary", "load_dataset"),
    }


def test_the_initialisation_is_hes_of_seed_3():
    rs, parameters = np.random.RandomState(3), opt_utils.initialize_parameters([2, 5, 1])
    np.testing.assert_allclose(parameters["W1"], rs.randn(5, 2) * np.sqrt(2 / 2), rtol=1e-15)
    np.testing.assert_allclose(parameters["W2"], rs.randn(1, 5) * np.sqrt(2 / 5), rtol=1e-15)


def test_the_numbers_to_practise_on_are_legacy_draws_one_after_another():
    drawn = opt_utils.load_params_and_grads(seed=4)
    flat = np.concatenate([array.ravel() for array in drawn])
    assert (flat == np.random.RandomState(4).randn(flat.size)).all()
    assert [array.shape for array in drawn[4:]] == [(2, 3), (2, 1), (3, 3), (3, 1)]


def test_the_cost_is_the_mean_and_the_moons_are_the_published_ones():
    X, Y = opt_utils.load_dataset()
    np.testing.assert_allclose(X.T, FILE["datasets"]["c2_moons"]["X"], rtol=1e-12, atol=1e-14)
    assert opt_utils.compute_cost(np.full(Y.shape, 0.5), Y) == np.log(2)
