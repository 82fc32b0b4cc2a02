"""train(): a generator of Progress. The caller owns the loop: ``break`` stops, not asking pauses, the body logs."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from .plan import planned
from .progress import Progress

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


def as_for(other: Callable[Asked, Any]) -> Callable[[Callable[..., Given]], Callable[Asked, Given]]:
    """Gives a function the arguments of another, which stand there alone."""

    def signed(function: Callable[..., Given]) -> Callable[Asked, Given]:
        own = inspect.signature(function)
        there = inspect.signature(other).replace(return_annotation=own.return_annotation)
        function.__signature__ = there  # type: ignore[attr-defined]
        return function

    return signed


@as_for(planned)
def train(*arguments: Any, **named: Any) -> Iterator[Progress]:
    """Minimise the network's cost over rows X (m, n[0]) and Y (m, n[L]); yields a Progress for each stretch of steps.

    X, Y            arrays or frames of rows, or dictionaries of columns; or X an iterable of batches (X, Y) or
                    (X, Y, weights), used as they come, and no Y; one more is read at each Progress, which says whether
                    it is the last. Columns with names are found by them in every part. Rows in pieces, of which the
                    memory holds a few (``Pieces`` in barreleye.training.passes), are read again in every epoch
    weights         sample weights (m,): a weight of 2 is a sample seen twice
    validation      (X, Y) or (X, Y, weights) that is not trained on: a cost and a score at each Progress
    optimizer       by name ("gd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lbfgs") or as an object
    learning_rate   alpha; None: the optimizer's usual one
    schedule        a factor for alpha as a function of the step, by name (spanning the run; so a stream needs
                    ``steps``) or as an object
    batch_size      rows in a step; None: all of them
    shuffle         whether each epoch has an order of its own; False: the rows come as they are
    epochs, steps   how long: passes over the data, or updates; neither: 200 epochs, or until a stream ends
    every           steps between two Progress; None: an epoch, or a hundredth of a full-batch run
    rules           EarlyStopping, Target, ReduceOnPlateau from barreleye.training.stopping, or your own
    score           "accuracy", "r2", ... or a function (Y, Y_hat) -> float of rows, for ``validation``; a ``Score``
                    says of one that lower is better
    clip_norm       the largest norm of all gradients together; None: no clipping
    transforms      what is done to gradients, rates and weight decay before the optimizer, behind clipping: ``Rates``
                    and ``Decay`` by field from barreleye.training.transforms, or your own
    dropout_schedule    a factor for the share of units that is dropped, as ``schedule``
    averaging       the share that batch norm's running averages keep at each step
    parameters      where to start; None: drawn by ``initializer`` (see ``initialize``) from ``seed``. The ``state`` of
                    another Progress brings its optimizer's memory and count of steps along, to go on with other data
    seed            decides starting weights, shuffles and dropout masks. Several seeds, (3, 5, 8): as many networks at
                    once, each as its seed alone would make it. Arrays of parameters have a leading axis for them, here
                    and in Progress; costs are their mean, and validation judges the mean of their Y_hat
    shared          whether several networks have all but s[0], W[L] and b[L] in common, as in TabM-mini: the first's
                    starting values, moved by the mean of the gradients
    dtype           float32 or float64; None: float32 for float32 data, else float64
    engine          "numpy", "xla", or "auto": whichever should be done sooner, a program that is compiled already
                    being free. The two agree to rounding; to the bit, a run repeats on an engine that is named, and
                    on "auto" in a new process that makes the same calls
    device          for XLA: "auto", "cpu", "gpu" or "tpu"; where there are several of a kind, as many share each batch
                    as have 256 rows of it
    precision       of the factors of matrix products of float32 on a GPU: "float32" keeps their 24 binary digits,
                    "tf32" 11 (each factor off by up to 1/2048 of itself) and "bfloat16" 8 (1/256), which its tensor
                    cores multiply many times as fast; sums stay float32. Elsewhere, and for float64, it changes nothing
    processes       how many processes of this machine share each batch, or the hosts of one each: see docs/scaling.md.
                    They give what one gives, to rounding. One that dies or hangs is started again with the others, and
                    training goes on from the last Progress
    resume          a checkpoint's path, or a Progress: go on from there, bit for bit, with the same arguments

    Errors in the arguments are raised at once, before the first Progress is asked for. DivergenceError when a cost is
    not finite, after a last Progress with the last finite parameters. Ctrl-C ends the run with a Progress as well.

    >>> from barreleye.nn.structure import Network
    >>> network = Network((2, 4, 1), "tanh", "sigmoid")
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> for progress in train(network, X, Y, learning_rate=0.1, steps=300, every=100):
    ...     pass
    >>> progress.step, bool(progress.cost < 0.1)
    (300, True)
    """
    return planned(*arguments, **named).progress()
