"""A browser to look at pages with, installed where it is missing and may be."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def found():
    return next(filter(None, map(shutil.which, NAMES)), None)


def installed():
    """The path of Chromium, from Debian's packages if need be: root alone may fetch them, one process at a time."""
    if found() or not shutil.which("apt-get") or os.geteuid() != 0:
        return found()
    import fcntl  # which Windows lacks

    with Path(tempfile.gettempdir(), "barreleye-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            if not found():
                subprocess.run(["apt-get", "-q", *step], capture_output=True, check=False, timeout=600)
    return found()


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window, with a profile of its own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives a browser, is missing")
    path = installed()
    if path is None:
        pytest.skip("there is no Chromium to open pages with: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=path, args=[*QUIET, "--disable-sync", "--no-first-run"])
        except playwright.Error as error:
            pytest.skip(f"{path} does not start: {error.message.splitlines()[0]}")
        yield opened
        opened.close()
