"""The table of contents of `kehoach`: every command, in the order a person meets them."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.app import App
from bot.clock import Clock, system_clock
from bot.commands import (
    asking,
    backup,
    clients,
    deadline,
    doctor,
    feedback,
    golden,
    history,
    login,
    migrate_store,
    names,
    people,
    plans,
    progress,
    reindex,
    remind,
    retention,
    serve,
    task,
    tasks,
)
from bot.log import start_log
from bot.settings import read_settings


def make_cli(clock: Clock = system_clock) -> typer.Typer:
    """The command with its clock; tests pass one that stands still."""
    cli = typer.Typer(
        name="kehoach",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @cli.callback()
    def start(
        context: typer.Context,
        version: Annotated[  # noqa: ARG001 - it has done its work when the others are read
            bool, typer.Option("--version", is_eager=True, callback=_show_version, help="In phiên bản")
        ] = False,
    ) -> None:
        """Trợ lý Kế hoạch: hỏi và theo dõi nhiệm vụ trong các kế hoạch của cơ quan."""
        settings = read_settings()
        start_log(settings.home, settings.log_format)
        app = App(settings, clock)
        context.obj = app
        context.call_on_close(app.close)

    cli.command("load")(plans.load)
    cli.command("plans")(plans.plans)
    cli.command("activate")(plans.activate)
    cli.command("rollback")(plans.roll_back)
    cli.command("diff")(plans.compare)
    cli.command("withdraw")(plans.withdraw)
    cli.add_typer(tasks.tasks, name="tasks")
    cli.add_typer(task.task, name="task")
    cli.command("progress")(progress.progress)
    cli.command("timeline")(progress.timeline)
    cli.command("ask")(asking.ask)
    cli.command("chat")(asking.chat)
    cli.command("serve")(serve.serve)
    cli.command("run")(serve.run)
    cli.command("remind")(remind.remind)
    cli.command("deadline")(deadline.deadline)
    cli.add_typer(golden.golden, name="golden")
    cli.command("history")(history.history)
    cli.command("feedback")(feedback.feedback)
    cli.add_typer(people.people, name="people")
    cli.add_typer(names.agencies, name="agencies")
    cli.add_typer(names.abbreviations, name="abbreviations")
    cli.command("login")(login.login)
    cli.add_typer(clients.client, name="client")
    cli.command("eval")(asking.evaluate)
    cli.command("reindex")(reindex.reindex)
    cli.command("migrate-store")(migrate_store.migrate_store)
    cli.command("doctor")(doctor.doctor)
    cli.command("backup")(backup.backup)
    cli.command("restore")(backup.restore)
    cli.command("retention")(retention.retention)
    return cli


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("tro-ly-ke-hoach"))
        raise typer.Exit
