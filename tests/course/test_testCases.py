"""Every published test input through the function that it belongs to, and the published output: all editions found.

Inputs of other editions than that of ``testCases`` are drawn here from their seeds. Numbers are as printed
by the exercises and their tests; where two editions name a thing differently, ours is the later name.
"""

import numpy as np
import pytest

from barreleye import course
from barreleye.course import dnn_utils, testCases, testCases_v4
from barreleye.course.testCases import *  # noqa: F403

NO_NETWORK = "no network has these parameters. Updated all the same"
OUTSIDE = "outside 0..1: .* are computed from A"


def drawn(seed, *shapes):
    rs = np.random.RandomState(seed)
    return [rs.randn(*shape) for shape in shapes]


def same(found, published, atol=2e-8):
    for name, numbers in published.items():
        numbers = np.array(numbers)
        assert found[name].shape == numbers.shape, name
        np.testing.assert_allclose(found[name], numbers, rtol=1e-6, atol=atol, err_msg=name)


def begins(array, published):
    assert array.flat[0] == pytest.approx(published, rel=1e-6, abs=2e-8)


def test_all_cases_are_public_and_what_they_hand_on_is_new_each_time():
    assert {name for name in testCases.__all__ if name.endswith("_test_case")} >= {"layer_sizes_test_case"}
    assert set(testCases.__all__) == set(testCases_v4.__all__)
    first, second = (testCases.predict_test_case()[1] for _ in range(2))
    assert (first == second).all()
    assert first is not second


# --- the planar exercise


def test_planar():
    assert course.layer_sizes(*testCases.layer_sizes_test_case()) == (5, 4, 2)
    assert course.layer_sizes(*drawn(1, (7, 5), (5, 5))) == (7, 4, 5)
    start = course.initialize_parameters(*testCases.initialize_parameters_test_case())
    begins(start["W1"], -0.00416758)
    same(start, {"W2": [[-0.01057952, -0.00909008, 0.00551454, 0.02292208]]})
    other = course.initialize_parameters(3, 5, 2)  # of 2021
    same(other, {"W1": [[-0.00416758, -0.00056267, -0.02136196], [0.01640271, -0.01793436, -0.00841747],
                        [0.00502881, -0.01245288, -0.01057952], [-0.00909008, 0.00551454, 0.02292208],
                        [0.00041539, -0.01117925, 0.00539058]],
                 "W2": [[-5.96159700e-03, -1.91304965e-04, 1.17500122e-02, -7.47870949e-03, 9.02525097e-05],
                        [-8.78107893e-03, -1.56434170e-03, 2.56570452e-03, -9.88779049e-03, -3.38821966e-03]],
    })  # fmt: skip
    A2, cache = course.forward_propagation(*testCases.forward_propagation_test_case())
    same({"A2": A2}, {"A2": [[0.21292656, 0.21274673, 0.21295976]]})
    means = [cache[name].mean() for name in ("Z1", "A1", "Z2", "A2")]
    assert means == pytest.approx([0.262818640198, 0.091999045227, -1.30766601287, 0.212877681719], rel=1e-10)
    assert course.compute_cost(*testCases.compute_cost_test_case()) == pytest.approx(0.6930587610394646, rel=1e-12)
    parameters, X = testCases.predict_test_case()
    assert course.predict(parameters, X, activation="tanh").tolist() == [[True, False, True]]


def test_planar_first_edition():
    X, _ = testCases.nn_model_test_case()
    cache = course.forward_propagation(X, testCases.predict_test_case()[0])[1]
    means = [cache[name].mean() for name in ("Z1", "A1", "Z2", "A2")]
    published = [-0.000499755777742, -0.000496963353232, 0.000438187450959, 0.500109546852]
    assert means == pytest.approx(published, rel=1e-8)


def test_planar_backward_of_2018():
    same(course.backward_propagation(*testCases.backward_propagation_test_case()), {
        "dW1": [[0.00301023, -0.00747267], [0.00257968, -0.00641288], [-0.00156892, 0.003893],
                [-0.00652037, 0.01618243]],
        "db1": [[0.00176201], [0.00150995], [-0.00091736], [-0.00381422]],
        "dW2": [[0.00078841, 0.01765429, -0.00084166, -0.01022527]],
        "db2": [[-0.16655712]],
    })  # fmt: skip


