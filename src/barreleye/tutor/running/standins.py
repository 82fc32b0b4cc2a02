"""What stands in for the modules that a learner's file imports and that are not there, or would only draw pictures.

    the course's helper modules     planar_utils, dnn_utils, ...: served (see ``helpers``), unless the learner's folder
                                    has a file of that name; what a helper lacks is silent
    barreleye itself                silent: what is ready-made there is not the learner's
    plotting and displays           silent even where they are installed: it is quicker and needs no display
    any other missing module        silent, and said

A silent thing accepts everything, does nothing, and has no numbers: to compute with it raises TypeError.
"""

import dis
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from ...words import catalogue
from .answers import Note
from .neighbours import beside
from .observing import Numberless

SAID = catalogue("tutor_running")
COURSE = {
    "planar_utils": "planar_utils",
    "dnn_utils": "dnn_utils",
    "dnn_utils_v2": "dnn_utils",
    "dnn_utils_v3": "dnn_utils",
    "dnn_app_utils": "dnn_app_utils",
    "dnn_app_utils_v2": "dnn_app_utils",
    "dnn_app_utils_v3": "dnn_app_utils",
    "init_utils": "init_utils",
    "reg_utils": "reg_utils",
    "opt_utils": "opt_utils",
    "opt_utils_v1a": "opt_utils",
    "gc_utils": "gc_utils",
}
"""The course's helper modules, and the module of barreleye.course that each is."""

EXERCISES = ("testCase", "test_utils", "public_tests", "lr_utils", "outputs")
"""How the names of helper modules begin that only the course's authors have: tests, and pictures."""

SILENT = {
    *("matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh", "altair", "turtle", "tkinter", "Tkinter"),
    *("IPython", "ipywidgets", "cv2", "PIL", "imageio", "skimage", "graphviz", "pygame", "google"),
}


