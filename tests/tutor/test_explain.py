import io
import math
import re
from dataclasses import dataclass

import numpy as np
import pytest
from rich.console import Console

from barreleye.nn.activations import ACTIVATIONS, Activation
from barreleye.nn.front import Front, Levels, Numbers, Part, Rows, Wave
from barreleye.nn.heads import (
    HEADS,
    ActivatedHead,
    Exp,
    Head,
    HuberHead,
    QuantileHead,
    QuantilesHead,
    SoftmaxGroupsHead,
    SoftmaxHead,
)
from barreleye.nn.network import backward, initialize
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.nn.worked_out import worked_out
from barreleye.tutor import explain as module
from barreleye.tutor.explain import explain
from barreleye.tutor.explanation import formulas


def quietly(*args, **options):
    return explain(*args, console=Console(quiet=True), **options)


def page(explanation, width=80):
    console = Console(file=io.StringIO(), width=width)
    console.print(explanation)
    return console.file.getvalue()


# What a worked line says is computed from its own text


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


SPELLED = {
    **{name: getattr(math, name) for name in ("exp", "log", "tanh", "cosh", "sqrt", "cos", "sin", "pi")},
    **{"abs": abs, "max": max, "min": min, "sign": np.sign, "σ": sigmoid, "π": math.pi},
    "sort": lambda *z: sorted(z),
    "Φ": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2,
}


def evaluated(text):
    for printed, python in (("·", "*"), ("²", "**2"), ("³", "**3"), ("−", "-"), ("√", "sqrt")):
        text = text.replace(printed, python)
    return eval(re.sub(r"\|([^|]*)\|", r"abs(\1)", text), {"__builtins__": {}}, SPELLED)


def check_the_arithmetic(explanation):
    """Every number and every sum on the page is the step's value, up to the rounding of what is shown."""
    for step in explanation.steps:
        place, *parts = step.worked.split(" = ")
        assert place.startswith(step.name)
        assert evaluated(parts[-1]) == pytest.approx(step.value, rel=1e-5)
        for part in parts:
            if "…" not in part:
                assert evaluated(part) == pytest.approx(step.value, rel=4e-3, abs=2e-3), step.worked


OTHER_HEADS = [HuberHead(0.1), QuantileHead(0.9), SoftmaxGroupsHead((2, 2))]
OTHER_HEADS += [ActivatedHead("exp"), ActivatedHead("tanh", "huber"), ActivatedHead("sigmoid", "quantile")]
SEVERAL_OUTPUTS = [SoftmaxHead(smoothing=0.1), QuantilesHead((0.1, 0.75)), QuantilesHead((0.05, 0.3, 0.5, 0.95))]
ONE_OUTPUT = [*(kind() for kind in HEADS.values()), *OTHER_HEADS]
ONE_OUTPUT = [head for head in ONE_OUTPUT if type(head) not in formulas.SOFTMAX]


@pytest.mark.parametrize("head", [*HEADS, *OTHER_HEADS, *SEVERAL_OUTPUTS])
@pytest.mark.parametrize("g", ACTIVATIONS)
def test_every_activation_and_head_is_worked_out_rightly(g, head, problem):
    n = (2, 3, 4)
    for options in ({}, {"batch_norm": True, "L2": 0.5, "L1": 0.3}, {"parametric": True, "ntk": True}):
        p = problem(g, head, n=n, m=4, seed=3, **options)
        if isinstance(head, SoftmaxGroupsHead):  # a distribution for each of the two questions
            p.Y[:2], p.Y[2:] = ([[1, 0, 1, 0.25], [0, 1, 0, 0.75]], [[0, 1, 0.5, 0], [1, 0, 0.5, 1]])
        for weights in (None, p.weights):
            found = quietly(*p[:4], weights=weights, sample=2, unit={1: 1, 2: 3})
            assert found.agrees
            assert len(found.checked) == len(p.parameters.named())
            check_the_arithmetic(found)


def worked(tree, **entries):
    """A formula in letters with these numbers in it, evaluated as it is printed."""
    return evaluated(worked_out(tree, {name: np.array([[x]]) for name, x in entries.items()}))


