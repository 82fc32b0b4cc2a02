"""Where processes run that train together."""

from collections.abc import Sequence

from ..nn.validation import count
from ..words import catalogue

SAY = catalogue("training")

HERE = "localhost"
"""This machine, where a process needs no ssh."""


def hosts_of(processes: int | Sequence[str], device: str = "auto") -> tuple[str, ...]:
    """The host of each process, this machine for those of a number; none for 1, the process that asks.

    Raises TypeError or ValueError for what is neither, and for several processes that would share GPUs.

    >>> hosts_of(2), hosts_of(1), hosts_of(["red", "blue"])
    (('localhost', 'localhost'), (), ('red', 'blue'))
    """
    if isinstance(processes, str):
        raise TypeError(SAY["error.processes"].filled(processes=processes))
    if not isinstance(processes, Sequence):
        n = count("processes", processes)
        hosts = (HERE,) * n if n > 1 else ()
    else:
        hosts = tuple(processes)
        if not hosts or not all(isinstance(host, str) and host.strip() for host in hosts):
            raise ValueError(SAY["error.hosts"].filled(processes=processes))
    if device not in ("auto", "cpu") and len(set(hosts)) < len(hosts):
        raise ValueError(SAY["error.one_per_host"].filled(processes=processes, device=device))
    return hosts
