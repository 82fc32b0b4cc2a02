"""``barreleye studio``: what it refuses; the page itself is tested with the studio."""

import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nofile.csv"], "data='nofile.csv' is unknown"),
        (["flour"], "did you mean 'flower'"),
        (["--model", "nothing"], "nothing"),
        (["--port", "70000"], "--port"),
    ],
)
def test_what_cannot_be_opened_is_an_error_in_a_line(arguments, said):
    ended = CliRunner().invoke(app, ["studio", "--no-browser", *arguments], env={"COLUMNS": "200"})
    assert ended.exit_code == 3
    assert said in ended.output