@pytest.mark.parametrize("z", [-1.75, 0.625])
@pytest.mark.parametrize("kind", [*ACTIVATIONS.values(), Exp])
def test_formulas_of_activations_are_their_values_and_slopes(kind, z):
    g = kind()
    a = float(g(np.asarray(z)))
    assert worked(formulas.formula(g), Z=z) == pytest.approx(a, abs=1e-3)
    slope = float(g.derivative(np.asarray(z), np.asarray(a)))
    assert worked(formulas.slope(g), Z=z, A=a) == pytest.approx(slope, abs=1e-3)


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("z", [-1.75, -0.25, 0.625, 2.5])
@pytest.mark.parametrize("head", ONE_OUTPUT)
def test_formulas_of_heads_are_their_losses_and_slopes(head, z, y):
    Z, Y = np.array([[z]]), np.array([[y]])
    A = head.link(Z)
    entries = {"Z": z, "A": A.item(), "Y": y}
    expected = head.losses(Z, Y).item()
    assert worked(formulas.output_loss(head), **entries) == pytest.approx(expected, rel=2e-3, abs=2e-3)
    through = head.g.derivative(Z, A).item() if isinstance(head, ActivatedHead) else 1.0
    slope = worked(formulas.output_slope(head), **entries) * through
    assert slope == pytest.approx(head.dZ(Z, A, Y).item(), rel=2e-3, abs=1e-3)


# The course's two-layer network, by the course's own lines

X = np.array([[0.5, -1.0, 0.25], [1.0, 0.75, -0.5]])
Y = np.array([[1.0, 0.0, 1.0]])
W1, b1 = np.array([[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]]), np.array([[0.05], [-0.1], [0.2]])
W2, b2 = np.array([[0.7, -0.8, 0.9]]), np.array([[0.15]])
COURSE = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
TWO_LAYERS = Network((2, 3, 1), "tanh", "sigmoid")


@pytest.fixture(scope="module")
def two_layers():
    return quietly(TWO_LAYERS, COURSE, X, Y, sample=1, unit={0: 1, 1: 2})


def test_the_two_layer_network_has_the_courses_numbers(two_layers):
    m = 3
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    losses = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    dZ2 = A2 - Y
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (1 - A1**2)
    expected = {
        "Z[1]": Z1[2, 1],
        "A[1]": A1[2, 1],
        "Z[2]": Z2[0, 1],
        "A[2]": A2[0, 1],
        "loss": losses[0, 1],
        "J": losses.mean(),
        "dZ[2]": dZ2[0, 1],
        "dW[2]": (dZ2 @ A1.T / m)[0, 2],
        "db[2]": dZ2.mean(),
        "dA[1]": dA1[2, 1],
        "dZ[1]": dZ1[2, 1],
        "dW[1]": (dZ1 @ X.T / m)[2, 1],
        "db[1]": dZ1.mean(axis=1)[2],
    }
    assert [step.name for step in two_layers.steps] == list(expected)
    for name, value in expected.items():
        assert two_layers[name].value == pytest.approx(value, rel=1e-12), name
    for name in ("dW[2]", "db[2]", "dW[1]", "db[1]"):
        assert two_layers[name].difference == pytest.approx(expected[name], rel=1e-7)
    check_the_arithmetic(two_layers)


