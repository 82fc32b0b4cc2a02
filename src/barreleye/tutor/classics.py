"""The named misconceptions: a line of notation each. What is said of them stands in ``words/tutor.toml``, by name.

A row is ``equation | name | right-hand side | where | hint``. ``where`` names the activations of the layers in which
the mistake can be made, and whether they are hidden, the output, the first; nothing: every layer.

>>> CATALOGUE["dW transposed"].seen
'dW[{l}] = (1/m) A[{p}] dZ[{l}]ᵀ'
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ..words import Text, catalogue
from .equations import Compute, Softmax, Work, computing
from .search import Mistake

KINDS: dict[str, type[Activation]] = {
    **{"tanh": Tanh, "sigmoid": Sigmoid, "relu": ReLU, "leaky": LeakyReLU, "softmax": Softmax},
}

PREDICT = """
    answer | prediction reversed | A[l] < 0.5 | | certain
    answer | probabilities for predictions | A[l] | | cut
    answer | scores for predictions | Z[l] | | cut
    answer | predictions are always 1 | A[l] > 0 | | cut
    answer | predictions are always 0 | A[l] > 1 | | cut
    answer | predictions from the rounded Z | round(Z[l]) | | cut
    answer | predictions from Z above 0.5 | Z[l] > 0.5 | | cut
    answer | predictions from another layer | A[l-1] > 0.5 | | whose labels
    answer | predictions of -1 and 1 | where(A[l] > 0.5, 1, -1) | | compared
    answer | predictions cut at the mean | A[l] > mean(A[l]) | | cut
"""
LAYERS = """
    A | hidden layer left out | A[l-1] | hidden second | layers
    A | output layer left out | A[l-1] | output | layers
    Z | output layer twice | W[l] @ g[l-1](W[l] @ A[l-1] + b[l]) + b[l] | output deep | layers
"""
ACTIVATION = """
    A | A without activation | Z[l] | hidden | one map
    A | output without sigmoid | Z[l] | sigmoid output | probability
    A | tanh output | tanh(Z[l]) | sigmoid output | between
    A | ReLU output | maximum(0, Z[l]) | sigmoid output | probability
    A | step for g | where(Z[l] > 0, 1, 0) | | step
    A | softmax over one unit | softmax(Z[l]) | sigmoid output | one number
    A | softmax over samples | softmax(Z[l], axis=1) | sigmoid output | joins
    A | activation twice | g[l](g[l](Z[l])) | tanh sigmoid | twice
    A | derivative for g | dg[l](Z[l], g[l](Z[l])) | tanh sigmoid | derivative
    A | g of the Z before | g[l](Z[l-1]) | | copied
    A | g of the A before | g[l](A[l-1]) | | just before
"""
FORMULAS = """
    A | sigmoid of minus Z | 1 / (1 + exp(Z[l])) | sigmoid | large z
    A | sigmoid with 1 - exp(-Z) | 1 / (1 - exp(-Z[l])) | sigmoid | one case
    A | sigmoid without its quotient | 1 / 1 + exp(-Z[l]) | sigmoid | one case
    A | exp for sigmoid | exp(Z[l]) | sigmoid | one case
    A | exp of minus Z for sigmoid | exp(-Z[l]) | sigmoid | one case
    A | tanh upside down | (exp(Z[l]) + exp(-Z[l])) / (exp(Z[l]) - exp(-Z[l])) | tanh | one case
    A | minus tanh | (exp(-Z[l]) - exp(Z[l])) / (exp(Z[l]) + exp(-Z[l])) | tanh | one case
    A | tanh with a minus below | (exp(Z[l]) - exp(-Z[l])) / (exp(Z[l]) - exp(-Z[l])) | tanh | one case
    A | ReLU with minimum | minimum(0, Z[l]) | relu | max or min
    A | ReLU with a floor of 1 | maximum(1, Z[l]) | relu | minus three
    A | absolute value for ReLU | abs(Z[l]) | relu | minus three
    A | Leaky ReLU with minimum | minimum(leak * Z[l], Z[l]) | leaky | which leaks
    A | Leaky ReLU with a floor | maximum(leak, Z[l]) | leaky | leaky
