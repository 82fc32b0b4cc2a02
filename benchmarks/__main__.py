"""``python -m benchmarks [NAME ...]``: all but ``engines`` by default."""

import argparse
from collections.abc import Callable

from .busy import busy
from .engine_constants import engines
from .estimators import estimators
from .members import members
from .memory import memory
from .small_jobs import cold_command, one_row
from .timing import machine
from .training_speed import cats, planar, wide

BENCHMARKS: dict[str, Callable[[], str]] = {
    "planar": planar,
    "cats": cats,
    "wide": wide,
    "one_row": one_row,
    "cold_command": cold_command,
    "estimators": estimators,
    "busy": busy,
    "members": members,
    "memory": memory,
    "engines": engines,
}


def main() -> None:
    """Run the benchmarks that were named, or all that compare speeds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or [name for name in BENCHMARKS if name != "engines"]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"{unknown[0]!r} is no benchmark; choose from: {', '.join(BENCHMARKS)}")
    print(machine())
    for name in names:
        print(BENCHMARKS[name](), flush=True)


if __name__ == "__main__":
    main()