def test_equations_and_shapes_are_the_courses(two_layers):
    assert {step.name: (step.equation, step.shapes) for step in two_layers.steps} == {
        "Z[1]": ("Z[1] = W[1] A[0] + b[1]", "(3, 2) (2, 3) + (3, 1) → (3, 3)"),
        "A[1]": ("A[1] = g[1](Z[1]),  g[1](z) = tanh(z)", "(3, 3) → (3, 3)"),
        "Z[2]": ("Z[2] = W[2] A[1] + b[2]", "(1, 3) (3, 3) + (1, 1) → (1, 3)"),
        "A[2]": ("A[2] = g[2](Z[2]),  g[2](z) = 1 / (1 + exp(−z))", "(1, 3) → (1, 3)"),
        "loss": ("loss = −(y·log(a) + (1 − y)·log(1 − a))", "(1, 3), (1, 3) → (1, 3)"),
        "J": ("J = (1/m) Σᵢ loss⁽ⁱ⁾", "(1, 3) → ()"),
        "dZ[2]": ("dZ[2] = A[2] − Y", "(1, 3) − (1, 3) → (1, 3)"),
        "dW[2]": ("dW[2] = (1/m) dZ[2] A[1]ᵀ", "(1, 3) (3, 3) → (1, 3)"),
        "db[2]": ("db[2] = (1/m) Σᵢ dZ[2]⁽ⁱ⁾", "(1, 3) → (1, 1)"),
        "dA[1]": ("dA[1] = W[2]ᵀ dZ[2]", "(3, 1) (1, 3) → (3, 3)"),
        "dZ[1]": ("dZ[1] = dA[1] ∗ g[1]′(Z[1]),  g[1]′(z) = 1 − a²", "(3, 3) ∗ (3, 3) → (3, 3)"),
        "dW[1]": ("dW[1] = (1/m) dZ[1] A[0]ᵀ", "(3, 3) (3, 2) → (3, 2)"),
        "db[1]": ("db[1] = (1/m) Σᵢ dZ[1]⁽ⁱ⁾", "(3, 3) → (3, 1)"),
    }


def test_the_sum_of_the_chosen_entry_is_written_out(two_layers):
    assert two_layers["Z[1]"].worked == "Z[1][2, 1] = (−0.5)·(−1) + 0.6·0.75 + 0.2 = 1.15"
    assert two_layers["dW[1]"].entry == (2, 1)
    assert two_layers["A[1]"].worked.startswith("A[1][2, 1] = tanh(1.15) = 0.8177")


def test_shapes_are_those_of_the_arrays(problem):
    """What stands behind each arrow is the shape of the quantity; what multiplies as matrices has inner sizes alike."""
    p = problem(n=(3, 4, 5, 2), m=7, batch_norm=[True, False], L2=1.0)
    found = quietly(*p[:4], weights=p.weights)
    named = found.passes.trace.named() | found.passes.gradients.named()
    for step in found.steps:
        if step.name in named:
            assert step.shapes.endswith(f"→ {named[step.name].shape}"), step
        for inner in re.findall(r"\(\d+, (\d+)\) \((\d+), \d+\)", step.shapes):
            assert inner[0] == inner[1], step


def test_long_sums_are_shortened_in_the_middle(problem):
    p = problem(n=(9, 4, 1), m=50)
    found = quietly(*p[:4])
    W, A = p.parameters.W[1], p.X
    ends = [f"{W[0, j]:.4g}" for j in (0, 1, 8)]
    text = found["Z[1]"].worked.replace("−", "-")
    assert text.count("·") == 3
    assert "…" in text
    assert all(end in text for end in ends)
    assert f"{A[8, 0]:.4g}" in text
    assert found["dW[1]"].worked.count("·") == 4  # 1/m and three products


# The finite difference doubts what it is shown


def test_a_planted_mistake_is_shown(monkeypatch):
    def forgets_the_mean(*args, **options):
        right = backward(*args, **options)
        right.dW[1][:] *= 3
        return right

    monkeypatch.setattr(module, "backward", forgets_the_mean)
    found = quietly(TWO_LAYERS, COURSE, X, Y)
    assert not found.agrees
    assert [step.name for step in found.checked if not step.agrees] == ["dW[1]"]
    assert found["dW[1]"].value == pytest.approx(3 * found["dW[1]"].difference)
    assert "✗ DIFFERS" in str(found)
    assert str(found).splitlines()[-1] == "Of the 4 derivatives shown, dW[1]: not what the finite differences say."
    assert repr(found) == "Explanation(13 steps; 3 of 4 derivatives agree)"


@dataclass(frozen=True)
class SquaredTanh(ACTIVATIONS["tanh"]):
    """The slope that one of the tutorials writes."""

    def derivative(self, Z, A):
        return (1 - A) ** 2


def test_a_wrong_derivative_of_a_users_activation_is_shown():
    found = quietly(Network((2, 3, 1), SquaredTanh()), COURSE, X, Y)
    assert {step.name: step.agrees for step in found.checked} == {
        "dW[2]": True,
        "db[2]": True,
        "dW[1]": False,
        "db[1]": False,
    }


