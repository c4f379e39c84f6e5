"""The screen: one way to print, and the `App` that a command was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console

from bot.app import App
from bot.clock import HANOI
from knowledge.errors import KehoachError

_FILE_WIDTH = 160
"""Columns of a table that goes to a file or another program."""


def app_of(context: typer.Context) -> App:
    """The application that `bot.cli` put in the context."""
    app = context.obj
    if not isinstance(app, App):
        raise TypeError("the command was started without its application")
    return app


def console(file: TextIO | None = None, *, stderr: bool = False) -> Console:
    """A console that prints a plan's text as it is: no markup, no guessing of numbers and paths.

    Args:
        file: printed to in place of the screen.
    """
    out = Console(file=file, stderr=stderr, markup=False, highlight=False, emoji=False)
    if not out.is_terminal:
        out.width = _FILE_WIDTH
    return out


def note(out: Console, text: str) -> None:
    """Prints a line whole; a narrow screen wraps it, a file does not."""
    out.print(text, soft_wrap=True)


def day(moment: datetime) -> str:
    """A moment as people here write it: 20/11/2026 16:45."""
    return moment.astimezone(HANOI).strftime("%d/%m/%Y %H:%M")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Writes a file that the user named; a failure is told in one sentence.

    Raises:
        KehoachError: no such folder, no right, no room.
    """
    try:
        yield
    except OSError as error:
        raise KehoachError(f"Không ghi được tệp {path}.", str(error)) from error
