"""``barreleye export MODEL``: a model for other programs; the work is done in ``models``."""

from pathlib import Path

from .console import errors_in_one_line, output, say
from .speech import spoken, words

MAY_STAND_ALONE = ("--onnx", "--python", "--torch")
"""Options that need no value after them: the file is beside the model then."""


def export(
    model: Path, onnx: str | None = None, python: str | None = None, torch: str | None = None, lang: str | None = None
) -> None:
    """Write the model MODEL in one form or several that answer from columns as they come, without Barreleye."""
    with errors_in_one_line():
        from ..models.model import load
        from ..models.onnx import save_onnx
        from ..models.program import save_python, save_torch

        beside = model / "model" if model.is_dir() else model.with_suffix("")
        forms = {
            "onnx": (onnx, ".onnx", ".onnx", save_onnx),
            "python": (python, ".py", ".py", save_python),
            "torch": (torch, "_torch.py", ".py", save_torch),
        }
        asked = {form: how for form, how in forms.items() if how[0] is not None}
        if not asked:
            raise ValueError(words("export.which"))
        files = {
            form: output(f"--{form}", Path(file or f"{beside}{ending}"), suffix)
            for form, (file, ending, suffix, _) in asked.items()
        }
        if len({file.resolve() for file in files.values()}) < len(files):
            raise ValueError(words("export.same", file=", ".join(map(repr, map(str, files.values())))))
        loaded = load(model)
        for form, (*_, save) in asked.items():
            save(loaded, files[form], spoken())
            say.print(words(f"export.{form}", file=files[form]))