def test_at_a_kink_there_is_no_finite_difference():
    network = Network((2, 3, 1), "relu", L1=0.5)
    parameters = initialize(network, 0)
    parameters.W[1][1, 0] = 0.0  # |W| has a kink at 0
    found = quietly(network, parameters, X, Y, unit=1)
    assert found["dW[1]"].at_kink
    assert found["dW[1]"].difference is None
    assert found["dW[1]"].agrees is None
    assert "no finite difference: J has a kink here" in str(found)
    assert str(found).splitlines()[-1] == "At dW[1] J has a kink, and there is nothing to compare with."
    assert found.agrees

    on_the_corner = initialize(Network((2, 3, 1), "relu"), 0)
    on_the_corner.W[1][:] = 0.0
    found = quietly(Network((2, 3, 1), "relu"), on_the_corner, X, Y)
    assert found["db[1]"].at_kink


def test_an_activated_output_names_its_parts():
    found = quietly(Network((2, 3, 1), "tanh", ActivatedHead("softplus", "huber")), COURSE, X, Y)
    assert found["dZ[2]"].equation == "dZ[2] = max(−1, min(1, A[2] − Y)) ∗ g[2]′(Z[2]),  g[2]′(z) = σ(z)"
    assert "Forward, layer 2: 1 unit, activated softplus, huber" in str(found)


# Penalties, batch norm, weights, dropout


def test_penalties_stand_in_the_cost_and_in_dW(problem):
    p = problem(n=(3, 4, 1), m=5, L2=0.8, L1=[0.3, None])
    found = quietly(*p[:4])
    W = p.parameters.W
    assert found["R[1]"].equation == "R[1] = (L2/2m) Σ W[1]² + (L1/m) Σ |W[1]|"
    assert found["R[1]"].value == pytest.approx(0.8 / 10 * (W[1] ** 2).sum() + 0.3 / 5 * abs(W[1]).sum())
    assert found["R[2]"].equation == "R[2] = (L2/2m) Σ W[2]²"
    assert found["J"].equation == "J = (1/m) Σᵢ loss⁽ⁱ⁾ + R[1] + R[2]"
    assert found["dR[1]"].equation == "dR[1] = (L2/m) W[1] + (L1/m) sign(W[1])"
    assert found["dR[1]"].value == pytest.approx(0.8 / 5 * W[1][0, 0] + 0.3 / 5 * np.sign(W[1][0, 0]))
    assert found["dW[1]"].equation == "dW[1] = (1/m) dZ[1] A[0]ᵀ + dR[1]"


def test_batch_norm_and_weights_are_in_the_equations(problem):
    p = problem("relu", n=(3, 4, 1), m=5, batch_norm=True)
    found = quietly(*p[:4], weights=p.weights.ravel(), unit=0)
    assert found["mu[1]"].equation == "mu[1] = (1/m) Σᵢ w ∗ Z[1]"
    assert found["mu[1]"].value == pytest.approx(np.average((p.parameters.W[1] @ p.X)[0], weights=p.weights[0]))
    assert found["dgamma[1]"].equation == "dgamma[1] = (1/m) Σᵢ dZ_tilde[1] ∗ Z_norm[1]"
    assert found["dZ[2]"].equation == "dZ[2] = w ∗ (A[2] − Y)"
    assert found["J"].equation == "J = (1/m) Σᵢ w ∗ loss"
    assert f"m is the sum of the weights, {p.weights.sum():.4g}" in str(found)
    assert "mu and sigma2 are those of these samples" in str(found)
    assert "db[1]" not in [step.name for step in found.steps]


def test_dropout_is_off_and_the_page_says_so(problem):
    p = problem(n=(3, 4, 4, 1), keep_prob=[0.7, 1])
    found = quietly(*p[:4])
    assert "off on this page, though keep_prob[1] = 0.7" in str(found)
    plain = quietly(Network((3, 4, 4, 1), "tanh"), *p[1:4])
    assert [step.value for step in found.steps] == [step.value for step in plain.steps]


@dataclass(frozen=True)
class Sine(Activation):
    def __call__(self, Z):
        return np.sin(Z)

    def derivative(self, Z, A):
        return np.cos(Z)


