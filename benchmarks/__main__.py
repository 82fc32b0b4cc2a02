"""``python -m benchmarks [NAME ...]``: all but ``engines``, ``tables``, ``ablation`` and ``fuzz`` by default."""

import argparse
from collections.abc import Callable

from .ablation import ablation
from .busy import busy
from .engine_constants import engines
from .estimators import estimators
from .fuzz import fuzz
from .gpu import gpu
from .members import members
from .memory import memory
from .processes import processes
from .reading import reading
from .search import search
from .small_jobs import cold_command, one_row
from .streams import streams
from .studio import studio
from .table_peers import OURS, PEERS
from .tables import tables
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
    "gpu": gpu,
    "members": members,
    "memory": memory,
    "processes": processes,
    "reading": reading,
    "search": search,
    "studio": studio,
    "streams": streams,
    "tables": lambda: tables(None),
    "ablation": lambda: ablation(None),
    "engines": engines,
    "fuzz": fuzz,
}


def main() -> None:
    """Run the benchmarks that were named, or all that compare speeds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--folder", help="tables: a folder of CSV files, whose README.md or index.csv names targets")
    parser.add_argument("--only", nargs="+", default=(), metavar="TABLE", help="tables, fuzz: these alone")
    parser.add_argument("--rows", type=int, help="tables: at most so many rows; reading, streams: so many")
    parser.add_argument("--seeds", type=int, default=3, help="tables: splits and starts, 3 by default")
    parser.add_argument("--tiny", action="store_true", help="gpu: small networks, on whatever device there is")
    named = (
        f"tables: who stand beside {OURS}, of {', '.join(name for name in PEERS if name != OURS)}; all installed ones"
    )
    parser.add_argument("--peers", nargs="+", default=(), metavar="PEER", help=named)
    parser.add_argument("--minutes", type=float, help="fuzz: in all, 1 by default; studio: of memory, 10")
    parser.add_argument("--seed", type=int, default=0, help="fuzz: where the changes begin")
    given = parser.parse_args()
    BENCHMARKS["fuzz"] = lambda: fuzz(given.minutes or 1.0, tuple(given.only), given.seed)
    BENCHMARKS["reading"] = lambda: reading(given.rows or 1_000_000)
    BENCHMARKS["studio"] = lambda: studio(given.minutes or 10.0)
    BENCHMARKS["gpu"] = lambda: gpu(given.tiny)
    BENCHMARKS["streams"] = lambda: streams(given.rows or 500_000)
    BENCHMARKS["tables"] = lambda: tables(given.folder, given.only, given.rows, given.seeds, given.peers)
    BENCHMARKS["ablation"] = lambda: ablation(given.folder, given.only, given.rows, given.seeds)
    names = given.names or [name for name in BENCHMARKS if name not in ("engines", "tables", "ablation", "fuzz")]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"{unknown[0]!r} is no benchmark; choose from: {', '.join(BENCHMARKS)}")
    print(machine())
    for name in names:
        print(BENCHMARKS[name](), flush=True)


if __name__ == "__main__":
    main()
