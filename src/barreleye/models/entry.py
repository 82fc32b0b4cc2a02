"""A run tells of itself: to nobody, unless a history listens (``search.history``).

Whoever trains stands below histories in the house and cannot know of them, nor need an estimator have a parameter more.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

Record: TypeAlias = Mapping[str, Any]
"""What is said of a run, as JSON values; see ``record``."""

Told: TypeAlias = Callable[[Record], None]
"""Takes what has become of a run, with its "state", beside what was known; and once more where there is more to say."""

LISTENER: ContextVar[Callable[[Record], AbstractContextManager[Told]] | None] = ContextVar("LISTENER", default=None)
"""Takes what is known of a run at its beginning, and listens until the block ends."""


@contextmanager
def entered(beginning: Callable[[], Record]) -> Iterator[Callable[[Callable[[], Record]], None]]:
    """Tell the listener of a run that goes on in this block; what is yielded tells how it ended.

    Records are made only where somebody listens.

    >>> with entered(lambda: {"kind": "fit"}) as ended:
    ...     ended(lambda: {"kind": "fit", "state": "done"})
    """
    listener = LISTENER.get()
    if listener is None:
        yield lambda record: None
        return
    with listener(beginning()) as told:
        yield lambda record: told(record())
