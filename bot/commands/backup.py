"""backup, restore: one file that holds the installation, and the way back from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.app import App
from bot.commands.console import app_of, console, day, note
from bot.serving.only_service import only_service
from bot.tracking.results import FOLDER as RESULTS
from ingest.isolation.quarantine import FOLDER as QUARANTINE
from knowledge.store import backup as backups
from knowledge.store.backup import database_copy, restore_backup, write_backup
from knowledge.store.catalog import list_plans
from knowledge.store.derived import rename_index
from knowledge.store.doctor import repair

_RUNS = "Trợ lý đang chạy trên thư mục dữ liệu này; hãy dừng trợ lý rồi khôi phục."


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp sao lưu sẽ ghi", show_default=False)],
) -> None:
    """Sao lưu dữ liệu vào một tệp, kể cả khi trợ lý đang chạy. Tệp chứa bí mật và họ tên: hãy giữ kín."""
    app = app_of(context)
    settings = app.settings
    made = write_backup(database_copy(settings.database), settings.home, (RESULTS, QUARANTINE), file, now=app.clock())
    size = file.stat().st_size / (1 << 20)
    note(console(), f"✓ Đã sao lưu vào {file}: {size:.1f} MB, {len(made.parts) - 1} tệp kèm theo.")
    note(console(), "  Tệp .env và các tệp YAML riêng ngoài thư mục dữ liệu không nằm trong đó.")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp do kehoach backup ghi", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Thay dữ liệu đang có; dữ liệu cũ được giữ lại")] = False,
) -> None:
    """Khôi phục dữ liệu từ tệp sao lưu; dữ liệu đang có không bao giờ bị xóa."""
    app = app_of(context)
    settings, out = app.settings, console()
    manifest = backups.read_manifest(file)
    with only_service(settings.home, _RUNS):
        aside = restore_backup(file, database_copy(settings.database), settings.home, force=force, now=app.clock())
        plans = _make_derived(app)
    note(out, f"✓ Đã khôi phục dữ liệu lúc {day(manifest.made_at)}: {plans} kế hoạch.")
    if aside is not None:
        note(out, f"  Kho dữ liệu cũ được giữ tại {aside}.")
    note(out, "  Lời nhắc đã gửi và người đã xóa dữ liệu sau lúc sao lưu trở lại như lúc ấy; chạy lại: kehoach serve")


def _make_derived(app: App) -> int:
    """Brings what is derived in step with the restored database; how many plans it holds."""
    if app.settings.chroma_url:
        rename_index(app.store)
    repair(app.store, index=False)
    return len(list_plans(app.store))