class Silent:
    """Accepts everything and does nothing. Its text is the way it was reached, such as matplotlib.pyplot.figure()."""

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    def __repr__(self) -> str:
        return f"<stand-in for {self._text}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):  # protocols such as copying and NumPy's: it has none
            raise AttributeError(name)
        return Silent(f"{self._text}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Another silent thing; a function alone comes back as it is, so that decorators do nothing."""
        if len(args) == 1 and not kwargs and isinstance(args[0], FunctionType):
            return args[0]
        return Silent(f"{self._text}()")

    def __iter__(self) -> Iterator[Any]:
        """As many silent things as are unpacked (fig, ax = plt.subplots()); none in a loop."""
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        wanted = code[at + 1] if code[at] in (dis.opmap["UNPACK_SEQUENCE"], dis.opmap["UNPACK_EX"]) else 0
        return iter([Silent(f"{self._text}[{i}]") for i in range(wanted)])

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise Numberless(self._text)

    def __getitem__(self, key: Any) -> Any:
        return Silent(f"{self._text}[...]")

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __bool__(self) -> bool:
        return False  # while camera.isOpened() ends

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return ()  # class Net(nn.Module) is a class without that base

    def _operated(self, *_: Any) -> Any:
        return Silent(f"({self._text} ...)")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _operated
    __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __neg__ = __mod__ = __floordiv__ = __or__ = __and__ = _operated

    def _compared(self, other: Any) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compared


class SilentModule(ModuleType):
    """A module, and a package, that has every name."""

    def __init__(self, name: str, **names: Any) -> None:
        super().__init__(name, f"A stand-in for {name}.")
        self.__path__: list[str] = []
        self.__all__: list[str] = [public for public in names if not public.startswith("_")]
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent(f"{self.__name__}.{name}")


def missing_in(value: Any) -> str:
    """What is missing where a name stands for this: a module, or a part of one; "" for pictures, tests, and all else.

    >>> missing_in(SilentModule("torch")), missing_in(Silent("matplotlib.pyplot")), missing_in(3)
    ('torch', '', '')
    """
    text = value.__name__ if isinstance(value, SilentModule) else str(value._text) if isinstance(value, Silent) else ""
    top = text.split(".")[0]
    helper = isinstance(value, SilentModule) and top in COURSE
    return "" if helper or top in SILENT or top.startswith((*EXERCISES, "tqdm")) else text


def pictures() -> tuple[np.ndarray, ...]:
    """``lr_utils.load_dataset()`` with noise for pictures: train X (209, 64, 64, 3), Y (1, 209), test, class names.

    >>> [array.shape for array in pictures()]
    [(209, 64, 64, 3), (1, 209), (50, 64, 64, 3), (1, 50), (2,)]
    """
    rng = np.random.default_rng(0)

    def some(m: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.integers(0, 256, (m, 64, 64, 3), np.uint8), rng.integers(0, 2, (1, m))

    return *some(209), *some(50), np.array([b"non-cat", b"cat"])


def passed_through(iterable: Any = None, *_: Any, **__: Any) -> Any:
    """``tqdm(iterable)``: the iterable itself, without a bar."""
    return Silent("tqdm") if iterable is None else iterable


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what the learner's own code imports; libraries find what they look for, or do not, as ever.

    folder       the learner's
    is_learners  whether a file of source is the learner's
    say          takes a Note the first time that a module is replaced
    helpers      the helper modules of the course that are served
    beyond       the learner's modules and packages in other folders, by name
    """

    def __init__(
        self,
        folder: Path,
        is_learners: Callable[[str], bool],
        say: Callable[[Note], None],
        helpers: Mapping[str, ModuleType],
        beyond: Mapping[str, Path] = {},
    ) -> None:
        self.folder, self.is_learners, self.say, self.helpers = folder, is_learners, say, helpers
        self.beyond = beyond
        self.guarded = False
        self.replaced: set[str] = set()

    def install(self) -> None:
        """Look before the other finders for what is replaced, and after them for what is missing."""
        sys.meta_path.insert(0, self)
        sys.meta_path.append(Missing(self))

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = name.split(".")[0]
        if name in self.beyond:
            return located(name, self.beyond[name])
        if top in self.replaced:
            return self.spec(name)
        known = top in COURSE or top in SILENT or top.startswith(EXERCISES) or top in ("tqdm", "barreleye")
        if not known or self.has(top) or not self.is_learners(_importer()):
            return None
        return self.spec(name)

    def has(self, top: str) -> bool:
        """Whether the learner's folder has a module of that name."""
        return top in self.beyond or beside(self.folder, top) is not None

    def spec(self, name: str) -> importlib.machinery.ModuleSpec:
        self.replaced.add(name.split(".")[0])
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        name = spec.name
        if name in self.helpers:
            served = SAID["load.served"].filled(name=name, home=f"barreleye.course.{COURSE[name]}")
            self.say(Note("served", "", served))
            return self.helpers[name]
        if "." not in name:
            self.say(Note("stand-in", "", SAID["load.stand_in"].filled(name=name)))
        if name.startswith("lr_utils"):
            return SilentModule(name, load_dataset=pictures)
        if name.split(".")[0] == "tqdm":
            return SilentModule(name, tqdm=passed_through, trange=range, tqdm_notebook=passed_through)
        return SilentModule(name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def located(name: str, place: Path) -> importlib.machinery.ModuleSpec | None:
    """Where a module is: in a file, or in a package with or without a page of its own."""
    page = place / "__init__.py" if place.is_dir() else place
    if not page.is_file():
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(place)]
        return spec
    return importlib.util.spec_from_file_location(
        name, page, submodule_search_locations=[str(place)] if place.is_dir() else None
    )


class Missing(importlib.abc.MetaPathFinder):
    """The last finder: a module that no other finds, and that the learner's code imports outside of a try."""

    def __init__(self, standins: StandIns) -> None:
        self.standins = standins

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if "." in name or self.standins.guarded or not self.standins.is_learners(_importer()):
            return None
        return self.standins.spec(name)


def _importer() -> str:
    """The file of the code that imports."""
    frame = sys._getframe(2)
    while frame.f_back and (frame.f_code.co_filename.startswith("<frozen importlib") or _of_importlib(frame.f_globals)):
        frame = frame.f_back
    return frame.f_code.co_filename


def _of_importlib(names: dict[str, Any]) -> bool:
    return names.get("__name__", "").split(".")[0] == "importlib"
