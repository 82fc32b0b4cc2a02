"""The commands: a module for each, imported when it is asked for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..nn.validation import choose
from ..words import LANGUAGES, catalogue, listed
from .console import errors_in_one_line, say
from .endings import MISUSED
from .speech import speak, spoken

NAMES = ("train", "search", "predict", "report", "runs", "compare", "export", "check", "grade", "studio")
HELP = {"help_option_names": ["-h", "--help"]}


EXPECTED = {"integer": "valid integer", "number": "valid number", "least": r"greater than or equal to (\S+)"}
"""What the parser's message looks like, by the key of its words."""


@contextmanager
def misuse() -> Iterator[None]:
    """A mistyped command or option ends with MISUSED; the parser's own status for it, 2, is a verdict of ``check``."""
    try:
        yield
    except Exception as error:  # typer's home for usage errors has changed between its versions; their form has not
        if hasattr(error, "show") and getattr(error, "exit_code", None) == 2:
            error.exit_code = MISUSED  # type: ignore[attr-defined]
            if said := in_words(error):
                error.format_message = lambda: said  # type: ignore[attr-defined]
        raise


def in_words(error: Any) -> str:
    """What the parser complains of, in the language of this run; "" for what it says in its own way."""
    kind, option = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        return told(kind, name=error.option_name, near=near(error.possibilities))
    name = option.get_error_hint() if option is not None else getattr(error, "option_name", "")
    known = f"misuse.{kind}" in catalogue("help") and name
    return told(kind, name=str(name).strip("'"), message=expected(error.message)) if known else ""


def expected(message: str) -> str:
    """What the parser wanted in place of a value."""
    for key, pattern in EXPECTED.items():
        if found := re.search(pattern, message):
            return told(key, n="".join(found.groups()))
    return message


def told(kind: str, **values: Any) -> str:
    return catalogue("help")[f"misuse.{kind}"].filled(**values).said(spoken())


def near(names: Sequence[str] | None) -> str:
    return told("near", names=listed(sorted(names))) if names else ""


def filling() -> dict[str, str]:
    """The lists that stand in the help of options: what there is."""
    from ..data.builtin import DATASETS
    from ..data.encoders import KINDS
    from ..nn.activations import ACTIVATIONS
    from ..nn.optimizers import OPTIMIZERS
    from ..nn.schedules import SCHEDULES

    lists: dict[str, Iterable[str]] = {
        "datasets": DATASETS,
        "kinds": KINDS,
        "activations": ACTIVATIONS,
        "optimizers": OPTIMIZERS,
    }
    lists["schedules"] = SCHEDULES
    return {name: ", ".join(there) for name, there in lists.items()}


def helped(command: Any, name: str, ctx: Any) -> Any:
    """The command with the help that the catalogue has for it and for its options, in the language of this run."""
    texts = catalogue("help")
    about = texts[f"{name}.about"]
    command.help = (about.filled(**filling()) if "{" in about.en else about).said(spoken()).strip()
    usage, word = command.get_usage, texts["parser.Usage"]
    command.get_usage = lambda ctx: usage(ctx).replace(word.en, word.said(spoken()), 1)
    for option in [*command.params, command.get_help_option(ctx)]:
        text = texts.get(f"{name}.{option.name}") or texts[f"option.{option.name.lstrip('_')}"]
        option.help = (text.filled(**filling()) if "{" in text.en else text).said(spoken())
    return command


def with_values(args: Sequence[str], lone: Sequence[str]) -> list[str]:
    """The arguments with "" behind each of those options that stands alone: the parser knows no optional value.

    >>> with_values(["m", "--onnx", "--python", "m.py"], ["--onnx", "--python"])
    ['m', '--onnx', '', '--python', 'm.py']
    """
    alone = [one in lone and after.startswith("-") for one, after in zip(args, [*args[1:], "-"], strict=True)]
    return [part for one, is_alone in zip(args, alone, strict=True) for part in [one, *[""] * is_alone]]


class Commands(TyperGroup):
    """The commands, each made when it is asked for, whose usage errors end alike."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.commands = dict.fromkeys(NAMES)  # type: ignore[assignment]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in NAMES:
            return None
        module = import_module(f"{__package__}.{cmd_name}")
        function = getattr(module, cmd_name)
        if isinstance(function, typer.Typer):  # a command with commands of its own
            group = typer.main.get_group(function)
            group.name = cmd_name
            for own, inner in group.commands.items():
                helped(inner, f"{cmd_name}.{own}", ctx)
            return helped(group, cmd_name, ctx)
        alone = typer.Typer(add_completion=False, context_settings=HELP)
        alone.command(cmd_name)(function)
        made = helped(typer.main.get_command(alone), cmd_name, ctx)
        if lone := getattr(module, "MAY_STAND_ALONE", ()):
            parse = made.parse_args
            made.parse_args = lambda ctx, args: parse(ctx, with_values(args, lone))
        return made

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with errors_in_one_line():
            choose("--lang", speak(args) or LANGUAGES[0], {name: name for name in LANGUAGES})
        helped(self, "barreleye", ctx)
        with misuse():
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in NAMES and not args[0].startswith("-"):
            ctx.fail(told("NoSuchCommand", name=args[0], near=near(get_close_matches(args[0], NAMES))))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with misuse():
            return super().invoke(ctx)


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, context_settings=HELP)


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        say.print(f"barreleye {import_module('importlib.metadata').version('barreleye')}")
        raise typer.Exit


@app.callback()
def barreleye(
    _version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True)] = False,
    lang: str | None = None,  # as in every command: ``speech`` has read it before the command was known
) -> None:
    """The command alone: its help and its version."""