"""
Z = """
    Z | Z without b | W[l] @ A[l-1] | | parameters
    Z | Z minus b | W[l] @ A[l-1] - b[l] | | active
    Z | Z times b | W[l] @ A[l-1] * b[l] | | shift
    Z | Z of the first sample for all | like(W[l] @ sample(X, 0) + b[l], sum(X, axis=0)) | first | index
    Z | Z with the bias of the layer before | W[l] @ A[l-1] + b[l-1] | | own Z
    Z | Z with the bias of the next layer | W[l] @ A[l-1] + b[l+1] | | own Z
    Z | Z with the bias as a row | W[l] @ A[l-1] + b[l].T | | bias axis
    Z | Z from Z | W[l] @ Z[l-1] + b[l] | | no activation
    Z | Z from X again | W[l] @ X + b[l] | | own Z
    Z | Z with W transposed | W[l].T @ A[l-1] + b[l] | | shapes of Z
    Z | Z elementwise | W[l] * A[l-1] + b[l] | | shapes of Z
    Z | Z with the factors swapped | A[l-1] @ W[l] + b[l] | | shapes of Z
    Z | Z with A transposed | W[l] @ A[l-1].T + b[l] | | shapes of Z
    Z | Z with W of the layer before | W[l-1] @ A[l-1] + b[l] | | own Z
    Z | Z with W and b of the next layer | W[l+1] @ A[l-1] + b[l+1] | | own Z
    Z | Z with W of the next layer | W[l+1] @ A[l-1] + b[l] | | own Z
"""
OUTPUT_SAMPLES = """
    A | output without the last sample | without(g[l](Z[l]), -1) | output | every
    A | output without the first sample | without(g[l](Z[l]), 0) | output | every
    A | output of the first sample alone | only(g[l](Z[l]), 0) | output | indented
    A | output of the last sample alone | only(g[l](Z[l]), -1) | output | indented
    A | output of the last sample in the first column | only(last_first(g[l](Z[l])), 0) | output | index
"""
ACTIVATION_FUNCTIONS = """
    A | sigmoid of 2 Z | 1 / (1 + exp(-2 * Z[l])) | sigmoid | two
    A | tanh of Z / 2 | (1 - exp(-Z[l])) / (1 + exp(-Z[l])) | tanh | both sides
    A | tanh without the fraction | exp(Z[l]) - exp(-Z[l]) | tanh | odd
    A | sinh in place of tanh | (exp(Z[l]) - exp(-Z[l])) / 2 | tanh | odd
    A | tanh without brackets | exp(Z[l]) - exp(-Z[l]) / exp(Z[l]) + exp(-Z[l]) | tanh | which first, four
    A | tanh without brackets above | exp(Z[l]) - exp(-Z[l]) / (exp(Z[l]) + exp(-Z[l])) | tanh | which first, three
    A | sigmoid in place of tanh | 1 / (1 + exp(-Z[l])) | tanh | odd
    A | largest in place of ReLU | max(Z[l], axis=0, keepdims=False) | relu | one by one
    A | ReLU cut at 1 | clip(Z[l], 0, 1) | relu | bend
    A | leak in ReLU | where(Z[l] > 0, Z[l], 0.01 * Z[l]) | relu | bend
    A | leak of the wrong sign | where(Z[l] > 0, Z[l], -leak * Z[l]) | leaky | bend
    A | ReLU without the leak | maximum(Z[l], 0) | leaky | bend
