"""The output layer: the head that ``output_activation`` and ``loss`` ask for, and what scikit-learn calls it."""

from ..data.targets import Targets
from ..nn.arrays import Array
from ..nn.heads import (
    HEADS,
    AbsoluteErrorHead,
    ActivatedHead,
    Head,
    HuberHead,
    IdentityHead,
    PoissonHead,
    QuantileHead,
    QuantilesHead,
    SigmoidHead,
    SoftmaxGroupsHead,
    SoftmaxHead,
    TanhHead,
)
from ..nn.validation import choose
from ..training.border import RANGES
from ..words import catalogue

SAY = catalogue("estimators")

CLASSIFIER_LINKS: dict[str, type[Head]] = {
    "logistic": SigmoidHead,
    "sigmoid": SigmoidHead,
    "softmax": SoftmaxHead,
    "tanh": TanhHead,
}
REGRESSOR_LINKS = ("identity", "relu", "softplus", "exp", "logistic", "sigmoid", "tanh")

LOSSES: dict[str, type[Head]] = {
    "squared_error": IdentityHead,
    "poisson": PoissonHead,
    "absolute_error": AbsoluteErrorHead,
    "huber": HuberHead,
    "quantile": QuantileHead,
}

HEADS_OF_OURS = {*HEADS.values(), SoftmaxGroupsHead, QuantilesHead}


def head_for_labels(output_activation: str | Head, targets: Targets) -> Head:
    """The head of a classifier: its link as asked for, its loss the cross-entropy that belongs to it.

    Raises ValueError for a link that cannot say what y holds.

    >>> from .labels import Labels
    >>> [head_for_labels("auto", Labels.of(y).targets) for y in ([0, 1, 1], ["a", "b", "c"])]
    [SigmoidHead(), SoftmaxHead()]
    """
    several = len(targets.classes) > 1
    if output_activation == "auto":
        output_activation = "logistic" if targets.head == "sigmoid" else "softmax"
    if output_activation == "softmax" and targets.head == "softmax_groups":
        return SoftmaxGroupsHead(targets.widths)
    named = isinstance(output_activation, str)
    head = CLASSIFIER_LINKS[output_activation]() if isinstance(output_activation, str) else output_activation
    if head.targets == "distributions" and several:
        advice = "'logistic', 'tanh'" if named and targets.yes_or_no else "'auto'"
        raise ValueError(SAY["error.shared_link"].filled(output_activation=output_activation, advice=advice))
    if head.targets not in ("probabilities", "distributions", "signs"):
        raise ValueError(SAY["error.no_link"].filled(output_activation=output_activation, head=head))
    return head


def head_for_numbers(output_activation: str, loss: str | Head, standardized: bool) -> Head:
    """The head of a regressor: the loss of the output activation's answer.

    Raises ValueError for a loss that brings a link of its own, and for a range that standardised targets would move.

    >>> head_for_numbers("auto", "poisson", False), head_for_numbers("softplus", "squared_error", False)
    (PoissonHead(), ActivatedHead(activation='softplus', error='identity'))
    """
    own = choose("loss", loss, LOSSES)() if isinstance(loss, str) else loss
    if own.targets not in RANGES:
        raise ValueError(SAY["error.loss_targets"].filled(loss=loss, own=own, RANGES=", ".join(RANGES)))
    if standardized and own.targets != "numbers":
        raise ValueError(SAY["error.moved_targets"].filled(own=own, loss=loss))
    if output_activation in ("auto", link_name(own)):
        return own
    if not isinstance(loss, str) or isinstance(own, PoissonHead):
        raise ValueError(SAY["error.own_link"].filled(loss=loss, output_activation=output_activation))
    if standardized:
        raise ValueError(SAY["error.moved_range"].filled(output_activation=output_activation))
    name = "sigmoid" if output_activation == "logistic" else output_activation
    error = next(error for error, kind in HEADS.items() if type(own) is kind)
    return ActivatedHead(name, error)


def link_name(head: Head) -> str:
    """What ``out_activation_`` says: scikit-learn's name of the link; of a head of the user's own, its class.

    >>> link_name(SigmoidHead()), link_name(ActivatedHead("relu"))
    ('logistic', 'relu')
    """
    if isinstance(head, ActivatedHead):
        return "logistic" if head.activation == "sigmoid" else head.activation
    names: dict[type[Head], str] = {
        SigmoidHead: "logistic",
        SoftmaxHead: "softmax",
        SoftmaxGroupsHead: "softmax",
        TanhHead: "tanh",
        PoissonHead: "exp",
        **dict.fromkeys((IdentityHead, HuberHead, AbsoluteErrorHead, QuantileHead), "identity"),
    }
    return names.get(type(head), type(head).__name__)


def refuse_spread_of_one(Y_hats: list[Array]) -> None:
    """Raise ValueError for the answers of one network, which have no spread."""
    if len(Y_hats) == 1:
        raise ValueError(SAY["error.spread_of_one"])
