"""Everything that can be wrong in an installation, one finding each, with what to do; nothing is sent anywhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import App
from bot.chat.inbox import BACKLOG, find_unanswered
from bot.clock import HANOI
from bot.notify.lateness import find_unsent
from bot.serving.readings import count_forgotten
from bot.settings import PREFIX, ServiceRole, Settings
from ingest.readers.programs import Program, find_programs
from knowledge.errors import KehoachError
from knowledge.store.backup import database_copy, last_backup
from knowledge.store.doctor import Finding, doctor_report
from knowledge.store.models import AuditRow, InboxRow, OutboxRow, VersionRow
from knowledge.store.processes import running_processes

_ROOM = 500 << 20
"""Bytes that should be free: erasing writes the database anew, a backup needs twice its size."""
_BACKUP_DAYS = 7
_CLOCK = timedelta(minutes=5)
_TELEGRAM = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_TOKEN = re.compile(r"[!-~]{10,}")
"""No more is known of the form of other tokens: no blanks, nothing that is not ASCII."""


_ROLES = {
    "worker": (ServiceRole.ALL, ServiceRole.WORKER),
    "web": (ServiceRole.ALL, ServiceRole.WEB),
}
"""What has to be done, and who does it."""


def check_installation(app: App) -> Iterator[Finding]:
    """Settings, folder, disk, programs, models, backups, database and what is in it, in this order."""
    settings = app.settings
    yield from check_settings(settings)
    yield from _check_folder(settings)
    yield from map(_told_program, find_programs())
    yield _check_models(app)
    yield _check_backup(settings.home, app.clock())
    try:
        store = app.store
        _ = app.directory
    except KehoachError as error:
        yield Finding(False, error.sentence, error.detail)
        return
    yield Finding(True, "Danh bạ cơ quan: đọc được.")
    report = doctor_report(store)
    yield from report
    if all(finding.ok for finding in report if not finding.minor):
        with store.read() as session:
            yield _check_clock(session, app.clock())
            yield _check_inbox(session, app.clock())
            if store.is_shared:
                yield _check_processes(session)
            yield _check_readings(session, app.clock(), shared=store.is_shared)
            yield _check_reminders(session, app)
        yield _check_administrators(app)


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Tokens by their form, addresses, what belongs together; whether a token works is seen when it is served."""
    yield Finding(True, "Cài đặt: đọc được.")
    found = list(_wrong_settings(settings))
    for name, remedy in found:
        yield Finding(False, f"Cài đặt {PREFIX}{name} {remedy}.")
    if not any((settings.telegram_token, settings.zalo_token, settings.oa_app_id)):
        sentence = "Chưa đặt mã của kênh nào nên lời nhắc chưa gửi được; xem .env.example, KEHOACH_TELEGRAM_TOKEN."
        yield Finding(False, sentence, minor=True)
    elif not found:
        yield Finding(True, "Mã của các kênh: đúng dạng.")


def _wrong_settings(settings: Settings) -> Iterator[tuple[str, str]]:
    telegram, zalo = (
        token.get_secret_value().strip() if token else None
        for token in (settings.telegram_token, settings.zalo_token)
    )
    if telegram is not None and not _TELEGRAM.fullmatch(telegram):
        yield "TELEGRAM_TOKEN", "không đúng dạng 123456:ABC…; hãy chép lại từ @BotFather"
    if zalo is not None and not _TOKEN.fullmatch(zalo):
        yield "ZALO_TOKEN", "không đúng dạng; hãy chép lại từ Zalo Bot Manager"
    if settings.oa_app_id and not all((settings.oa_app_secret, settings.oa_secret, settings.oa_refresh_token)):
        yield "OA_APP_ID", "cần cả KEHOACH_OA_SECRET, KEHOACH_OA_APP_SECRET và KEHOACH_OA_REFRESH_TOKEN"
    for name, address in (
        ("TELEGRAM_WEBHOOK", settings.telegram_webhook),
        ("ZALO_WEBHOOK", settings.zalo_webhook),
    ):
        if address and not address.startswith("https://"):
            yield name, "phải là địa chỉ https://; nền tảng không gửi tin đến địa chỉ khác"
    if settings.zalo_webhook and not settings.zalo_secret:
        yield "ZALO_WEBHOOK", "cần KEHOACH_ZALO_SECRET dài 8 đến 256 ký tự"


def _check_folder(settings: Settings) -> Iterator[Finding]:
    """Whether it can be written is looked at with the database."""
    home = settings.home
    if not home.exists():
        yield Finding(False, f"Chưa có thư mục dữ liệu {home}; nạp kế hoạch đầu tiên: kehoach load TỆP.", minor=True)
        return
    files = [home, *home.glob("*.db")]
    if open_to_others := [path for path in files if path.stat().st_mode & 0o077]:
        named = " ".join(str(path) for path in open_to_others)
        sentence = f"Người khác trên máy đọc được {named}; nên đặt: chmod go-rwx {named}."
        yield Finding(False, sentence, minor=True)
    else:
        yield Finding(True, "Quyền của thư mục dữ liệu: chỉ chủ của nó đọc được.")
    free = shutil.disk_usage(home).free
    told = f"{free / (1 << 30):.1f} GB"
    if free < _ROOM + 2 * _database_size(settings):
        yield Finding(
            False, f"Ổ đĩa dữ liệu chỉ còn {told}; hãy dọn bớt hoặc chuyển KEHOACH_HOME sang ổ đĩa lớn hơn."
        )
    else:
        yield Finding(True, f"Ổ đĩa dữ liệu còn {told}.")


