"""``barreleye export MODEL``: a model for other programs; the work is done in ``models``."""

from pathlib import Path
from typing import Annotated

import typer

from .console import errors_in_one_line, output, say


def export(
    model: Annotated[Path, typer.Argument(help="A model file, or the folder that barreleye train left.")],
    out: Annotated[Path | None, typer.Option(help="The file to write, .onnx; beside the model by default.")] = None,
) -> None:
    """Write the model MODEL as an ONNX graph, which answers from columns as they come, without Barreleye or Python.

    Each column is an input (N, 1) by its name: numbers as float64 (NaN: missing), dates as days since 1970, everything
    else as texts ("": missing). Classes come out as "label" and "probabilities", numbers as "variable", as sklearn-onnx
    has them. It needs: pip install 'barreleye[onnx]'

    Exit status: 0 done, 3 MODEL or an option cannot be used.
    """
    with errors_in_one_line():
        from ..models.model import load
        from ..models.onnx import save_onnx

        beside = model / "model.onnx" if model.is_dir() else model.with_suffix(".onnx")
        file = output("--out", out or beside, ".onnx")
        save_onnx(load(model), file)
        say.print(f"the graph is in {file}")
