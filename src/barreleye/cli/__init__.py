"""The command line: ``barreleye train``, ``check`` and ``grade``, a module for each."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from . import check, grade, train
from .console import say
from .verdicts import VerdictCommand

app = typer.Typer(
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
    """Fully connected neural networks that you can see through."""


def flowing(command: Callable[..., None]) -> str:
    """A command's docstring for a screen of any width: each paragraph is one line, and examples stay as they are."""
    paragraphs = (command.__doc__ or "").split("\n\n")
    lines = (paragraph.removeprefix("    ") if k else paragraph for k, paragraph in enumerate(paragraphs))
    return "\n\n".join(line if line.startswith(" ") else " ".join(line.split()) for line in lines)


app.command(help=flowing(train.train))(train.train)
app.command(cls=VerdictCommand, help=flowing(check.check))(check.check)
app.command(cls=VerdictCommand, help=flowing(grade.grade))(grade.grade)


def main() -> None:
    """The entry point of the ``barreleye`` command."""
    app()
