"""``barreleye export MODEL``: a model for other programs; the work is done in ``models``."""

from pathlib import Path

from .console import errors_in_one_line, output, say
from .speech import words


def export(model: Path, out: Path | None = None, lang: str | None = None) -> None:
    """Write the model MODEL as an ONNX graph, which answers from columns as they come, without Barreleye or Python."""
    with errors_in_one_line():
        from ..models.model import load
        from ..models.onnx import save_onnx

        beside = model / "model.onnx" if model.is_dir() else model.with_suffix(".onnx")
        file = output("--out", out or beside, ".onnx")
        save_onnx(load(model), file)
        say.print(words("export.made", file=file))