@dataclass(frozen=True)
class LogCosh(Head):
    def link(self, Z):
        return Z

    def losses(self, Z, Y):
        return np.log(np.cosh(Z - Y))

    def dZ(self, Z, A, Y):
        return np.tanh(Z - Y)


def test_a_users_own_activation_and_head_are_worked_out_without_their_formulas():
    found = quietly(Network((2, 3, 1), Sine(), LogCosh()), COURSE, X, Y, weights=[1, 2, 0.5])
    assert found.agrees
    assert found["A[1]"].equation == "A[1] = g[1](Z[1])"
    assert found["dZ[2]"].equation == "dZ[2] = w ∗ ∂loss/∂Z[2]"
    assert "Sine" in str(found)


# What stands before layer 1, parametric activations, the factor of NTK, smoothed targets


def everything(problem, wave="cosine", g="identity", *, beside=True, m=6, **options):
    """A network with all there is, in which no column of levels comes first."""
    numbers = Numbers(2, waves=4, size=3, wave=wave, g=g, beside=beside)
    front = Front((numbers, Levels(3, size=2), Rows(2)), order=(4, 1, 2, 0, 3))
    options = {"batch_norm": [True, False], "keep_prob": 0.8, "parametric": True, "ntk": True, "L2": 0.4} | options
    head = SoftmaxHead(smoothing=0.1)
    return problem(["tanh", "mish"], head, n=(front.n_out, 4, 3, 3), m=m, front=front, **options)


@pytest.mark.parametrize("wave", ["cosine", "pairs", "ramp"])
@pytest.mark.parametrize("g", ["identity", "relu"])
@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("row", [4, 5, 7])
def test_every_quantity_of_a_network_with_everything_is_worked_out(wave, g, beside, row, problem):
    p = everything(problem, wave, g, beside=beside)
    found = quietly(*p[:4], weights=p.weights if row % 2 else None, sample=3, unit={0: row, 1: 1, 2: 2})
    trace, gradients = found.passes.trace.named(), found.passes.gradients.named()
    names = [step.name for step in found.steps if step.part != "cost"]
    assert names == [*list(trace)[1:], *gradients]  # the first is X[0] itself
    named = trace | gradients
    for step in found.steps:
        if step.part != "cost":
            assert step.value == named[step.name][step.entry]
            assert step.shapes.endswith(f"→ {named[step.name].shape}")
    assert found.agrees
    assert len(found.checked) == len(p.parameters.named())
    check_the_arithmetic(found)


def test_parts_name_the_rows_that_they_take_and_make(problem):
    p = everything(problem)
    found = quietly(*p[:4], unit={0: 4})  # the second row that is made of the second number, which is row 1 of X
    assert found["F[1]"].entry == (4, 0)
    assert found["dV[1]"].entry == (1, 1, 0)
    assert found["domega[1]"].entry == (1, 0)
    assert found["ds[0]"].entry == (4, 0)
    code = int(p.X[2, 0])
    assert found["dE[2]"].entry == (code, 0)
    assert found["dE[2]"].equation == f"dE[2] = (1/m) Σᵢ (1 where X = {code}, else 0) ∗ dF[2]"
    assert found["H[1]"].equation == "H[1] = cos(2 π omega[1] ∗ X + phase[1])"
    assert found["F[1]"].equation == "F[1] = [V[1] H[1] + v[1]; X]"
    assert found["A[0]"].equation == "A[0] = s[0] ∗ [F[1]; F[2]; F[3]]"
    said = re.sub(r"\s+", " ", str(found))
    assert "Numbers cosine; F[1] is rows 0 to 5 of A[0]; shown: its row 4, made of row 1 of X, and its wave 0" in said
    assert "Levels; F[2] is rows 6 to 7 of A[0]; shown: its row 0, made of row 2 of X" in said
    said = re.sub(r"\s+", "", str(quietly(*p[:4], lang="zh")))
    assert "Levels；F[2]是A[0]的第6至7行；所示为它的第0行，由X的第2行得到" in said