@pytest.mark.parametrize("Z1_shape", [(7, 9), (9, 7)])  # the first edition of 2021 has it the wrong way round
def test_planar_backward_of_2021_from_a_cache_that_no_pass_made(Z1_shape):
    X, Y, W1, W2, A1, A2, Z1, Z2 = drawn(1, (3, 7), (1, 7), (9, 3), (1, 9), (9, 7), (1, 7), Z1_shape, (1, 7))
    parameters = {"W1": W1, "W2": W2, "b1": np.zeros((9, 1)), "b2": np.zeros((1, 1))}
    cache = {"A1": A1, "A2": A2, "Z1": Z1, "Z2": Z2}
    published = {
        "dW1": [[-0.24468458, -0.24371232, 0.15959609], [0.7370069, -0.64785999, 0.23669823],
                [0.47936123, -0.01516428, 0.01566728], [0.03361075, -0.0930929, 0.05581073],
                [0.52445178, -0.03895358, 0.09180612], [-0.17043596, 0.13406378, -0.20952062],
                [0.76144791, -0.41766018, 0.02544078], [0.22164791, -0.33081645, 0.19526915],
                [0.25619969, -0.09561825, 0.05679075]],
        "db1": [[0.1463639], [-0.33647992], [-0.51738006], [-0.07780329], [-0.57889514], [0.28357278], [-0.39756864],
                [-0.10510329], [-0.13443244]],
        "dW2": [[-0.35768529, 0.22046323, -0.29551566, -0.12202786, 0.18809552, 0.13700323, 0.35892872, -0.02220353,
                 -0.03976687]],
        "db2": [[-0.78032466]],
    }  # fmt: skip
    for backward in (course.backward_propagation, course.backward_promagation):
        with pytest.warns(RuntimeWarning, match=OUTSIDE):
            same(backward(parameters, cache, X, Y > 0), published)
    with pytest.warns(RuntimeWarning, match=OUTSIDE):  # Z1 is not asked for
        same(course.backward_propagation(parameters, {"A1": A1, "A2": A2}, X, Y > 0), published)


def test_planar_model():
    X, Y = testCases.nn_model_test_case()
    same(course.nn_model(X, Y, 4), {  # seed 2 inside, 10,000 iterations at rate 1.2
        "W1": [[-0.65848169, 1.21866811], [-0.76204273, 1.39377573], [0.5792005, -1.10397703],
               [0.76773391, -1.41477129]],
        "b1": [[0.287592], [0.3511264], [-0.2431246], [-0.35772805]],
        "W2": [[-2.45566237, -3.27042274, 2.00784958, 3.36773273]],
        "b2": [[0.20459656]],
    })  # fmt: skip


# --- the deep network, step by step


def test_deep_forward():
    Z, _ = course.linear_forward(*testCases_v4.linear_forward_test_case())
    same({"Z": Z}, {"Z": [[3.26295337, -1.23429987]]})
    for g, A in (("sigmoid", [[0.96890023, 0.11013289]]), ("relu", [[3.43896131, 0.0]])):
        found, _ = course.linear_activation_forward(*testCases_v4.linear_activation_forward_test_case(), g)
        same({"A": found}, {"A": A})
    AL, caches = course.L_model_forward(*testCases_v4.L_model_forward_test_case())
    same({"AL": AL}, {"AL": [[0.17007265, 0.2524272]]})
    assert len(caches) == 2
    AL, caches = course.L_model_forward(*testCases_v4.L_model_forward_test_case_2hidden())
    same({"AL": AL}, {"AL": [[0.03921668, 0.70498921, 0.19734387, 0.04728177]]})
    assert len(caches) == 3


def test_deep_cost():
    Y, AL = testCases_v4.compute_cost_test_case()
    assert course.compute_cost(AL, Y) == pytest.approx(0.2797765635793422, rel=1e-14)
    assert course.compute_cost(AL, [[1, 1, 1]]) == pytest.approx(0.41493159961539694, rel=1e-14)  # of 2017