"""
SOFTMAX = """
    A | softmax over the samples | exp(Z[l]) / sum(exp(Z[l]), axis=1) | softmax | ways
    A | softmax over everything | exp(Z[l]) / sum(exp(Z[l])) | softmax | ways
    A | softmax over the samples, shifted | S / sum(S, axis=1) | softmax | ways
    A | softmax over everything, shifted | S / sum(S) | softmax | ways
    A | softmax without exp below | exp(Z[l]) / sum(Z[l], axis=0) | softmax | shares
    A | softmax without exp below, shifted | S / sum(Z[l] - max(Z[l], axis=0), axis=0) | softmax | shares
    A | softmax without exp below, shifted by one number | exp(Z[l] - max(Z[l])) / sum(Z[l] - max(Z[l]), axis=0) \
        | softmax | shares
    A | softmax not normalised | exp(Z[l]) | softmax | shares
    A | softmax without exp | Z[l] / sum(Z[l], axis=0) | softmax | positive
    A | softmax of minus Z | exp(-Z[l]) / sum(exp(-Z[l]), axis=0) | softmax | which wins
    A | softmax shifted unevenly | exp(Z[l] - max(Z[l], axis=1)) / sum(exp(Z[l] - max(Z[l], axis=1)), axis=0) \
        | softmax | largest
    A | sigmoid in place of softmax | sigmoid(Z[l]) | softmax | shares
    A | log of softmax | log(softmax(Z[l])) | softmax | logarithm
""".replace("S ", "exp(Z[l] - max(Z[l], axis=0)) ").replace("(S", "(exp(Z[l] - max(Z[l], axis=0))")
COST = """
    J | cost without minus | sum(Y * log(A[l]) + (1 - Y) * log(1 - A[l])) / m | | negative
    J | cost of the ones only | -sum(Y * log(A[l])) / m | | both
    J | cost of the zeros only | -sum((1 - Y) * log(1 - A[l])) / m | | both
    J | cost with Y and 1 - Y swapped | -sum((1 - Y) * log(A[l]) + Y * log(1 - A[l])) / m | | both
    J | cost with minus between its terms | -sum(Y * log(A[l]) - (1 - Y) * log(1 - A[l])) / m | | one sample
    J | cost with log A twice | -sum(Y * log(A[l]) + (1 - Y) * log(A[l])) / m | | of a zero
    J | cost with log(1 + A) | -sum(Y * log(A[l]) + (1 - Y) * log(1 + A[l])) / m | | of a zero
    J | cost is the squared error | sum((A[l] - Y) ** 2) / m | | one sample
    J | cost is half the squared error | sum((A[l] - Y) ** 2) / (2 * m) | | one sample
    J | cost is the absolute error | sum(abs(A[l] - Y)) / m | | one sample
    J | cost with log10 | -sum(Y * log10(A[l]) + (1 - Y) * log10(1 - A[l])) / m | | which log
    J | cost with log2 | -sum(Y * log2(A[l]) + (1 - Y) * log2(1 - A[l])) / m | | which log
    J | cost with A and Y swapped | -sum(A[l] * log(Y) + (1 - A[l]) * log(1 - Y)) / m | | never exactly
    J | cost with a logarithm that does not exist | -sum(Y * log(-A[l]) + (1 - Y) * log(A[l] - 1)) / m | | print
    J | cost with 1/m on the second sum alone | -sum(Y * log(A[l])) - sum((1 - Y) * log(1 - A[l])) / m | | which part
    J | cost with minus on the first sum and 1/m on the second \
        | -sum(Y * log(A[l])) + sum((1 - Y) * log(1 - A[l])) / m | | which part
    J | cost without 1/m | {all} | | classes
    J | cost with 1/m twice | {all} / m**2 | | classes
    J | cost with 1/(2m) | {all} / (2 * m) | | classes
    J | cost with 1/(m - 1) | {all} / (m - 1) | | classes
    J | cost with 1 // m | (1 // m) * ({all}) | | classes
    J | cost with its sum closed too early | -(sum(Y * log(A[l])) + (1 - Y) * log(1 - A[l])) / m | | one number J
    J | cost of every sample with every label | -sum(Y.T @ log(A[l]) + (1 - Y).T @ log(1 - A[l])) / m | | table
    J | cost that is a table | -(Y.T @ log(A[l]) + (1 - Y).T @ log(1 - A[l])) / m | | table
    J | cost not summed | -(Y * log(A[l]) + (1 - Y) * log(1 - A[l])) | | one number J
    J | cost not summed but divided | -(Y * log(A[l]) + (1 - Y) * log(1 - A[l])) / m | | one number J
    J | cost summed over units | -sum(Y * log(A[l]) + (1 - Y) * log(1 - A[l]), axis=0, keepdims=False) | | one number J
    J | cost summed over units and divided \
        | -sum(Y * log(A[l]) + (1 - Y) * log(1 - A[l]), axis=0, keepdims=False) / m | | one number J