def test_equations_of_layers_with_everything(problem):
    found = quietly(*everything(problem)[:4])
    assert found["Z[2]"].equation == "Z[2] = P[2] / √(n[1]) + b[2]"
    assert found["A[1]"].equation == "A[1] = Z_tilde[1] + alpha[1] ∗ (G[1] − Z_tilde[1])"
    assert found["dalpha[2]"].equation == "dalpha[2] = (1/m) Σᵢ dA[2] ∗ (G[2] − Z[2])"
    assert found["dW[2]"].equation == "dW[2] = (1/m) dP[2] A[1]ᵀ + dR[2]"
    assert found["dA[1]"].equation == "dA[1] = W[2]ᵀ dP[2]"
    assert "Forward, layer 1: 4 units, tanh, batch norm, parametric" in str(found)


def test_smoothed_targets_stand_in_the_loss_and_in_dZ(problem):
    p = problem(head=SoftmaxHead(smoothing=0.1), n=(3, 4, 4), m=5)
    found = quietly(*p[:4])
    assert found["loss"].equation == "loss = Σⱼ −y_smoothⱼ·log(aⱼ),  Y_smooth = (1 − 0.1)·Y + 0.1/4"
    assert found["dZ[2]"].equation == "dZ[2] = A[2] − Y_smooth,  Y_smooth = (1 − 0.1)·Y + 0.1/4"
    smoothed = 0.9 * p.Y[0, 0] + 0.1 / 4
    assert f"− {smoothed:.4g} = " in found["dZ[2]"].worked
    assert quietly(Network((2, 3), head="softmax"), {"W1": W1, "b1": b1}, X, np.eye(3))["dZ[1]"].equation == (
        "dZ[1] = A[1] − Y"
    )


def test_answers_of_several_quantiles_are_sorted(problem):
    p = problem(head=QuantilesHead((0.1, 0.75)), n=(3, 4, 4), m=5)
    found = quietly(*p[:4], unit={2: 3})
    loss = "Σⱼ (qⱼ·(yⱼ − zⱼ) where yⱼ > zⱼ, else (1 − qⱼ)·(zⱼ − yⱼ)),  q = (0.1, 0.75)"
    assert found["loss"].equation == f"loss = {loss}"
    assert found["dZ[2]"].equation == "dZ[2] = 1 − q where Z[2] > Y, else −q where Z[2] < Y, else 0,  q = (0.1, 0.75)"
    low, high = (f"{z:.4g}".replace("-", "−") for z in found.passes.trace.Z[2][2:, 0])
    assert found["A[2]"].worked.startswith(f"A[2][3, 0] = sort({low}, {high})[1] = ")


@pytest.mark.parametrize(
    "name", [f"d{name}" for name in ("s[0]", "omega[1]", "phase[1]", "V[1]", "v[1]", "E[2]", "alpha[1]", "alpha[2]")]
)
def test_a_mistake_planted_in_any_new_derivative_is_shown(name, monkeypatch, problem):
    def wrong(*args, **options):
        right = backward(*args, **options)
        right.named()[name][:] *= -1
        return right

    p = everything(problem, batch_norm=False)
    monkeypatch.setattr(module, "backward", wrong)
    found = quietly(*p[:4])
    assert [step.name for step in found.checked if not step.agrees] == [name]


def test_a_wave_with_a_wrong_derivative_is_shown(monkeypatch, problem):
    p = everything(problem)
    monkeypatch.setattr(Wave, "derivative", lambda self, u: -self.value(u))
    assert [step.name for step in quietly(*p[:4]).checked if not step.agrees] == ["dphase[1]", "domega[1]"]


def test_arrays_of_32_bits_are_worked_out_in_64(problem):
    p = everything(problem, m=1, batch_norm=False)
    found = quietly(p.network, p.parameters.map(np.float32), p.X.astype(np.float32), p.Y.astype(np.float32))
    assert found.agrees
    assert found.passes.trace.H[1].dtype == np.float64


@dataclass(frozen=True)
class Shift(Part):
    n_x, n_out = 1, 1

    def shapes(self):
        return {"v": (1, 1)}

    def draw(self, rng, X):
        return {"v": np.ones((1, 1))}

    def forward(self, p, X):
        return None, X + p["v"]

    def backward(self, p, X, H, F, dF):
        return {"v": dF.sum(axis=1, keepdims=True)}, dF


