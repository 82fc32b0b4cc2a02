"""What ``check`` and ``grade`` share: ends that no verdict can be mistaken for, the screen."""

import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import typer

from ..tutor.printable import printable
from ..words import catalogue
from .console import Screen, errors_in_one_line, interruptible
from .endings import FAULT
from .speech import spoken


@contextmanager
def apart_from_verdicts() -> Iterator[None]:
    """Errors of use end with status 3, a signal with 128 and its number, and a fault of the program with status 4.

    A signal to end is Ctrl-C by another name: what was started is ended, and what was written for a while is removed.
    A fault is one line; BARRELEYE_TRACEBACK=1 shows where it lies.
    """
    try:
        with errors_in_one_line(), interruptible(), signals_interrupt():
            yield
    except typer.Exit:
        raise
    except Exception as error:
        if os.environ.get("BARRELEYE_TRACEBACK"):
            traceback.print_exc()
        said = catalogue("tutor_report")["report.fault"].filled(error=f"{type(error).__name__}: {error}"[:400])
        print(printable(said.said(spoken())), file=sys.stderr)
        raise typer.Exit(FAULT) from None


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP, unless they are ignored (nohup), raise KeyboardInterrupt with their number."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt(number)

    with ExitStack() as former:
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number and signal.getsignal(number) is signal.SIG_DFL:
                former.callback(signal.signal, number, signal.signal(number, interrupt))
        yield


def screen() -> Screen:
    """A Console that wraps; a character that the output's encoding lacks is shown as "?" and stops nothing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Screen(highlight=False, markup=False, emoji=False)