"""
SAMPLES = """
    gradients, dW, db, cost | * from the last sample alone | {last} / m | | added
    gradients, dW, db, cost | * from the last sample alone, without 1/m | {last} | | added
    gradients, cost | * from the first sample alone | {first} / m | | indented
    gradients, cost | * from the first sample alone, without 1/m | {first} | | indented
    gradients, cost | * without the last sample | {no_last} / m | | every
    gradients, cost | * without the first sample | {no_first} / m | | every
    gradients, cost | * divided by m in the loop | {fading} / m | | indented
"""
OUTPUT = """
    dZ out | output delta reversed | Y - A[l] | | sign
    dZ out | output delta with a plus | A[l] + Y | | perfect
    dZ out | output delta without Y | A[l] | | perfect
    dZ out | output delta times slope | (A[l] - Y) * A[l] * (1 - A[l]) | | cancels
    dZ out | output delta reversed and times slope | (Y - A[l]) * A[l] * (1 - A[l]) | | cancels
    dZ out | output delta times tanh's slope | (A[l] - Y) * (1 - A[l] ** 2) | | cancels
    dZ out | output delta over slope | -(Y / A[l] - (1 - Y) / (1 - A[l])) | | cancels
    dZ out | output delta doubled | 2 * (A[l] - Y) | | cancels
    dZ out | output delta with 1/m | (A[l] - Y) / m | | divisions to dW
    dZ out | output delta squared | (A[l] - Y) ** 2 | | sign
    dZ out | output delta without its sign | abs(A[l] - Y) | | sign
    dZ out | output delta from Z | Z[l] - Y | | perfect
    dZ out | output delta with sigmoid again | sigmoid(A[l]) - Y | | perfect
    dZ out | output delta from predictions | (A[l] > 0.5) - Y | | perfect
    dZ out | output delta from the layer before | A[l-1] - Y | | judged
    dZ out | output delta with the first label | A[l] - sample(Y, 0) | | index of Y
    dA out | dA without minus | Y / A[l] - (1 - Y) / (1 - A[l]) | | sign
    dA out | dA with one sign for both halves | -(Y / A[l] + (1 - Y) / (1 - A[l])) | | halves
    dA out | dA of the ones only | -Y / A[l] | | halves
    dA out | dA of the zeros only | (1 - Y) / (1 - A[l]) | | halves
    dA out | dA with Y and 1 - Y swapped | -((1 - Y) / A[l] - Y / (1 - A[l])) | | halves
    dA out | dA is A - Y | A[l] - Y | | cancels
    dA out | dA is Y - A | Y - A[l] | | halves
    dA out | output dA with 1/m | -(Y / A[l] - (1 - Y) / (1 - A[l])) / m | | divisions to dW
"""
MEANS = """
    gradients, dW, db | * without 1/m | {all} | | mean
    gradients, dW, db | * with 1/(2m) | {all} / (2 * m) | | mean
    gradients, dW, db | * with 1/(m - 1) | {all} / (m - 1) | | count
    gradients, dW, db | * divided by n_x | {all} / n[0] | | count
    gradients, dW, db | * divided by n[l-1] | {all} / n[l-1] | | count
    gradients, dW, db | * divided by n[l] | {all} / n[l] | | count
    dW, db | * with 1/m twice | {all} / m**2 | | divisions
    gradients, dW, db | * with 1 // m | (1 // m) * ({all}) | | mean
    dW, db | * with a minus | -({all} / m) | | minuses
