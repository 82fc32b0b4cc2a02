import numpy as np

from barreleye import course
from barreleye.course import init_utils


def test_the_names_are_those_of_the_helper_module():
    assert set(init_utils.__all__) == {
        *("sigmoid", "relu", "compute_loss", "forward_propagation", "backward_propagation", "update_parameters"),
        *("predict", "load_dataset", "plot_decision_boundary", "predict_dec"),
    }


def test_the_exercises_model_runs_on_them(capsys):
    train_X, train_Y, test_X, test_Y = init_utils.load_dataset()
    sizes, losses = [2, 10, 5, 1], []
    parameters = course.initialize_parameters_he(sizes)
    for _ in range(100):
        a3, cache = init_utils.forward_propagation(train_X, parameters)
        losses.append(init_utils.compute_loss(a3, train_Y))
        grads = init_utils.backward_propagation(train_X, train_Y, cache)
        parameters = init_utils.update_parameters(parameters, grads, 0.01)
    expected, costs = course.L_layer_model(train_X, train_Y, sizes, 0.01, 100, initialization="he")
    for name, array in expected.items():
        np.testing.assert_allclose(parameters[name], array, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(losses[0], costs[0], rtol=1e-12)
    p = init_utils.predict(test_X, test_Y, parameters)
    assert capsys.readouterr().out.startswith("Accuracy: ")
    assert (p == init_utils.predict_dec(parameters, test_X)).all()
