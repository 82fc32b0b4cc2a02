"""The commands: a module for each, imported when it is asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .console import say
from .endings import MISUSED

NAMES = ("train", "search", "predict", "report", "runs", "compare", "export", "check", "grade")
HELP = {"help_option_names": ["-h", "--help"]}


@contextmanager
def misuse() -> Iterator[None]:
    """A mistyped command or option ends with MISUSED; the parser's own status for it, 2, is a verdict of ``check``."""
    try:
        yield
    except Exception as error:  # typer's home for usage errors has changed between its versions; their form has not
        if hasattr(error, "show") and getattr(error, "exit_code", None) == 2:
            error.exit_code = MISUSED  # type: ignore[attr-defined]
        raise


def flowing(command: Callable[..., None]) -> str:
    """A command's docstring for a screen of any width: each paragraph is one line, and examples stay as they are."""
    paragraphs = (command.__doc__ or "").split("\n\n")
    lines = (paragraph.removeprefix("    ") if k else paragraph for k, paragraph in enumerate(paragraphs))
    return "\n\n".join(line if line.startswith(" ") else " ".join(line.split()) for line in lines)


class Commands(TyperGroup):
    """The commands, each made when it is asked for, whose usage errors end alike."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.commands = dict.fromkeys(NAMES)  # type: ignore[assignment]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in NAMES:
            return None
        function = getattr(import_module(f"{__package__}.{cmd_name}"), cmd_name)
        if isinstance(function, typer.Typer):  # a command with commands of its own
            group = typer.main.get_group(function)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False, context_settings=HELP)
        alone.command(cmd_name, help=flowing(function))(function)
        return typer.main.get_command(alone)

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
    context_settings=HELP,
)


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        say.print(f"barreleye {import_module('importlib.metadata').version('barreleye')}")
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
