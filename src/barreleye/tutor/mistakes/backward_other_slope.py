"""Mistakes in dZ[l] = dA[l] ∗ g′(Z[l]) where the slope is that of another activation."""

import numpy as np

from ...nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from ...words import Text
from .backward_slope import steep

OF_SIGMOID = Text(
    "{q}: A(1 − A) is the derivative of the sigmoid; layer {l} has {g}.",
    "{q}：A(1 − A) 是 sigmoid 的导数；而第 {l} 层用的是 {g}。",
)
OF_TANH = Text(
    "{q}: 1 − A² is the derivative of tanh; layer {l} has {g}.",
    "{q}：1 − A² 是 tanh 的导数；而第 {l} 层用的是 {g}。",
)

OTHER_SLOPE = (
    steep(
        "slope of sigmoid", (Tanh, ReLU, LeakyReLU), "A[{l}] ∗ (1 − A[{l}])", lambda Z, A, g: A * (1 - A), OF_SIGMOID
    ),
    steep(
        "slope of sigmoid at Z",
        (Tanh, ReLU, LeakyReLU),
        "σ′(Z[{l}])",
        lambda Z, A, g: Sigmoid().derivative(Z, Sigmoid()(Z)),
        Text(
            "{q}: σ′(Z[{l}]) is the derivative of the sigmoid; layer {l} has {g}.",
            "{q}：σ′(Z[{l}]) 是 sigmoid 的导数；而第 {l} 层用的是 {g}。",
        ),
    ),
    steep("slope of tanh", (Sigmoid, ReLU, LeakyReLU), "(1 − A[{l}]²)", lambda Z, A, g: 1 - A * A, OF_TANH),
    steep(
        "slope of tanh at Z",
        (Sigmoid, ReLU, LeakyReLU),
        "tanh′(Z[{l}])",
        lambda Z, A, g: 1 - np.tanh(Z) ** 2,
        Text(
            "{q}: tanh′(Z[{l}]) = 1 − tanh²(Z[{l}]) is the derivative of tanh; layer {l} has {g}.",
            "{q}：tanh′(Z[{l}]) = 1 − tanh²(Z[{l}]) 是 tanh 的导数；而第 {l} 层用的是 {g}。",
        ),
    ),
    steep(
        "slope of ReLU",
        (Tanh, Sigmoid),
        "(1 where Z[{l}] > 0, else 0)",
        lambda Z, A, g: np.where(Z > 0, 1.0, 0.0),
        Text(
            "{q}: 1 where Z > 0 and else 0 is the derivative of ReLU; layer {l} has {g}.",
            "{q}：Z > 0 取 1、否则取 0，是 ReLU 的导数；而第 {l} 层用的是 {g}。",
        ),
    ),
    steep(
        "leaky slope on ReLU",
        (ReLU,),
        "(1 where Z[{l}] > 0, else 0.01)",
        lambda Z, A, g: np.where(Z > 0, 1.0, 0.01),
        Text(
            "{q}: 0.01 for negative Z is Leaky ReLU's derivative; forward there is a plain ReLU.",
            "{q}：Z 为负时取 0.01 是 Leaky ReLU 的导数；而前向用的是普通 ReLU。",
        ),
    ),
    steep(
        "leak forgotten",
        (LeakyReLU,),
        "(1 where Z[{l}] > 0, else 0)",
        lambda Z, A, g: np.where(Z > 0, 1.0, 0.0),
        Text(
            "{q}: 0 for negative Z is ReLU's derivative; forward there is a leak, so the slope there is α.",
            "{q}：Z 为负时取 0 是 ReLU 的导数；前向用的是 Leaky ReLU，那里的斜率是 α。",
        ),
    ),
)
