"""XLA in a forked process: its threads stay behind in the parent, and whoever calls it would wait for them for ever."""

import os
import sys

from ..words import catalogue

SAY = catalogue("training")

_started_before = False


def _note_fork() -> None:
    global _started_before
    bridge = sys.modules.get("jax._src.xla_bridge")
    if bridge is not None:
        _started_before |= getattr(bridge, "backends_are_initialized", lambda: True)()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def forked_after_xla() -> bool:
    """Whether this process was forked from one in which XLA, or the user's own JAX, had started.

    >>> forked_after_xla()
    False
    """
    return _started_before


def refuse_forked() -> None:
    """Raise RuntimeError where XLA would wait for threads that are not there."""
    if _started_before:
        raise RuntimeError(SAY["error.forked"])
