"""deadline: what the grammar makes of a phrase."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.batch import YEARS, read_batch
from bot.commands.console import app_of, console, note
from knowledge.deadlines import parse_deadline
from knowledge.objects import horizon
from knowledge.records import Deadline


def deadline(
    context: typer.Context,
    phrase: Annotated[str | None, typer.Argument(help="Cụm từ chỉ thời hạn", show_default=False)] = None,
    plan_year: Annotated[
        int | None, typer.Option(min=YEARS.start, max=YEARS.stop - 1, help="Năm của kế hoạch")
    ] = None,
    issued: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Ngày ban hành")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON")] = False,
    batch: Annotated[Path | None, typer.Option(help="Tệp JSONL: mỗi dòng raw, plan_year, issued")] = None,
) -> None:
    """Cho biết một cụm từ thời hạn được hiểu thành những ngày nào."""
    today = app_of(context).today
    if batch is not None:
        for line in read_batch(batch, {"raw"}):
            given = date.fromisoformat(line["issued"]) if line.get("issued") else None
            parsed = parse_deadline(line["raw"], plan_year=line.get("plan_year"), issued=given)
            typer.echo(json.dumps(_object(line["raw"], parsed, today), ensure_ascii=False))
        return
    if phrase is None:
        raise typer.BadParameter("cần một cụm từ hoặc --batch TỆP")
    if issued and issued.year not in YEARS:
        raise typer.BadParameter(f"--issued: năm từ {YEARS.start} đến {YEARS.stop - 1}")
    parsed = parse_deadline(phrase, plan_year=plan_year or today.year, issued=issued.date() if issued else None)
    if as_json:
        typer.echo(json.dumps(_object(phrase, parsed, today), ensure_ascii=False))
        return
    out = console()
    note(out, f"Loại: {', '.join(_KINDS[k] for k in parsed.kinds)}")
    if parsed.start:
        note(out, f"Bắt đầu: {parsed.start:%d/%m/%Y}")
    days = parsed.due_dates(horizon(today))
    if days:
        note(out, f"Ngày tới hạn: {', '.join(f'{d:%d/%m/%Y}' for d in days)}")
    if parsed.unread:
        note(out, f"Chưa hiểu: {', '.join(f'“{part}”' for part in parsed.unread)}")


def _object(raw: str, parsed: Deadline, today: date) -> dict[str, Any]:
    return {
        "raw": raw,
        "kinds": [k.value for k in parsed.kinds],
        "start": parsed.start.isoformat() if parsed.start else None,
        "due_dates": [d.isoformat() for d in parsed.due_dates(horizon(today))],
        **({"unread": list(parsed.unread)} if parsed.unread else {}),
    }


_KINDS = {
    "one_off": "một lần",
    "recurring": "định kỳ",
    "standing": "thường xuyên",
    "conditional": "tùy điều kiện",
    "open_start": "từ một ngày, không ghi ngày kết thúc",
    "unspecified": "không xác định",
}
