"""scikit-learn's callback protocol, where the installed scikit-learn (1.9 or newer) has one."""

from collections.abc import Callable
from typing import Any

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # an older scikit-learn: no estimator has callbacks

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """No callbacks."""

    def with_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        """The method as it is."""
        return method


__all__ = ["CallbackSupportMixin", "Hooks", "with_callbacks"]


class Hooks:
    """The callbacks of one fit: a task for the fit, and one within it for each epoch. Without callbacks, nothing.

    ``fitted`` gives the attributes of the model as it is; scikit-learn asks for them where a callback does.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any, epochs: int) -> None:
        self._estimator = estimator
        self._data = {"X": X, "y": y, "metadata": {"sample_weight": sample_weight}}
        self._fit: Any = None
        self._epoch: Any = None
        if hasattr(estimator, "_init_callback_context"):
            context = estimator._init_callback_context(max_subtasks=epochs)
            if getattr(estimator, "_skl_callbacks", None):
                self._fit = context.call_on_fit_task_begin(estimator=estimator, **self._data)

    def epoch_begins(self) -> None:
        """Before an epoch."""
        if self._fit is not None:
            self._epoch = self._fit.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def epoch_ends(self, fitted: Callable[[], dict[str, Any]]) -> bool:
        """After an epoch; True when a callback asks to stop."""
        if self._epoch is None:
            return False
        epoch, self._epoch = self._epoch, None
        return bool(
            epoch.call_on_fit_task_end(estimator=self._estimator, **self._data, reconstruction_attributes=fitted)
        )

    def fit_ends(self, fitted: Callable[[], dict[str, Any]]) -> None:
        """After the last epoch."""
        if self._fit is not None:
            self._fit.call_on_fit_task_end(estimator=self._estimator, **self._data, reconstruction_attributes=fitted)
