import numpy as np

from barreleye.course import reg_utils


def test_the_names_are_those_of_the_helper_module_but_for_its_football_field():
    assert set(reg_utils.__all__) == {
        *("sigmoid", "relu", "plot_decision_boundary", "initialize_parameters", "predict_dec", "compute_cost"),
        *("predict", "forward_propagation", "backward_propagation", "update_parameters"),
    }


def test_the_initialisation_is_the_scaled_one_of_seed_3():
    rs, parameters = np.random.RandomState(3), reg_utils.initialize_parameters([2, 20, 3, 1])
    for l, (rows, columns) in enumerate(((20, 2), (3, 20), (1, 3)), start=1):
        np.testing.assert_allclose(parameters[f"W{l}"], rs.randn(rows, columns) / np.sqrt(columns), rtol=1e-15)
        assert not parameters[f"b{l}"].any()


def test_the_exercises_step_runs_on_them():
    X, Y = np.array([[0.0, 1.0, 2.0], [1.0, -1.0, 0.5]]), np.array([[0, 1, 1]])
    parameters, costs = reg_utils.initialize_parameters([2, 20, 3, 1]), []
    for _ in range(30):
        a3, cache = reg_utils.forward_propagation(X, parameters)
        costs.append(reg_utils.compute_cost(a3, Y))
        parameters = reg_utils.update_parameters(parameters, reg_utils.backward_propagation(X, Y, cache), 0.1)
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0] / 2
