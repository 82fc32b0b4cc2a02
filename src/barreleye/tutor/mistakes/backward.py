"""Mistakes in the equations of backward propagation, in the order in which they are worked."""

from ..search import Mistake
from .backward_biases import BIASES
from .backward_chain_rule import CHAIN_RULE
from .backward_mean import MEANS
from .backward_other_slope import OTHER_SLOPE
from .backward_output import OUTPUT
from .backward_output_slope import OUTPUT_SLOPE
from .backward_product import PRODUCT
from .backward_slope import SLOPE
from .backward_weights import WEIGHTS
from .samples import GRADIENT_SAMPLES

BACKWARD: tuple[Mistake, ...] = (
    *OUTPUT,
    *OUTPUT_SLOPE,
    *MEANS,
    *WEIGHTS,
    *BIASES,
    *GRADIENT_SAMPLES,
    *PRODUCT,
    *SLOPE,
    *OTHER_SLOPE,
    *CHAIN_RULE,
)
