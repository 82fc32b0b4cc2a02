"""The floor plan of the house: who may import whom, read from the source itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import barreleye

SOURCE = Path(barreleye.__file__).parent

# Each part may import itself and those before it.
ORDER = (
    *("words", "nn", "files", "training", "data", "models", "estimators", "search"),
    *("insight", "course", "tutor", "studio", "cli", "__main__"),
)

# Heavy libraries and the only places that may import them: everywhere in them, or inside their functions alone.
AT_HOME = {"jax": ["training/xla_"], "matplotlib": ["insight/"]}
IN_FUNCTIONS = {"jax": ["nn/arrays.py"], "matplotlib": []}

DIFFERENTIATION = {"grad", "value_and_grad", "vjp", "jvp", "jacfwd", "jacrev", "jacobian", "hessian", "linearize"}


class Import(NamedTuple):
    module: str
    line: int
    in_function: bool


def imports(path: Path, root: Path) -> Iterator[Import]:
    """Every module that the file at path imports, relative names resolved against the package at root."""
    parts = (root.name, *path.relative_to(root).with_suffix("").parts)
    package = parts[:-1]  # of a module and of an __init__ alike

    def walk(node: ast.AST, in_function: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, child.lineno, inside)
            elif isinstance(child, ast.ImportFrom):
                base = [*package[: len(package) + 1 - child.level]] if child.level else []
                base += child.module.split(".") if child.module else []
                for alias in child.names:
                    yield Import(".".join([*base, alias.name]), child.lineno, inside)
            elif isinstance(child, ast.Call) and child.args and isinstance(child.args[0], ast.Constant):
                called = child.func.attr if isinstance(child.func, ast.Attribute) else getattr(child.func, "id", "")
                if called in ("import_module", "__import__"):
                    yield Import(str(child.args[0].value), child.lineno, inside)
            yield from walk(child, inside)

    return walk(parsed(path), False)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), path


def upward_imports(root: Path) -> list[str]:
    """The imports that go against ORDER. The package's own __init__ is the front door and may name every part."""
    found = []
    for where, path in modules(root):
        part = where.split("/")[0].removesuffix(".py")
        if part == "__init__":
            continue
        if part not in ORDER:
            found.append(f"{where}: {part} has no place in ORDER")
            continue
        for module, line, _ in imports(path, root):
            names = module.split(".")
            if names[0] == root.name:
                wanted = names[1] if len(names) > 1 else "the package itself"
                if wanted not in ORDER[: ORDER.index(part) + 1]:
                    found.append(f"{where}:{line}: {part} imports {wanted}")
    return found


def graph(root: Path, rooms: str = "") -> dict[str, set[str]]:
    """What each module imports of its own house; or each room of the part ``rooms`` of the others in it."""
    names = {
        where.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for where, path in modules(root)
    }
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        own = found.setdefault(name, set())
        for module, *_ in imports(path, root):
            wanted = module.removeprefix(f"{root.name}.") if module.startswith(f"{root.name}.") else ""
            while wanted and wanted not in names:
                wanted = wanted.rpartition(".")[0]
            own |= {wanted} - {name, ""}
    if not rooms:
        return found
    inner: dict[str, set[str]] = {}
    for name, wanted in found.items():
        if name.startswith(f"{rooms}."):
            room = ".".join(name.split(".")[:2])
            others = {".".join(one.split(".")[:2]) for one in wanted if one.startswith(f"{rooms}.")}
            inner[room] = inner.get(room, set()) | others - {room}
    return inner


def circles(imported: dict[str, set[str]]) -> list[list[str]]:
    """The groups of more than one whose members all import each other, by whatever way round."""

    def reached(start: str) -> set[str]:
        found, waiting = set[str](), [start]
        while waiting:
            fresh = imported.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        return found

    reach = {name: reached(name) for name in imported}
    groups = {frozenset(other for other in reach[name] if name in reach.get(other, ())) for name in imported}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def strays(root: Path) -> list[str]:
    """The imports of heavy libraries outside their homes."""
    found = []
    for where, path in modules(root):
        for module, line, in_function in imports(path, root):
            library = module.split(".")[0]
            if library in AT_HOME:
                homes = AT_HOME[library] + (IN_FUNCTIONS[library] if in_function else [])
                if not where.startswith(tuple(homes)):
                    found.append(f"{where}:{line}: {module}")
    return found


def automatic_differentiation(root: Path) -> list[str]:
    """The uses of a library that differentiates: any name of DIFFERENTIATION taken from an import."""
    found = []
    for where, path in modules(root):
        for module, line, _ in imports(path, root):
            if module.split(".")[0] in ("torch", "autograd", "tensorflow") or module.split(".")[-1] in DIFFERENTIATION:
                found.append(f"{where}:{line}: {module}")
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and node.attr in DIFFERENTIATION:
                found.append(f"{where}:{node.lineno}: .{node.attr}")
    return found


def test_every_part_imports_only_itself_and_those_before_it():
    assert upward_imports(SOURCE) == []


def test_no_module_imports_itself_by_way_of_others():
    assert circles(graph(SOURCE)) == []


