"""The catalogue: every mistake as a small edit of one equation, with what to say about it; a file for each exercise."""

from ..search import Mistake
from .activation_functions import ACTIVATION_FUNCTIONS
from .backward import BACKWARD
from .cost import COST
from .forward import FORWARD
from .layers import LAYERS
from .predict import PREDICT
from .softmax import SOFTMAX
from .update import UPDATE

CATALOGUE: dict[str, Mistake] = {
    mistake.name: mistake
    for mistake in (*PREDICT, *LAYERS, *FORWARD, *ACTIVATION_FUNCTIONS, *SOFTMAX, *COST, *BACKWARD, *UPDATE)
}