"""
GRADIENTS = """
    dW | dW without transpose | dZ[l] @ A[l-1] / m | | shape of dW
    dW | dW transposed | A[l-1] @ dZ[l].T / m | | shape of dW
    dW | dW with the wrong factor transposed | dZ[l].T @ A[l-1] / m | | shape of dW
    dW | dW with the factors swapped | A[l-1].T @ dZ[l] / m | | shape of dW
    dW | dW elementwise | dZ[l] * A[l-1] / m | | shape of dW
    dW | dW summed to one number | sum(dZ[l] * A[l-1]) / m | | shape of dW
    dW | dW elementwise with a transpose | dZ[l] * A[l-1].T / m | | shape of dW
    dW | dW from A of its own layer | dZ[l] @ A[l].T / m | | carried
    dW | dW from X | dZ[l] @ X.T / m | | carried
    dW | dW from Z | dZ[l] @ Z[l-1].T / m | | carried
    dW | dW from dA | dA[l] @ A[l-1].T / m | | carried
    dW | dW from dZ of the next layer | dZ[l+1] @ A[l-1].T / m | | carried
    db | db summed over units too | sum(dZ[l]) / m | | each
    db | db averaged over units too | mean(dZ[l]) | | each
    db | db without keepdims | sum(dZ[l], axis=1, keepdims=False) / m | | print shapes
    db | db without keepdims, as a row | sum(dZ[l], axis=1).T / m | | print shapes
    db | db not summed | dZ[l] / m | | each
    db | db is dZ | dZ[l] | | each
    db | db summed along the wrong axis | sum(dZ[l], axis=0) / m | | each
    db | db summed along the wrong axis without keepdims | sum(dZ[l], axis=0, keepdims=False) / m | | each
    db | db averaged along the wrong axis | mean(dZ[l], axis=0) | | each
    db | db averaged along the wrong axis without keepdims | mean(dZ[l], axis=0, keepdims=False) | | each
    db | db from dA | sum(dA[l], axis=1) / m | | own error
    db | db from dZ of the next layer | sum(dZ[l+1], axis=1) / m | | own error
    db | db from dW | sum(dW[l], axis=1) | | own error
    db | db from A | sum(A[l], axis=1) / m | | own error
"""
PRODUCT = """
    dA | dA without transpose | W[l+1] @ dZ[l+1] | | back
    dA | dA with the factors swapped | dZ[l+1].T @ W[l+1] | | back
    dA | dA elementwise | W[l+1].T * dZ[l+1] | | back
    dA | dA with W of its own layer | W[l].T @ dZ[l+1] | | back
    dA | dA with dW for W | dW[l+1].T @ dZ[l+1] | | back
    dA | dA from dA | W[l+1].T @ dA[l+1] | | back
    dA | dA from A | W[l+1].T @ A[l+1] | | back
    dA | dA without W | like(dZ[l+1], A[l]) | | back
    cache | cache of the layer before | | hidden | cache
    dZ | dA of the output in every layer | dA[L] * slope[l] | hidden | back
    dA | hidden dA with 1/m | W[l+1].T @ dZ[l+1] / m | | back