def test_deep_backward_of_one_layer():
    dA_prev, dW, db = course.linear_backward(*testCases_v4.linear_backward_test_case())
    begins(dA_prev, -1.15171336)
    begins(dW, 0.07313866)
    same({"db": db}, {"db": [[-0.14713786], [-0.11313155], [-0.13209101]]})
    dZ, *cache = drawn(1, (1, 2), (3, 2), (1, 3), (1, 1))  # of 2017
    dA_prev, dW, db = course.linear_backward(dZ, cache)
    same({"dA_prev": dA_prev, "dW": dW, "db": db}, {
        "dA_prev": [[0.51822968, -0.19517421], [-0.40506361, 0.15255393], [2.37496825, -0.89445391]],
        "dW": [[-0.10076895, 1.40685096, 1.64992505]], "db": [[0.50629448]],
    })  # fmt: skip
    published = {
        "sigmoid": ([[0.11017994, 0.01105339], [0.09466817, 0.00949723], [-0.05743092, -0.00576154]],
                    [[0.10266786, 0.09778551, -0.01968084]], [[-0.05729622]]),
        "relu": ([[0.44090989, 0.0], [0.37883606, 0.0], [-0.2298228, 0.0]],
                 [[0.44513824, 0.37371418, -0.10478989]], [[-0.20837892]]),
    }  # fmt: skip
    dA, (linear, Z) = testCases_v4.linear_activation_backward_test_case()
    for g, numbers in published.items():
        for cache in ((linear, Z), (*linear, Z)):
            found = course.linear_activation_backward(dA, cache, g)
            same(dict(enumerate(found)), dict(enumerate(numbers)))
        dZ = getattr(dnn_utils, f"{g}_backward")(dA, Z)
        same({"dW": course.linear_backward(dZ, linear)[1]}, {"dW": numbers[1]})


def test_deep_backward_of_all_layers_from_caches_that_no_pass_made(capsys):
    AL, Y, caches = testCases_v4.L_model_backward_test_case()
    with pytest.warns(RuntimeWarning, match="AL lies outside 0..1: it is no output of a sigmoid"):
        grads = course.L_model_backward(AL, Y, caches)
    same(grads, {
        "dA1": [[0.12913162, -0.44014127], [-0.14175655, 0.48317296], [0.01663708, -0.05670698]],
        "dW2": [[-0.39202432, -0.13325855, -0.04601089]], "db2": [[0.15187861]],
        "dA0": [[0.0, 0.52257901], [0.0, -0.3269206], [0.0, -0.32070404], [0.0, -0.74079187]],
        "dW1": [[0.41010002, 0.07807203, 0.13798444, 0.10502167], [0.0, 0.0, 0.0, 0.0],
                [0.05283652, 0.01005865, 0.01777766, 0.0135308]],
        "db1": [[-0.22007063], [0.0], [-0.02835349]],
    })  # fmt: skip
    assert len(grads) == 6
    testCases_v4.print_grads(grads)
    assert capsys.readouterr().out.startswith("dW1 = [[0.41010002 0.07807203")


def test_deep_update():
    found = course.update_parameters_deep(*testCases_v4.update_parameters_test_case(), 0.1)
    begins(found["W1"], -0.59562069)
    same(found, {"b1": [[-0.04659241], [-1.28888275], [0.53405496]],
                 "W2": [[-0.55569196, 0.0354055, 1.32964895]], "b2": [[-0.84610769]]})  # fmt: skip


def test_deep_models_of_2021():
    rs = np.random.RandomState(1)
    X, Y = rs.randn(10, 10), np.array([[1, 1, 1, 1, 0, 0, 0, 1, 1, 0]])
    for rate, steps, b3, W3 in ((0.0075, 2, 0.0013201, -0.09079199), (0.02, 3, 0.00525865, -0.09087434)):
        how = {"initialization": "lecun", "seed": 1}
        parameters, costs = course.L_layer_model(X, Y, (10, 5, 6, 1), rate, steps, **how)
        same(parameters, {"b3": [[b3]]}, atol=1e-7)
        begins(parameters["W3"], W3)
        assert costs == pytest.approx([0.70723944], rel=1e-7)


