"""The studio's page in a real browser: frames a second, steps a second, first paint, memory over minutes, its size."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

from .timing import optional

LAYERS = [16, 16]
"""2 - 16 - 16 - 1 on the flower's 400 points."""
ROUNDS, SECONDS = 5, 3.0
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def studio(minutes: float = 10.0) -> str:
    """Each figure beside what is asked of it."""
    size = sum(len(one.read_bytes()) for one in files("barreleye.studio").joinpath("page").iterdir()) / 1024
    lines = ["### The studio", "", "| | measured | asked |", "|---|---:|---:|"]
    lines += [f"| size of the page | {size:.0f} KiB | 150 |"]
    driver = optional("playwright")
    if driver is None:
        return "\n".join([*lines, "", "No browser: pip install playwright, and Chromium.", ""])
    with_page, without, frames, paints = [], [], [], []
    address, process = opened()
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            for _ in range(ROUNDS):
                without.append(steps_without(address))
                page = browser.new_page(viewport={"width": 1280, "height": 1000})
                begun = time.perf_counter()
                page.goto(address)
                page.wait_for_selector("#where span")
                paints.append(time.perf_counter() - begun)
                frame_rate, step_rate = rates(page)
                frames.append(frame_rate)
                with_page.append(step_rate)
                page.close()
            lines += [told("first paint, s", paints, "1"), told("frames a second", frames, "15")]
            shares = [a / b for a, b in zip(with_page, without, strict=True)]
            lines += [told("steps a second, page open", with_page, ""), told("the same, no page", without, "")]
            lines += [told("page open / no page", shares, "0.8")]
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.goto(address)
            page.wait_for_selector("#where span")
            ask(page, {"do": "play"})
            page.wait_for_timeout(5000)
            before, until = resident(process.pid), time.monotonic() + 60 * minutes
            while time.monotonic() < until:
                page.wait_for_timeout(1000)
            after = resident(process.pid)
            lines += [f"| memory of both processes after {minutes:g} minutes | {before} -> {after} MiB | flat |"]
            browser.close()
    finally:
        process.kill()
        process.communicate()
    return "\n".join(lines) + "\n"


def opened() -> tuple[str, "subprocess.Popen[str]"]:
    """A studio in a process of its own, and its address."""
    command = [sys.executable, "-m", "barreleye.cli", "studio", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return next(word for word in process.stdout.readline().split() if word.startswith("http")), process


def told(name: str, values: list[float], asked: str) -> str:
    low, high = min(values), max(values)
    return f"| {name} | {statistics.median(values):.3g} ({low:.3g} - {high:.3g}) | {asked} |"


def ask(page: Any, command: dict[str, Any]) -> None:
    page.evaluate("command => window.studio.ask(command)", command)


def rates(page: Any) -> tuple[float, float]:
    """Frames shown and steps made in a second, as fast as they go."""
    ask(page, {"do": "set", "data": {"name": "flower"}, "settings": {"layers": LAYERS}})
    ask(page, {"do": "pace", "steps": None})
    page.evaluate(
        "() => { window.shown = 0; const [first] = window.studio.panels;"
        " const show = first.show; first.show = (frame) => { window.shown += 1; show(frame); }; }"
    )
    ask(page, {"do": "play"})
    page.wait_for_timeout(1000)

    def now() -> tuple[int, int, float]:
        shown, step = page.evaluate("[window.shown, window.studio.frame.sides[0].step]")
        return shown, step, time.perf_counter()

    first = now()
    page.wait_for_timeout(1000 * SECONDS)
    last = now()
    ask(page, {"do": "pause"})
    seconds = last[2] - first[2]
    return (last[0] - first[0]) / seconds, (last[1] - first[1]) / seconds


def steps_without(address: str) -> float:
    """Steps made in a second while no page shows them: asked through a socket that takes no frames."""
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    async def run() -> float:
        import json

        origin = "/".join(address.split("/")[:3])
        request = HTTPRequest(address.replace("http", "ws", 1) + "socket", headers={"Origin": origin})
        page = await websocket_connect(request)

        async def do(number: int, command: Any) -> Any:
            await page.write_message(json.dumps({"number": number, "command": command}))
            while isinstance(message := await page.read_message(), bytes):
                pass
            return json.loads(message or "{}")

        async def step() -> int:
            await page.write_message(json.dumps({"number": 0, "command": "shown"}))
            while not isinstance(message := await page.read_message(), bytes):
                pass
            header = json.loads(message[8 : 8 + int.from_bytes(message[:8], "little")])
            return int(json.loads(header["__metadata__"]["facts"])["sides"][0]["step"])

        await do(1, {"do": "set", "data": {"name": "flower"}, "settings": {"layers": LAYERS}})
        await do(2, {"do": "pace", "steps": None})
        await do(3, {"do": "play"})
        begun = time.perf_counter()
        await asyncio.sleep(SECONDS)
        await do(4, {"do": "pause"})
        seconds = time.perf_counter() - begun
        made = await step()
        page.close()
        return made / seconds

    with ThreadPoolExecutor(1) as other:  # the browser's driver has a loop in this thread
        return other.submit(asyncio.run, run()).result()


def resident(pid: int) -> int:
    """MiB of the process and its child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (pid, *children))
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def chromium() -> str | None:
    """The browser of this machine; None: Playwright's own."""
    import shutil

    return next(filter(None, map(shutil.which, CHROMIUM)), None)
