"""Three lessons on the studio's page, and their pictures: XOR is learnt, zeros never learn, ReLUs die.

    python docs/studio_pictures.py docs        # needs playwright and Chromium; writes studio-xor.png and five more

Each lesson is a state that the page's address can hold: data, settings, a step, and what is looked into.
"""

import shutil
import sys
from pathlib import Path

from barreleye.studio import studio

XOR = {"name": "xor", "options": {"m": 200, "noise": 0.15}}
LESSONS = {
    "xor": {"setup": {"data": XOR, "settings": {"layers": [4]}}, "step": 300, "looked": {"sample": 3}},
    "zeros": {"setup": {"data": XOR, "settings": {"layers": [4], "initializer": "zeros"}}, "step": 300},
    "relu": {
        "setup": {
            "data": {"name": "circles"},
            "settings": {"layers": [8], "activation": "relu", "optimizer": "gd", "rate": 9.0},
        },
        "step": 60,
    },
}
"""Which state of the page each lesson opens."""


def main(folder: Path) -> None:
    """Write a picture of each lesson in each language."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with studio() as opened, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(opened.address)
        page.wait_for_selector("#where span")
        for name, state in LESSONS.items():
            page.evaluate("command => window.studio.ask(command)", {"do": "open", **state})
            for lang in ("en", "zh"):
                page.evaluate(f"window.studio.speak('{lang}')")
                page.wait_for_timeout(1500)
                page.screenshot(path=folder / f"studio-{name}{'-zh' * (lang == 'zh')}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