def test_a_users_own_part_is_worked_out_without_its_formulas(problem):
    p = problem(n=(2, 3, 1), front=Front((Rows(1), Shift())))
    found = quietly(*p[:4])
    assert found.agrees
    assert (found["F[2]"].equation, found["dv[2]"].equation) == ("F[2] = Shift(X)", "dv[2] = ∂J/∂v[2]")


# The page


def test_it_prints_once_and_the_prompt_adds_one_line(capsys):
    found = explain(TWO_LAYERS, COURSE, X, Y)
    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()] == str(found).splitlines()
    assert repr(found) == "Explanation(13 steps; 4 of 4 derivatives agree)"
    assert printed.count("≈ ") == 4 + 1  # and once in the words above


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(width, lang, problem):
    p = everything(problem, "pairs", "mish", m=8, L1=0.1)
    found = quietly(*p[:4], weights=p.weights, lang=lang)
    lines = page(found, width).splitlines()
    assert max(len(line) for line in lines) <= min(width, 100)
    together = re.sub(r"\s", "", "".join(lines))
    for step in found.steps:
        for part in [*step.worked.split(" = "), step.shapes, *step.equation.said(lang).split(",  ")]:
            assert re.sub(r"\s", "", part) in together


def test_chinese_pages_have_no_english_words(problem):
    p = everything(problem, g="relu")
    found = quietly(*p[:4], weights=p.weights, lang="zh")
    symbols = {"mu", "sigma", "gamma", "beta", "epsilon", "tilde", "norm", "keep", "prob", "loss"}
    symbols |= {"exp", "log", "tanh", "max", "softplus", "mish", "softmax", "cos", "sin"}
    symbols |= {"wave", "smooth", "Numbers", "cosine", "Levels", "Rows", "alpha", "omega", "phase"}
    symbols |= {f"d{name}" for name in ("W", "b", "Z", "A", "R", "P", "F", "H", *Parameters._fields)}
    assert set(re.findall(r"[A-Za-z]{2,}", str(found))) <= symbols
    assert "所示的 15 个导数都与有限差分一致。" in str(found)
    english = quietly(*p[:4], weights=p.weights)
    assert english.steps == found.steps


# What is shown where nothing is asked for

DEAD = {**COURSE, "b1": np.array([[-9.0], [-0.1], [0.2]])}  # of the three units, ReLU switches the first off everywhere
RELU = Network((2, 3, 1), "relu", "sigmoid")


def test_a_unit_and_a_sample_with_numbers_are_shown():
    X_dead = np.column_stack([[0.0, 0.0], X.T[1:].T, [2.0, 2.0]])
    found = quietly(RELU, {**DEAD, "b1": DEAD["b1"] - [[0], [0], [0.3]]}, X_dead, np.ones((1, 4)))
    assert not any(step.value == 0 for step in found.steps if step.name in ("A[1]", "dZ[1]", "dW[1]", "dA[1]"))
    assert found.passes.units[1] != 0
    assert found.passes.sample != 0  # in which both inputs are 0, and the other units are off


def test_what_is_asked_for_is_shown_though_it_is_nothing():
    found = quietly(RELU, DEAD, X, Y, unit=0, sample=1)
    assert (found.passes.sample, found.passes.units[1], found["A[1]"].value) == (1, 0, 0)


def test_nothing_to_show_shows_the_first():
    found = quietly(RELU, {name: np.zeros_like(p) for name, p in COURSE.items()}, X, Y)
    assert (found.passes.sample, found.passes.units) == (0, {0: 0, 1: 0, 2: 0})


