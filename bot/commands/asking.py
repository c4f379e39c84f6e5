"""ask, chat, eval: questions."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.app import App
from bot.commands.batch import read_batch
from bot.commands.console import app_of, console, note
from bot.commands.scores import scores_text
from bot.objects import answer_object
from bot.serving.terminal import chat_in_terminal
from knowledge.qa.compose.answer import Answer
from knowledge.qa.evaluation import asking_day, score

_AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Ngày hỏi; mặc định là hôm nay")]


def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(help="Câu hỏi", show_default=False)] = None,
    as_of: _AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="In đối tượng trả lời")] = False,
    batch: Annotated[Path | None, typer.Option(help="Tệp JSONL: mỗi dòng id, q, turns?, as_of?")] = None,
) -> None:
    """Hỏi một câu về các kế hoạch đang dùng."""
    app = app_of(context)
    today = as_of.date() if as_of else app.today
    if batch is not None:
        for line in read_batch(batch, {"id", "q"}):
            day = date.fromisoformat(line["as_of"]) if line.get("as_of") else today
            answer = app.assistant.ask(line["q"], as_of=day, turns=line.get("turns") or ())
            typer.echo(_json(line["id"], answer, app))
        return
    if question is None:
        raise typer.BadParameter("cần một câu hỏi hoặc --batch TỆP")
    answer = app.assistant.ask(question, as_of=today)
    if as_json:
        typer.echo(_json(None, answer, app))
    else:
        note(console(), answer.text)


def _json(name: object, answer: Answer, app: App) -> str:
    return json.dumps(answer_object(app, name, answer), ensure_ascii=False)


def chat(context: typer.Context) -> None:
    """Trò chuyện ngay trên màn hình; nạp kế hoạch mẫu nếu chưa có kế hoạch nào."""
    app = app_of(context)
    if not app.library.plans():
        load_samples(app)
    if isinstance(sys.stdin, TextIOWrapper):
        # A stray byte spoils its own letter, not the chat.
        sys.stdin.reconfigure(errors="replace")
    chat_in_terminal(app, sys.stdin, sys.stdout)


def load_samples(app: App) -> None:
    """Loads the bundled plans of a made-up province, to try the assistant with."""
    from ingest.load import read_plan
    from ingest.samples import sample_files
    from knowledge.store.versions import activate_many, save_drafts

    note(console(stderr=True), "Chưa có kế hoạch nào, nạp kế hoạch mẫu của tỉnh Phú Giang (không có thật)…")
    paths = sample_files()
    drafts = [read_plan(path, app.directory) for path in paths]
    papers = {draft.digest: path.read_bytes() for draft, path in zip(drafts, paths, strict=True)}
    saved = save_drafts(app.store, drafts, now=app.clock(), find_paper=papers.get)
    activate_many(app.store, [s.plan_id for s in saved], now=app.clock())
    app.refresh_vectors()


def evaluate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Bộ câu hỏi JSONL")],
    as_of: _AsOf = None,
    misses: Annotated[bool, typer.Option(help="In cả các câu trả lời sai")] = True,
) -> None:
    """Chấm một bộ câu hỏi trên các kế hoạch đang dùng."""
    app = app_of(context)

    def answered(line: Mapping[str, Any]) -> Answer:
        day = asking_day(line) if line.get("as_of") or as_of is None else as_of.date()
        return app.assistant.ask(line["q"], as_of=day, turns=line.get("turns") or ())

    result = score(read_batch(file, {"id", "q", "status", "category", "style", "must", "must_not"}), answered)
    note(console(), scores_text(result, misses=misses))