"""
SLOPE = """
    dZ | slope missing | dA[l] | tanh sigmoid leaky | chain
    dZ | slope (1 - A) squared | dA[l] * (1 - A[l]) ** 2 | tanh | tanh
    dZ | slope 1 - A | dA[l] * (1 - A[l]) | tanh sigmoid | chain
    dZ | slope 1 + A squared | dA[l] * (1 + A[l] ** 2) | tanh | tanh
    dZ | slope A squared | dA[l] * A[l] ** 2 | tanh | tanh
    dZ | slope 1 - 2 A | dA[l] * (1 - 2 * A[l]) | tanh | tanh
    dZ | slope -2 A | dA[l] * (-2 * A[l]) | tanh | tanh
    dZ | slope 1 - tanh of the square | dA[l] * (1 - tanh(Z[l] ** 2)) | tanh | tanh
    dZ | slope A - 2 A | dA[l] * (A[l] - 2 * A[l]) | sigmoid | sigmoid
    dZ | slope with one A too many | dA[l] * A[l] ** 2 * (1 - A[l]) | sigmoid | sigmoid
    dZ | slope with one 1 - A too many | dA[l] * A[l] * (1 - A[l]) ** 2 | sigmoid | sigmoid
    dZ | slope A(1 + A) | dA[l] * A[l] * (1 + A[l]) | sigmoid | sigmoid
    dZ | slope is A | dA[l] * A[l] | tanh sigmoid relu leaky | chain
    dZ | slope is Z | dA[l] * Z[l] | tanh sigmoid relu leaky | chain
    dZ | slope with Z for A | dA[l] * dg[l](Z[l], Z[l]) | tanh sigmoid | chain
    dZ | slope taken at A | dA[l] * dg[l](A[l], g[l](A[l])) | tanh sigmoid | chain
    dZ | ReLU mask that lets all through | dA[l] | relu | relu
    dZ | ReLU mask reversed | dA[l] * (Z[l] <= 0) | relu | relu
    dZ | ReLU mask from dA | dA[l] * (dA[l] > 0) | relu | relu
    dZ | leak reversed | dA[l] * where(Z[l] > 0, leak, 1) | leaky | leaky slope
    dZ | leak with a minus | dA[l] * where(Z[l] > 0, 1, -leak) | leaky | leaky slope
    dZ | leak everywhere | dA[l] * leak | leaky | leaky slope
    dZ | slope of sigmoid | dA[l] * A[l] * (1 - A[l]) | tanh relu leaky | chain
    dZ | slope of sigmoid at Z | dA[l] * sigmoid(Z[l]) * (1 - sigmoid(Z[l])) | tanh relu leaky | chain
    dZ | slope of tanh | dA[l] * (1 - A[l] ** 2) | sigmoid relu leaky | chain
    dZ | slope of tanh at Z | dA[l] * (1 - tanh(Z[l]) ** 2) | sigmoid relu leaky | chain
    dZ | slope of ReLU | dA[l] * (Z[l] > 0) | tanh sigmoid | chain
    dZ | leaky slope on ReLU | dA[l] * where(Z[l] > 0, 1, 0.01) | relu | relu
    dZ | leak forgotten | dA[l] * (Z[l] > 0) | leaky | leaky slope
    dZ | slope with a minus | -dA[l] * slope[l] | hidden | chain
    dZ | slope twice | dA[l] * slope[l] ** 2 | tanh sigmoid leaky hidden | chain
    dZ | slope divides | dA[l] / slope[l] | tanh sigmoid leaky | chain
    dZ | slope added | dA[l] + slope[l] | | chain
    dZ | slope alone | slope[l] | | chain
    dZ | 1 - A squared without brackets | dA[l] * 1 - A[l] ** 2 | tanh | brackets
    dZ | A(1 - A) without brackets | dA[l] * A[l] * 1 - A[l] | sigmoid | brackets
    dZ | slope by matrix product | dA[l] @ slope[l] | | product
    dZ | slope of the next layer | dA[l] * dg[l](Z[l+1], A[l+1]) | | read aloud
    dZ | hidden delta like the output's | A[l] - Y | hidden | who tells
"""
STEPS = """
    update, W update, b update | * adds | {p} + alpha * {dp} | | uphill
    update, W update, b update | * without learning rate | {p} - {dp} | | rate
    update, W update, b update | * without a step | {p} | | follow
    update, W update, b update | * keeps the step alone | alpha * {dp} | | step of three
    update, W update, b update | * keeps minus the step alone | -alpha * {dp} | | step of three
    update, W update, b update | * with the learning rate twice | {p} - alpha ** 2 * {dp} | | rate
    update, W update, b update | * divides by the learning rate | {p} - {dp} / alpha | | rate
    update, W update, b update | * scales the difference | alpha * ({p} - {dp}) | | rate
    update, W update, b update | * multiplies by the gradient | ({p} - alpha) * {dp} | | step of three
    update, W update, b update | * subtracts itself | {p} - alpha * {p} | | own gradient
"""
WRONG_GRADIENT = """
    W new | W update with db | W[l] - alpha * db[l] | | own gradient
    b new | b update with dW | b[l] - alpha * dW[l] | | own gradient
    b new | b update with the sum of dW | b[l] - alpha * sum(dW[l], axis=1) | | own gradient
    W new | W update with the gradient of the next layer | W[l] - alpha * dW[l+1] | | own gradient
    W new | W update with the gradient of the previous layer | W[l] - alpha * dW[l-1] | | own gradient
    b new | b update with the gradient of the next layer | b[l] - alpha * db[l+1] | | own gradient
    b new | b update with the gradient of the previous layer | b[l] - alpha * db[l-1] | | own gradient
