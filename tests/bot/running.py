"""Runs the command: `kehoach` as a process of its own, `call` inside the test with a clock that stands still."""

from __future__ import annotations

import logging
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bot.cli import make_cli
from bot.clock import HANOI
from bot.settings import Settings
from knowledge.errors import KehoachError
from knowledge.store import database
from knowledge.store.database import open_unchanged
from tests.databases import settings_of

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
PROMPT = "Anh/chị: ".encode()
_UNSET = ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES", "NO_COLOR")
_ON_TERMINAL = """
import os, runpy
os.open(os.ttyname(0), os.O_RDWR)
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
"""Runs the command after making its terminal the one that Ctrl-C comes from."""


@dataclass(frozen=True)
class Run:
    """How the command ended and what it said."""

    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a process of the command is given: the data folder, and no setting of the person who tests."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith("KEHOACH_") and k not in _UNSET}
    return {
        **kept,
        "KEHOACH_HOME": str(home),
        **settings_of(home),
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        **more,
    }


def settings(home: Path, **given: Any) -> Settings:
    """Settings as a process of the command finds them, for an app that starts one."""
    return Settings(home=home, database_url=database.database_url(home), **given)


def kehoach(home: Path, *args: str | Path, stdin: str = "", env: Mapping[str, str] | None = None) -> Run:
    """Run the real command in the folder beside `home`."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, args)],
        input=stdin.encode(),
        capture_output=True,
        cwd=home.parent,
        env=environment(home, **(env or {})),
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def on_terminal(home: Path, *args: str | Path, typed: str = "", ending: str = "") -> Run:
    """Run the real command on a terminal; all that the screen shows is `out`.

    Args:
        typed: what is typed at the first prompt, a line.
        ending: what is typed at the second one.
    """
    leader, follower = pty.openpty()
    arguments = [sys.executable, "-c", _ON_TERMINAL, *map(str, args)]
    environ = environment(home, TERM="xterm")
    shown = b""
    waiting = [typed, ending] if ending else []
    with subprocess.Popen(
        arguments,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=home.parent,
        env=environ,
        start_new_session=True,
    ) as child:
        os.close(follower)
        while piece := _read(leader):
            shown += piece
            if waiting and shown.endswith(PROMPT):
                os.write(leader, waiting.pop(0).encode())
    os.close(leader)
    return Run(child.returncode, shown.decode().replace("\r\n", "\n"), "")


def _read(leader: int) -> bytes:
    """What a terminal shows next; nothing when the last program on it has gone."""
    try:
        return os.read(leader, 65_536)
    except OSError:
        return b""


def call(
    home: Path, *args: str | Path, stdin: str = "", now: datetime = NOW, env: Mapping[str, str] | None = None
) -> Run:
    """The same inside this process, at the moment `now`; a defect comes out as its exception."""
    root = logging.getLogger()
    before = root.handlers, root.level
    try:
        done = CliRunner().invoke(
            make_cli(lambda: now),
            [str(arg) for arg in args],
            input=stdin,
            env={**_no_settings(), "KEHOACH_HOME": str(home), **settings_of(home), **(env or {})},
        )
    finally:
        for handler in root.handlers:
            if handler not in before[0]:
                handler.close()
        root.handlers, root.level = before
    if isinstance(done.exception, KehoachError):
        return Run(1, done.stdout, f"{done.stderr}{done.exception.sentence}\n")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Run(done.exit_code, done.stdout, done.stderr)


def _no_settings() -> dict[str, None]:
    """What takes the settings of the person who tests out of the environment."""
    return {name: None for name in os.environ if name.upper().startswith("KEHOACH_")}


def dump(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, the keyword index's own among them."""
    return {name: sorted((tuple(row.values()) for row in rows), key=repr) for name, rows in tables(home).items()}


def tables(home: Path) -> dict[str, list[dict[str, object]]]:
    """The rows of every table as the database holds them, by the names of the columns."""
    with open_unchanged(database.database_url(home)) as store, store.engine.connect() as connection:
        kinds = _TABLES[store.engine.dialect.name]
        names = connection.exec_driver_sql(kinds).scalars().all()
        rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all() for name in names}
    return {name: [dict(row) for row in found] for name, found in rows.items()}