# --- the second course


def test_initialization():
    zeros = course.initialize_parameters_zeros([3, 2, 1])
    assert not any(array.any() for array in zeros.values())
    found = course.initialize_parameters_random([3, 2, 1])
    same(found, {"W1": [[17.88628473, 4.36509851, 0.96497468], [-18.63492703, -2.77388203, -3.54758979]],
                 "W2": [[-0.82741481, -6.27000677]]})  # fmt: skip
    same(course.initialize_parameters_he([3, 1, 2]), {"W2": [[-2.63537665], [-0.39228616]]})
    found = course.initialize_parameters_he([2, 4, 1])  # of 2017
    same(found, {"W1": [[1.78862847, 0.43650985], [0.09649747, -1.8634927], [-0.2773882, -0.35475898],
                        [-0.08274148, -0.62700068]]})  # fmt: skip
    begins(found["W2"], -0.03098412)


def test_regularization():
    cost = course.compute_cost_with_regularization(*testCases.compute_cost_with_regularization_test_case(), 0.1)
    assert cost == pytest.approx(1.7864859451590758, rel=1e-12)
    X, Y, cache = testCases.backward_propagation_with_regularization_test_case()
    same(course.backward_propagation_with_regularization(X, Y, cache, 0.7), {
        "dW1": [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]],
        "dW2": [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]],
        "dW3": [[-1.77691347, -0.11832879, -0.09397446]], "db1": [[0.11845855], [0.21236874]],
    })  # fmt: skip


def test_dropout():
    A3, cache = course.forward_propagation_with_dropout(*testCases.forward_propagation_with_dropout_test_case(), 0.7)
    same({"A3": A3, "A1": cache[2]}, {
        "A3": [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]],
        "A1": [[0.0, 0.0, 3.05706487, 3.72429505, 0.0], [0.0, 5.94299915, 1.1293003, 2.09276446, 0.0]],
    })  # fmt: skip
    X, Y, cache = testCases.backward_propagation_with_dropout_test_case()  # of a pass that kept a half, not 0.8
    grads = course.backward_propagation_with_dropout(X, Y, cache, 0.8)
    same(grads, {
        "dA2": [[0.58180856, 0.0, -0.00299679, 0.0, -0.27715731], [0.0, 0.53159854, 0.0, 0.53159854, -0.34089673],
                [0.0, 0.0, -0.00292733, 0.0, 0.0]],
        "dA1": [[0.36544439, 0.0, -0.00188233, 0.0, -0.17408748], [0.65515713, 0.0, -0.00337459, 0.0, 0.0]],
        "dW1": [[0.00019884, 0.00028657, 0.00012138], [0.00035647, 0.00051375, 0.00021761]],
        "dW2": [[-0.00256518, -0.0009476], [0.0, 0.0], [0.0, 0.0]],
        "db1": [[-0.00037647], [-0.00067492]], "dZ3": [[-0.67733606, -0.50316611, 0.00348883, -0.50316611, 0.32266394]],
    })  # fmt: skip


@pytest.mark.parametrize(("x", "published"), [(2, 2.919335883291695e-10), (3, 7.814075313343006e-11)])
def test_gradient_check(x, published, capsys):
    assert course.gradient_check(x, 4, print_msg=True) == published
    assert capsys.readouterr().out == f"The gradient is correct! difference = {published}\n"


def test_gradient_check_n():
    X, Y, parameters = testCases.gradient_check_n_test_case()
    right = course.backward_propagation_n(X, Y, course.forward_propagation_n(X, Y, parameters)[1])
    # 1.1890913024229996e-07 is what rounding of the cost leaves, and that differs from one processor to another.
    assert 5e-8 < course.gradient_check_n(parameters, right, X, Y) < 2e-7
    planted = {**right, "dW2": 2 * right["dW2"], "db1": 4 * right["db1"]}
    assert course.gradient_check_n(parameters, planted, X, Y) == pytest.approx(0.2850931567761623, rel=1e-6)