"""

# A family: one row for several equations, and for two of them at once. What stands for what in its text:

_SUMMED = {"dW": ("({}) @ A[l-1].T", "dZ[l]"), "db": ("sum({}, axis=1)", "dZ[l]")}
_SUMMED["J"] = "-sum({})", "Y * log(A[l]) + (1 - Y) * log(1 - A[l])"
_COUNTED = {"all": "{}", "last": "only({}, -1)", "first": "only({}, 0)", "no_last": "without({}, -1)"}
_COUNTED |= {"no_first": "without({}, 0)", "fading": "fading({})"}
_MEMBERS = {"gradients": ("dW", "db"), "cost": ("J",), "update": ("W new", "b new")}
_MEMBERS |= {"W update": ("W new",), "b update": ("b new",)}
# In a loop over caches[l] that is one off; "before" is the layer before l, and the last one before the first
_CACHE = {"dZ": "dA[l] * dg[l](Z[before], A[before])", "dW": "dZ[l] @ A[before - 1].T / m"}
_CACHE |= {"dA": "W[l + (l == L - 1)].T @ dZ[l + 1]"}


def text_for(equation: str, text: str) -> str:
    """The text of a family for one of its equations: {all} is what 1/m stands before, {p} the parameter."""
    if equation in _SUMMED:
        summed, what = _SUMMED[equation]
        return text.format(**{way: summed.format(counted.format(what)) for way, counted in _COUNTED.items()})
    return text.format(p=f"{equation[0]}[l]", dp=f"d{equation[0]}[l]")


def made(text: str, where: str) -> Compute:
    """What is computed instead. It raises ValueError where that cannot be."""
    compute, words = computing(text), where.split()
    kinds = tuple(KINDS[one] for one in words if one in KINDS)

    def instead(v: Work, l: int) -> Any:
        holds = {"output": l == v.L, "hidden": l < v.L, "first": l == 1, "second": l > 1, "deep": v.L > 1}
        if (kinds and not isinstance(v.g[l], kinds)) or not all(holds.get(one, True) for one in words):
            raise ValueError(f"layer {l} is not {where}")
        return compute(v, l)

    return instead if words else compute


def mistake(name: str, texts: Mapping[str, str], key: str, hint: str, where: str = "", **constants: str) -> Mistake:
    """The mistake with these texts in the place of their equations, of which the first is the one that is shown.

    key, hint    where its words stand; constants: what is filled in there at once
    """
    (first, own), *others = texts.items()

    def words() -> tuple[Text, Text]:
        said = catalogue("tutor_mistakes")
        claim = said[f"mistake.{key}"]
        return claim.filled(**LATER, **constants) if constants else claim, said[f"hint.{hint}"]

    return Mistake(name, first, made(own, where), own, words, tuple((other, made(its, where)) for other, its in others))


LATER = {name: f"{{{name}}}" for name in ("q", "m", "l", "p", "n", "g")}
"""Left to be filled in where a mistake is said."""


def members(family: str, text: str) -> dict[str, str]:
    """The text of a family for each equation of one of its members, such as "gradients"; of an equation, its own."""
    if family == "cache":
        return _CACHE
    return {one: text_for(one, text) for one in _MEMBERS.get(family, (family,))}


def mistakes(rows: str) -> Iterator[Mistake]:
    """The mistakes of a table."""
    for row in filter(None, map(str.strip, rows.splitlines())):
        who, name, text, where, hint = map(str.strip, row.split(" |"))
        for one in who.split(", "):
            yield mistake(name.replace("*", one), members(one, text), name, hint, where)


CATALOGUE: dict[str, Mistake] = {
    one.name: one
    for rows in (
        *(PREDICT, LAYERS, ACTIVATION, FORMULAS, Z, OUTPUT_SAMPLES, ACTIVATION_FUNCTIONS, SOFTMAX, COST, OUTPUT),
        *(MEANS, GRADIENTS, SAMPLES, PRODUCT, SLOPE, STEPS, WRONG_GRADIENT),
    )
    for one in mistakes(rows)
}


def of(*equations: str) -> tuple[Mistake, ...]:
    """The mistakes in these equations, in the order in which they are tried."""
    return tuple(one for one in CATALOGUE.values() if one.equation in equations)
