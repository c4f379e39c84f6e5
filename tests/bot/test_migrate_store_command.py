"""`kehoach migrate-store`: all of the data folder's database on a server, checked; or nothing of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from sqlalchemy import func, insert, select, text

from knowledge.store import moving
from knowledge.store.database import Store, open_store
from knowledge.store.models import Base, InboxRow, SettingRow, table_of
from knowledge.store.moving import move_store
from tests.bot.running import NOW, ROOT, Run, call, environment
from tests.databases import Server

pytestmark = pytest.mark.sqlite  # it is what is taken over
QUESTION = "Sở Nội vụ báo cáo cải cách hành chính trước ngày nào?"


@pytest.fixture
def address(postgresql_server: Server, tmp_path: Path) -> str:
    """An empty database, without tables."""
    return postgresql_server.empty(f"m{tmp_path.name.encode().hex()[-40:]}")


@pytest.fixture
def target(address: str) -> Iterator[Store]:
    with open_store(address, data=None) as store:
        yield store


def count(store: Store) -> int:
    with store.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(each)) or 0 for each in Base.metadata.sorted_tables
        )


def told(run: Run) -> tuple[int, str]:
    return run.code, run.err.splitlines()[-1] if run.err else ""


def test_the_same_answers_from_the_server_and_every_row_told(home: Path, address: str) -> None:
    with open_store(data=home) as store:
        wanted = count(store)
    run = call(home, "migrate-store", "--to", address)
    assert run.code == 0
    lines = run.out.splitlines()
    assert lines[-2] == (
        f"Đã chuyển và đối chiếu từng dòng: {wanted} dòng của {len(Base.metadata.sorted_tables)} bảng; "
        "chỉ mục từ khóa đã dựng lại."
    )
    assert sum(int(line.split(": ")[1].split(" dòng")[0]) for line in lines[:-2]) == wanted
    on_server = {"KEHOACH_DATABASE_URL": address}
    assert call(home, "ask", QUESTION, env=on_server).out == call(home, "ask", QUESTION).out
    assert call(home, "tasks", "--format", "json", env=on_server).out == call(home, "tasks", "--format", "json").out
    assert call(home, "doctor", env=on_server).code == 0


def test_a_target_that_holds_something_is_left_alone(home: Path, target: Store, address: str) -> None:
    with target.write() as session:
        session.add(SettingRow(key="của người khác", value=""))
    assert told(call(home, "migrate-store", "--to", address)) == (
        1,
        "Cơ sở dữ liệu đích đã có dữ liệu nên không ghi gì vào đó.",
    )
    assert count(target) == 1


def test_only_from_a_file_to_a_server_and_while_nobody_answers(home: Path, address: str, tmp_path: Path) -> None:
    assert told(call(home, "migrate-store", "--to", f"sqlite:///{tmp_path / 'x.db'}"))[0] == 1
    assert told(call(home, "migrate-store", "--to", address, env={"KEHOACH_DATABASE_URL": address}))[0] == 1
    with FileLock(home / "serve.lock"):
        assert told(call(home, "migrate-store", "--to", address)) == (
            1,
            "Trợ lý đang chạy trên thư mục dữ liệu này; hãy dừng nó rồi chuyển.",
        )


def test_a_database_that_is_written_anew_is_not_served(home: Path, target: Store, address: str) -> None:
    with target.held(alone=True) as alone:
        assert alone
        assert told(call(home, "serve", env={"KEHOACH_DATABASE_URL": address})) == (
            1,
            "Cơ sở dữ liệu này đang được khôi phục hoặc chuyển đến; xin đợi xong rồi chạy lại.",
        )


def test_nothing_is_moved_to_a_database_that_is_served(home: Path, target: Store, address: str) -> None:
    with target.held(alone=False) as beside:
        assert beside
        assert told(call(home, "migrate-store", "--to", address)) == (
            1,
            "Trợ lý đang chạy trên cơ sở dữ liệu đích; hãy dừng mọi tiến trình của nó rồi chuyển.",
        )


def test_nothing_and_null_stay_two_things_and_no_number_is_given_twice(tmp_path: Path, target: Store) -> None:
    with open_store(data=tmp_path) as source:
        with source.write() as session:
            row = {"channel": "telegram", "chat": "1", "at": NOW, "stored_at": NOW}
            for delivery, message in (("1", None), ("2", {"nói": "xin chào"}), ("3", None)):
                session.execute(insert(table_of(InboxRow)), [{**row, "delivery": delivery, "message": message}])
            session.execute(text("UPDATE inbox SET message = NULL WHERE delivery = '1'"))
            session.execute(text("DELETE FROM inbox WHERE delivery = '3'"))
            session.add(SettingRow(key="a\0b", value="Đ"))
        move_store(source, target)
        kept = select(InboxRow.delivery).where(InboxRow.message.is_not(None)).order_by(InboxRow.id)
        with source.read() as there, target.read() as here:
            assert there.scalars(kept).all() == here.scalars(kept).all()
        with target.write() as session:
            session.execute(insert(table_of(InboxRow)), [{**row, "delivery": "4", "message": None}])
            assert session.scalar(select(func.max(InboxRow.id))) == 4


def test_what_arrives_otherwise_takes_all_of_it_back(
    home: Path, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = moving._copy

    def spoil(there: object, here: object, table: object, *rest: Any) -> None:
        real(there, here, table, *rest)  # type: ignore[arg-type]
        if getattr(table, "name", "") == "tasks":
            here.execute(text("UPDATE tasks SET title = title || '.' WHERE id = 2"))  # type: ignore[attr-defined]

    monkeypatch.setattr(moving, "_copy", spoil)
    with open_store(data=home) as source, pytest.raises(Exception, match=r"Bảng tasks .* không giống bản gốc"):
        move_store(source, target)
    assert count(target) == 0


def test_a_killed_run_leaves_the_target_empty_and_can_be_repeated(home: Path, target: Store, address: str) -> None:
    code = (
        "import os, sys; from pathlib import Path; from knowledge.store import keyword\n"
        "from knowledge.store.database import open_store; from knowledge.store.moving import move_store\n"
        "keyword.rebuild = lambda _: os.kill(os.getpid(), 9)\n"
        "move_store(open_store(data=Path(sys.argv[1])), open_store(sys.argv[2], data=None))"
    )
    command = [sys.executable, "-c", code, str(home), address]
    assert subprocess.run(command, cwd=ROOT, env=environment(home), check=False).returncode == -9
    assert count(target) == 0
    assert call(home, "migrate-store", "--to", address).code == 0