def test_updates_of_arrays_that_no_network_has():
    parameters, grads, rate = testCases.update_parameters_with_gd_test_case()
    with pytest.warns(RuntimeWarning, match=rf"W2 has shape \(3, 3\) .*{NO_NETWORK}"):
        found = course.update_parameters_with_gd(parameters, grads, rate)
    same(found, {
        "W1": [[1.63535156, -0.62320365, -0.53718766], [-1.07799357, 0.85639907, -2.29470142]],
        "b1": [[1.74604067], [-0.75184921]],
        "W2": [[0.32171798, -0.25467393, 1.46902454], [-2.05617317, -0.31554548, -0.3756023],
               [1.1404819, -1.09976462, -0.1612551]],
        "b2": [[-0.88020257], [0.02561572], [0.57539477]],
    })  # fmt: skip
    parameters, grads, v = testCases.update_parameters_with_momentum_test_case()
    assert not any(array.any() for array in v.values())
    with pytest.warns(RuntimeWarning, match=NO_NETWORK):
        found, v = course.update_parameters_with_momentum(parameters, grads, v, 0.9, 0.01)
    same(found, {"W1": [[1.62544598, -0.61290114, -0.52907334], [-1.07347112, 0.86450677, -2.30085497]]})
    same(v, {"dW1": [[-0.11006192, 0.11447237, 0.09015907], [0.05024943, 0.09008559, -0.06837279]]})
    shapes = course.initialize_velocity(testCases.initialize_velocity_test_case())
    assert [array.shape for array in shapes.values()] == [(2, 3), (2, 1), (3, 3), (3, 1)]


def test_adam_of_three_editions():
    case = testCases.update_parameters_with_adam_test_case()
    with pytest.warns(RuntimeWarning, match=NO_NETWORK):
        found, v, s = course.update_parameters_with_adam(*case, t=2)  # of 2017
    same(found, {"W1": [[1.63178673, -0.61919778, -0.53561312], [-1.08040999, 0.85796626, -2.29409733]]})
    same(v, {"dW1": [[-0.11006192, 0.11447237, 0.09015907], [0.05024943, 0.09008559, -0.06837279]]})
    same(s, {"dW1": [[0.00121136, 0.00131039, 0.00081287], [0.0002525, 0.00081154, 0.00046748]]})
    numbers = {"t": 2, "learning_rate": 0.02, "beta1": 0.8, "beta2": 0.888, "epsilon": 1e-2}
    with pytest.warns(RuntimeWarning, match=NO_NETWORK):
        found, v, s, vc, sc = course.update_parameters_with_adam(*case, **numbers, corrected=True)  # of 2021
    published = {"dW1": [-0.22012384, 0.22894474, 0.18031814], "dW2": [-0.05357762, 0.10607109, -0.13833215]}
    same({name: array[0] for name, array in v.items()}, published)
    same({"W1": found["W1"][0], "b1": found["b1"][0], "W2": found["W2"][0]}, {
        "W1": [1.63942428, -0.6268425, -0.54320974], "b1": [1.75854357], "W2": [0.33356139, -0.26425199, 1.47707772],
    })  # fmt: skip
    for name in v:
        np.testing.assert_allclose(vc[name], v[name] / (1 - 0.8**2), rtol=1e-14)
        np.testing.assert_allclose(sc[name], s[name] / (1 - 0.888**2), rtol=1e-14)


def test_mini_batches():
    batches = course.random_mini_batches(*testCases.random_mini_batches_test_case(), seed=0)
    assert [X.shape for X, _ in batches] == [(12288, 64), (12288, 64), (12288, 20)]
    assert [Y.shape for _, Y in batches] == [(1, 64), (1, 64), (1, 20)]
    np.testing.assert_allclose(batches[0][0][0][:3], [0.90085595, -0.7612069, 0.2344157], atol=1e-8)
    (X, Y), _ = course.random_mini_batches(*(a < 0.5 if len(a) == 1 else a for a in drawn(1, (7, 3), (1, 3))), 2)
    np.testing.assert_allclose(X[0], [-0.52817175, -0.61175641], atol=1e-8)
    assert Y.tolist() == [[False, False]]
