"""The modules that a file imports from the folders above its own: packages that are run from their parent's folder."""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

MOST_FOLDERS, MOST_FILES = 3, 50
"""How many folders above the file's own are looked in, and how many files of a package for what they import in turn."""
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import|import[ \t]+()([\w., \t]+))", re.MULTILINE)


def neighbours(texts: Iterable[str], folder: Path) -> dict[str, Path]:
    """By its name, each module or package outside the folder that the texts import and that nothing installed is.

    A package that is the file's own folder, or one around it, is among them where it is imported by its name.
    """
    found: dict[str, Path] = {}
    waiting, asked = list(texts), set[str]()
    while waiting:
        for name in imports(waiting.pop()) - asked:
            asked.add(name)
            place = None if beside(folder, name) or installed(name) else above(folder, name)
            if place is not None:
                found[name] = place
                files = sorted(place.rglob("*.py"))[:MOST_FILES] if place.is_dir() else [place]
                waiting += [file.read_text("utf-8", "replace") for file in files]
    return found


def imports(text: str) -> set[str]:
    """The first names of what is imported, not those relative to a package.

    >>> sorted(imports("import a.b, c as d\\nfrom e.f import g\\nfrom .h import i"))
    ['a', 'c', 'e']
    """
    return {
        part.strip().split(" ")[0].split(".")[0]
        for dots, one, _, many in IMPORT.findall(text)
        if not dots
        for part in (one or many).split(",")
    } - {""}


def around(texts: Iterable[str], folder: Path) -> tuple[str, dict[str, Path]]:
    """The package that a file must be in for its relative imports, "" where it has none, and where its folders are.

    >>> around(["from ..b import c"], Path("/homework/net/layers"))
    ('net.layers', {'net': PosixPath('/homework/net')})
    """
    levels = max((len(dots) for text in texts for dots, *_ in IMPORT.findall(text)), default=0)
    names = folder.parts[len(folder.parts) - levels :] if levels < len(folder.parts) else ()
    return ".".join(names), {names[0]: Path(*folder.parts[: len(folder.parts) - levels + 1])} if names else {}


def beside(folder: Path, name: str) -> Path | None:
    """A module of this name in a folder, or a package."""
    return next(_modules(folder, name), None)


def _modules(folder: Path, name: str) -> Iterator[Path]:
    file, package = folder / f"{name}.py", folder / name
    if file.is_file():
        yield file
    if package.is_dir() and any(package.glob("*.py")):
        yield package


def above(folder: Path, name: str) -> Path | None:
    """A module of this name in the folders above, which stop before the home directory and the root."""
    for parent in list(folder.parents)[:MOST_FOLDERS]:
        if parent in (Path.home(), Path(parent.anchor)):
            return None
        try:
            if (place := beside(parent, name)) is not None:
                return place
        except OSError:  # a folder that may not be looked into
            return None
    return None


def installed(name: str) -> bool:
    """Whether Python finds a module of this name."""
    try:
        return name in sys.modules or find_spec(name) is not None
    except (ImportError, ValueError):
        return False
