"""``barreleye train``, ``predict``, ``check`` and ``grade``, a module for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from . import check, grade, predict, train
from .console import say
from .endings import MISUSED


@contextmanager
def misuse() -> Iterator[None]:
    """A mistyped command or option ends with MISUSED; the parser's own status for it, 2, is a verdict of ``check``."""
    try:
        yield
    except Exception as error:  # typer's home for usage errors has changed between its versions; their form has not
        if hasattr(error, "show") and getattr(error, "exit_code", None) == 2:
            error.exit_code = MISUSED  # type: ignore[attr-defined]
        raise


class Commands(TyperGroup):
    """The commands, whose usage errors end alike."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with misuse():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with misuse():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    help="Fully connected neural networks that you can see through.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        say.print(f"barreleye {version('barreleye')}")
        raise typer.Exit


@app.callback()
def barreleye(
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Fully connected neural networks that you can see through.

    Exit status, in every command: 0 done, 1 and 2 what it found (see its help), 3 a file or an option cannot be used,
    4 the program itself is at fault, 130 ended by Ctrl-C.
    """


def flowing(command: Callable[..., None]) -> str:
    """A command's docstring for a screen of any width: each paragraph is one line, and examples stay as they are."""
    paragraphs = (command.__doc__ or "").split("\n\n")
    lines = (paragraph.removeprefix("    ") if k else paragraph for k, paragraph in enumerate(paragraphs))
    return "\n\n".join(line if line.startswith(" ") else " ".join(line.split()) for line in lines)


for command in (train.train, predict.predict, check.check, grade.grade):
    app.command(help=flowing(command))(command)
