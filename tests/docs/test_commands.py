"""The page of commands names every command and every option."""

import re
from pathlib import Path

import click
import pytest

from yinfeng.cli.main import commands

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\S.*?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SHARED = SECTIONS["Ledgers and settings"]


def options(command: click.Command) -> set[str]:
    return {
        max(parameter.opts, key=len) for parameter in command.params if isinstance(parameter, click.Option)
    }


def test_every_command_has_a_section() -> None:
    assert set(commands.commands) - set(SECTIONS) == set()


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_option_is_named(name: str) -> None:
    named = set(re.findall(r"--[a-z][a-z-]+", SECTIONS[name] + SHARED))
    assert options(commands.commands[name]) - named == set()