def test_the_rooms_inside_the_tutor_know_each_other_one_way():
    assert circles(graph(SOURCE, "tutor")) == []


def test_jax_and_matplotlib_are_imported_at_home_only():
    assert strays(SOURCE) == []


def test_no_derivative_is_taken_automatically():
    assert automatic_differentiation(SOURCE) == []


@pytest.mark.parametrize("module", ["", ".nn.network", ".nn.gradient_check", ".nn.optimizers", ".nn.schedules"])
def test_importing_loads_no_heavy_library(module):
    heavy = ["jax", "matplotlib", "sklearn", "scipy", "pandas", "torch"]
    report = f"import sys, barreleye{module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_had():
    for name in barreleye.__all__:
        assert getattr(barreleye, name) is not None
    assert dir(barreleye) == sorted(barreleye.__all__)
    with pytest.raises(AttributeError, match="module 'barreleye' has no attribute 'Netwrok'"):
        barreleye.Netwrok  # noqa: B018


# The checks themselves, on a house with one thing out of place


@pytest.fixture
def house(tmp_path):
    """A function that writes {path: text} as a package with a few well-behaved modules, and returns its root."""
    root = tmp_path / "house"

    def build(**files):
        right = {
            "__init__.py": "from .cli import main",
            "nn/__init__.py": "",
            "nn/arrays.py": "import numpy as np\ndef erfc(x):\n    from jax.scipy.special import erfc\n",
            "training/xla_engine.py": "import jax\nfrom ..nn import arrays\nfrom ..nn.arrays import erfc\n",
            "insight/plots.py": "import matplotlib.pyplot\nfrom ..training import xla_engine\n",
            "cli.py": "from . import nn\nfrom .insight.plots import x\nimport house.training.xla_engine\n",
        }
        for name, text in (right | files).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return build


def test_a_house_in_order_passes(house):
    root = house()
    assert upward_imports(root) == strays(root) == automatic_differentiation(root) == []


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        ("nn/network.py", "from ..training.xla_engine import step", "nn/network.py:1: nn imports training"),
        ("nn/network.py", "from .. import training", "nn/network.py:1: nn imports training"),
        ("nn/network.py", "import house.files", "nn/network.py:1: nn imports files"),
        ("nn/network.py", "import house", "nn/network.py:1: nn imports the package itself"),
        ("nn/network.py", "def f():\n    from ..cli import main", "nn/network.py:2: nn imports cli"),
        ("nn/network.py", "import importlib\nimportlib.import_module('house.cli')", "nn/network.py:2: nn imports cli"),
        ("files/reader.py", "if True:\n    from ..training import x", "files/reader.py:2: files imports training"),
        ("nn/__init__.py", "from ..files import x", "nn/__init__.py:1: nn imports files"),
        ("data/read.py", "from ..models import x", "data/read.py:1: data imports models"),
        ("insight/report.py", "from ..cli import main", "insight/report.py:1: insight imports cli"),
        ("shed/tool.py", "", "shed/tool.py: shed has no place in ORDER"),
    ],
)
def test_an_import_against_the_order_is_found(where, text, found, house):
    assert upward_imports(house(**{where: text})) == [found]


@pytest.mark.parametrize(
    ("files", "modules", "rooms"),
    [
        ({"nn/a.py": "from .b import x", "nn/b.py": "def f():\n    from . import a"}, [["nn.a", "nn.b"]], []),
        ({"nn/__init__.py": "from .a import x", "nn/a.py": "from . import y"}, [["nn", "nn.a"]], []),
        (
            {
                "tutor/a/x.py": "from ..b import y",
                "tutor/b/y.py": "from ..c import z",
                "tutor/c.py": "from .a import w",
            },
            [],
            [["tutor.a", "tutor.b", "tutor.c"]],
        ),
    ],
)
def test_a_circle_is_found(files, modules, rooms, house):
    names = {f"{folder}/__init__.py": "" for folder in ("tutor", "tutor/a", "tutor/b")}
    root = house(**names, **files)
    assert circles(graph(root)) == modules
    assert circles(graph(root, "tutor")) == rooms


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("nn/network.py", "import jax"),
        ("nn/network.py", "def f():\n    import jax.numpy as jnp"),
        ("nn/arrays.py", "from jax.scipy.special import erfc"),
        ("training/step.py", "from jax import numpy"),
        ("training/step.py", "__import__('jax')"),
        ("training/step.py", "import matplotlib.pyplot as plt"),
        ("cli.py", "def f():\n    from matplotlib import pyplot"),
    ],
)
def test_a_heavy_library_away_from_home_is_found(where, text, house):
    assert [line.split(":")[0] for line in strays(house(**{where: text}))] == [where]


@pytest.mark.parametrize(
    "text",
    [
        "import jax\nstep = jax.grad(cost)",
        "from jax import value_and_grad",
        "import jax as j\ndef f(x):\n    return j.vjp(f, x)",
        "import jax\njax.jvp(f, (x,), (v,))",
        "import torch",
    ],
)
def test_automatic_differentiation_is_found(text, house):
    assert automatic_differentiation(house(**{"training/xla_engine.py": text}))
