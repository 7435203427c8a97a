"""The language of what the command line says: Chinese unless asked otherwise."""

from collections.abc import Callable
from typing import Any

import click


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--lang zh|en`` as its argument ``lang``."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="zh",
        envvar="YINFENG_LANG",
        help="输出语言 · language of the output",
    )(command)
