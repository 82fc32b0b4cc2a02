import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from barreleye.nn.structure import Network
from barreleye.training import numpy_engine, threads
from barreleye.training.loop import train
from barreleye.training.threads import blas_threads, processors, worthwhile


def blas() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _four_threads(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with threadpool_limits(4, user_api="blas"):
        yield


@pytest.mark.parametrize(
    ("n", "rows", "wanted"),
    [((30, 100, 1), 200, 1), ((12, 64, 32, 1), 512, 1), ((784, 512, 10), 128, 2), ((784, 512, 10), 10_000, 4)],
)
def test_another_thread_for_each_millisecond_that_a_product_takes(n, rows, wanted, monkeypatch):
    monkeypatch.setattr(threads, "processors", lambda: 4)
    assert worthwhile(Network(n), rows) == wanted


def test_the_number_is_lowered_and_comes_back_also_after_an_error():
    assert blas() == {4}
    with blas_threads(8):
        assert blas() == {4}
    with blas_threads(1), pytest.raises(ZeroDivisionError), blas_threads(2):
        raise ZeroDivisionError
    assert blas() == {4}


def test_of_two_that_overlap_the_smaller_holds_and_the_last_brings_the_number_back():
    first, second = blas_threads(3), blas_threads(1)
    first.__enter__()
    second.__enter__()
    assert blas() == {1}
    first.__exit__(None, None, None)
    assert blas() == {1}
    second.__exit__(None, None, None)
    assert blas() == {4}


def test_fits_in_many_threads_leave_the_number_as_it_was():
    X, Y = np.ones((8, 2)), np.zeros((8, 1))

    def fit():
        for _ in range(20):
            list(train(Network((2, 3, 1)), X, Y, steps=5, engine="numpy"))

    workers = [threading.Thread(target=fit) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert blas() == {4}


def test_a_small_network_is_trained_on_one_thread(monkeypatch):
    seen, real = [], numpy_engine.step

    def step(*arguments):
        seen.append(blas())
        return real(*arguments)

    monkeypatch.setattr(numpy_engine, "step", step)
    list(train(Network((2, 3, 1)), np.ones((8, 2)), np.zeros((8, 1)), steps=3, every=1, engine="numpy"))
    assert seen == [{1}] * 3
    assert blas() == {4}


FORK = """
import os, threading
import numpy
from threadpoolctl import threadpool_info, threadpool_limits
from barreleye.training.threads import blas_threads
threadpool_limits(4, user_api="blas")
inside = threading.Event()
def hold():
    with blas_threads(1):
        inside.set()
        threading.Event().wait()
threading.Thread(target=hold, daemon=True).start()
inside.wait()
child = os.fork()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
with blas_threads(2):
    pass
os._exit({pool["num_threads"] for pool in threadpool_info()} != {4})
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_while_another_thread_computes_has_the_usual_number():
    subprocess.run([sys.executable, "-c", FORK], check=True, timeout=60)


def test_affinity_environment_and_quota_count(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(12)), raising=False)
    assert processors(tmp_path) == 12
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert processors(tmp_path) == 12
    (tmp_path / "cpu.max").write_text("250000 100000\n")
    assert processors(tmp_path) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "2,1")
    assert processors(tmp_path) == 2
    (tmp_path / "cpu.max").write_text("5000 100000\n")
    assert processors(tmp_path) == 1


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted in /proc")
def test_xla_starts_no_more_threads_than_the_process_was_given():
    code = (
        "import os; from barreleye.training.xla_setup import find_devices; find_devices('cpu', 1);"
        "print(len(os.listdir('/proc/self/task')), os.environ.get('PJRT_NPROC'))"
    )

    def counted(given):
        environment = {**os.environ, "OMP_NUM_THREADS": given, "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("PJRT_NPROC", None)
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return run.stdout.split()

    one, two = counted("1"), counted("2")
    assert int(one[0]) < int(two[0]) or os.cpu_count() == 1
    assert one[1] == "None"  # nothing is left for child processes