def test_the_language_is_the_locales(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "逐步演算" in str(quietly(TWO_LAYERS, COURSE, X, Y))
    assert "逐步演算" not in str(quietly(TWO_LAYERS, COURSE, X, Y, lang="en"))


# What is handed in


def test_lists_whole_numbers_and_booleans_are_taken():
    usual = quietly(TWO_LAYERS, COURSE, X, Y)
    lists = {name: array.tolist() for name, array in COURSE.items()}
    for labels in ([[1, 0, 1]], [1, 0, 1], np.array([[1, 0, 1]], np.uint8), Y == 1):
        assert quietly(TWO_LAYERS, lists, X.tolist(), labels).steps == usual.steps
    ours = Parameters({1: W1, 2: W2}, {1: b1, 2: b2}, {}, {})
    assert quietly(TWO_LAYERS, ours, X, Y).steps == usual.steps
    single = quietly(TWO_LAYERS, ours.map(np.float32), X.astype(np.float32), Y)
    assert single.agrees


def test_nothing_that_is_handed_in_changes(problem):
    p = problem(batch_norm=True, L2=1.0)
    before = [array.copy() for array in (*p.parameters.arrays(), p.X, p.Y, p.weights)]
    quietly(*p[:4], weights=p.weights)
    for was, now in zip(before, (*p.parameters.arrays(), p.X, p.Y, p.weights), strict=True):
        np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": X.T}, r"X has shape \(3, 2\) .* the samples of X look like rows, pass X.T"),
        ({"Y": Y.T}, "the samples of Y look like rows, pass Y.T"),
        ({"Y": [[1.0, 0.0]]}, "as many in X as in Y"),
        ({"Y": np.ones((2, 3))}, r"Y has shape \(2, 3\) where \(n\[L\], m\) = \(1, 3\) is expected"),
        ({"Y": [[1, 2, 0]]}, "^Y holds 2, but SigmoidHead"),
        ({"X": np.full((2, 3), np.nan)}, r"X\[0, 0\] is nan"),
        ({"sample": 3}, "sample=3 is out of range: the samples are 0 to 2"),
        ({"sample": -1}, "sample=-1 must be a whole number, 0 or above"),
        ({"unit": 3}, "unit=3 is out of range: the units of layer 1 are 0 to 2"),
        ({"unit": {0: 2}}, "unit=2 is out of range: the inputs are 0 to 1"),
        ({"unit": {3: 0}}, "unit's layer=3 is out of range: the layers, 0 being the input, are 0 to 2"),
        ({"weights": [1.0, 2.0]}, r"weights has shape \(1, 2\)"),
        ({"weights": [1.0, -2.0, 1.0]}, "0 or above"),
        ({"lang": "fr"}, "lang='fr' is unknown"),
        ({"parameters": COURSE | {"W2": np.ones((1, 3)), "W1": np.ones((3, 3))}}, r"W1 has shape \(3, 3\)"),
        ({"parameters": COURSE | {"W1": np.ones((2, 3))}}, r"W1 has shape \(2, 3\) where \(3, 2\) .*; pass W1.T"),
        ({"X": np.ones((2, 0)), "Y": np.ones((1, 0))}, "holds no sample; pass at least one"),
        ({"parameters": COURSE | {"b1": b1 * np.inf}}, r"b\[1\] holds NaN or infinity"),
        ({"network": Network((2, 3, 1), batch_norm=True)}, r"parameter='gamma\[1\]' is unknown"),
        ({"network": Network((2, 1)), "parameters": {"W1": [[1, 2]], "b1": [[0]]}, "unit": 1}, "no hidden layer"),
    ],
)
def test_errors_say_what_to_do(change, message):
    arguments = {"network": TWO_LAYERS, "parameters": COURSE, "X": X, "Y": Y}
    with pytest.raises(ValueError, match=message):
        quietly(**arguments | change)


def test_a_network_of_another_kind_is_refused():
    with pytest.raises(TypeError, match="network is a str: pass a Network"):
        quietly("network", COURSE, X, Y)


def test_parameters_of_another_kind_are_refused():
    with pytest.raises(TypeError, match="pass Parameters, or the course's dictionary"):
        quietly(TWO_LAYERS, [W1, b1, W2, b2], X, Y)


def test_class_labels_must_be_one_hot():
    network = Network((2, 3), head="softmax")
    with pytest.raises(ValueError, match="one-hot encode class labels, one row a class"):
        quietly(network, initialize(network), X, [[0, 2, 1]])


def test_a_step_that_is_not_there_is_named(two_layers):
    with pytest.raises(ValueError, match=r"step='dW1' is unknown \(did you mean 'dW\[1\]'\?\)"):
        two_layers["dW1"]