def _database_size(settings: Settings) -> int:
    try:
        return database_copy(settings.database).size()
    except (KehoachError, OSError):
        return 0  # it cannot be reached; that is told by who opens it


def _told_program(program: Program) -> Finding:
    """A program that is missing is no fault: an office without scans needs no OCR."""
    if program.found:
        return Finding(True, f"{program.name}: đã cài.")
    sentence = f"{program.name}: chưa cài nên chưa đọc được {program.needed_for}; cài bằng lệnh: {program.install}"
    return Finding(False, sentence, minor=True)


def _check_models(app: App) -> Finding:
    """That the models of the settings are on this machine; a server of a language model is not called."""
    named: list[tuple[str, str | None, Callable[[], object]]] = [
        ("EMBEDDING_MODEL", app.settings.embedding_model, app.load_embedder),
        ("RERANKER", app.settings.reranker, app.load_reranker),
        ("LLM", app.settings.llm, app.load_language_model),
    ]
    for name, model, load in named:
        try:
            if model:
                load()
        except KehoachError as error:
            sentence = f"{error.sentence} Hãy sửa hoặc bỏ {PREFIX}{name}."
            return Finding(False, sentence, error.detail)
    told = ", ".join(model for _, model, _ in named if model)
    return Finding(True, f"Mô hình trong cài đặt: có trên máy ({told})." if told else "Mô hình: dùng mô hình đi kèm.")


def _check_backup(home: Path, now: datetime) -> Finding:
    last = last_backup(home)
    if last is None:
        return Finding(False, "Chưa sao lưu lần nào; hãy đặt lịch hằng đêm cho lệnh: kehoach backup TỆP.", minor=True)
    days = (now - last.at).days
    told = f"Lần sao lưu cuối: {last.at.astimezone(HANOI):%d/%m/%Y %H:%M}, {last.file}"
    if days > _BACKUP_DAYS:
        return Finding(False, f"{told}, đã {days} ngày; hãy sao lưu lại: kehoach backup TỆP.")
    return Finding(True, f"{told}.")


def _check_clock(session: Session, now: datetime) -> Finding:
    """A clock that was set back sends reminders late; the newest moment that was written tells."""
    written = (AuditRow.at, InboxRow.stored_at, OutboxRow.made_at, VersionRow.loaded_at)
    newest = max((at for at in (session.scalar(select(func.max(column))) for column in written) if at), default=now)
    told = f"Đồng hồ của máy: {now.astimezone(HANOI):%d/%m/%Y %H:%M} giờ Việt Nam"
    if newest - now > _CLOCK:
        wrong = f"{told}, chậm hơn dữ liệu đã ghi lúc {newest.astimezone(HANOI):%d/%m/%Y %H:%M}"
        return Finding(False, f"{wrong}; hãy chỉnh đồng hồ: timedatectl set-ntp true.")
    return Finding(True, f"{told}.")


def _check_processes(session: Session) -> Finding:
    """Who serves the database of a server now, and whether somebody does all that is to be done."""
    running = running_processes(session)
    if not running:
        sentence = "Chưa tiến trình nào phục vụ cơ sở dữ liệu này; hãy chạy kehoach serve."
        return Finding(False, sentence, minor=True)
    told = ", ".join(f"{role} ({place})" for role, place in running)
    missing = [name for name, roles in _ROLES.items() if not any(role in roles for role, _ in running)]
    if missing:
        sentence = f"Đang chạy: {told}; thiếu tiến trình {' và '.join(missing)}: hãy chạy thêm với KEHOACH_ROLE."
        return Finding(False, sentence)
    return Finding(True, f"Tiến trình đang chạy: {told}.")


def _check_inbox(session: Session, now: datetime) -> Finding:
    count = find_unanswered(session, now - BACKLOG)
    if not count:
        return Finding(True, "Không có tin nhắn nào chờ trả lời lâu.")
    sentence = f"{count} tin nhắn chờ trả lời quá 10 phút; hãy xem trợ lý có đang chạy không (kehoach serve)"
    return Finding(False, f"{sentence} và kehoach.log.")


def _check_readings(session: Session, now: datetime, *, shared: bool) -> Finding:
    count = count_forgotten(session, now - BACKLOG, shared=shared)
    if not count:
        return Finding(True, "Không có tệp kế hoạch nào chờ đọc lâu.")
    sentence = f"{count} tệp kế hoạch chờ đọc quá 10 phút; hãy xem"
    if not shared:
        return Finding(False, f"{sentence} trợ lý có đang chạy không (kehoach serve) và kehoach.log.")
    return Finding(
        False, f"{sentence} có tiến trình KEHOACH_ROLE=worker hoặc all nào đang chạy không và kehoach.log."
    )


def _check_reminders(session: Session, app: App) -> Finding:
    late = find_unsent(session, app.clock())
    if late is None:
        return Finding(True, "Không có tin nhắc nào gửi chậm.")
    settings = app.settings
    since = f"{late.count} tin nhắc chưa gửi, sớm nhất từ {late.since.astimezone(HANOI):%d/%m/%Y %H:%M}"
    if not any((settings.telegram_token, settings.zalo_token, settings.oa_app_id)):
        return Finding(False, f"{since}: chưa đặt mã của kênh nào.", minor=True)
    return Finding(False, f"{since}; hãy xem trợ lý có đang chạy không (kehoach serve) và kehoach.log.")


def _check_administrators(app: App) -> Finding:
    if app.people.administrators():
        return Finding(True, "Có quản trị viên.")
    sentence = "Chưa có quản trị viên nào đang dùng; hãy đặt KEHOACH_ADMINS=telegram:MÃ rồi chạy lại trợ lý."
    return Finding(False, sentence, minor=True)
