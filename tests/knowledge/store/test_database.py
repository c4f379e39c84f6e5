"""Opening: folders, bad files, newer schemas; and every migration, up and down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from knowledge.errors import StoreError
from knowledge.store import migrations
from knowledge.store.audit import OPERATOR, UNKNOWN, Wanted, list_changes
from knowledge.store.corrections import cancel_task
from knowledge.store.database import Store, database_url, migrate, open_store, schema_revision
from knowledge.store.keyword import is_derived_table
from knowledge.store.library import SqlLibrary
from knowledge.store.models import Base
from knowledge.store.versions import activate, save_drafts, withdraw
from knowledge.text import syllables
from tests.knowledge.store.papers import NOW, make_paper

_SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
    "postgresql": """
        SELECT 'column', table_name::text, column_name::text, data_type || is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', tablename, indexname, indexdef, NULL FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), NULL
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3
    """,
}
_STEPS = ScriptDirectory(str(Path(migrations.__file__).parent))


@pytest.mark.sqlite  # of its file's name
@pytest.mark.parametrize("folder", ["data", "dữ liệu của tỉnh/2026", "a%20b c#d?e"])
def test_the_folder_is_made_and_opened_again(tmp_path: Path, folder: str) -> None:
    data = tmp_path / folder
    with open_store(data=data) as store:
        save_drafts(store, [make_paper()], now=NOW)
    assert (data / "kehoach.db").is_file()
    with open_store(database_url(data), data=data) as store:
        assert activate(store, "57", now=NOW).version == 1


@pytest.mark.sqlite  # of its file
def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "kehoach.db").write_bytes(b"xin chao " * 1000)
    with pytest.raises(StoreError) as caught:
        open_store(data=tmp_path)
    assert caught.value.sentence == (
        f"Kho dữ liệu tại {tmp_path / 'kehoach.db'} bị hỏng; hãy dừng trợ lý rồi khôi phục bản sao lưu gần nhất: "
        "kehoach restore TỆP --force (kho hỏng được giữ lại bên cạnh)."
    )


@pytest.mark.sqlite  # of its folder
def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError) as caught:
        open_store(data=tmp_path / "data")
    assert caught.value.sentence == (f"Không ghi được vào thư mục dữ liệu tại {tmp_path / 'data' / 'kehoach.db'}.")


@pytest.mark.parametrize("url", ["không phải địa chỉ", "khong-co-loai-nay://x/y"])
def test_an_address_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"^Địa chỉ cơ sở dữ liệu không hợp lệ\.$"):
        open_store(url, data=None)


@pytest.mark.both_databases
def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store, store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="bản phần mềm mới hơn"):
        open_store(data=tmp_path)


def test_the_newest_step_is_the_one_that_opening_looks_for() -> None:
    assert _STEPS.get_current_head() == migrations.HEAD


@pytest.mark.both_databases
def test_steps_go_up_one_by_one_and_back_and_up_again(store: Store) -> None:
    steps = [step.revision for step in reversed(list(_STEPS.walk_revisions()))]
    for lower, upper in zip(["base", *steps[:-1]][::-1], steps[::-1], strict=True):
        before = _schema(store)
        migrate(store.engine, lower)
        assert _schema(store) != before
        migrate(store.engine, upper)
        assert _schema(store) == before
        migrate(store.engine, lower)
    assert _tables(store) == ["alembic_version"]
    for step in steps:
        migrate(store.engine, step)
    with store.engine.connect() as connection:
        assert schema_revision(connection) == migrations.HEAD
        assert _differences(connection) == []


@pytest.mark.both_databases
def test_one_step_back_and_up_again_keeps_what_is_loaded(store: Store, library: SqlLibrary) -> None:
    save_drafts(store, [make_paper()], now=NOW)
    activate(store, "57", now=NOW)
    words = syllables("kỹ năng số")
    before = (list(library.tasks()), list(library.keyword(words, 5)))
    migrate(store.engine, "0001")
    migrate(store.engine)
    assert (list(library.tasks()), list(library.keyword(words, 5))) == before


@pytest.mark.both_databases
def test_what_was_kept_elsewhere_before_is_in_the_history(store: Store, library: SqlLibrary) -> None:
    save_drafts(store, [make_paper()], now=NOW)
    activate(store, "57", now=NOW, by=7)
    cancel_task(store, library.tasks()[0].id, reason="thôi", by=0, now=NOW)
    withdraw(store, "57", reason="nhầm", by=7, now=NOW)
    migrate(store.engine, "0018")
    migrate(store.engine)
    found, _ = list_changes(store, Wanted(), limit=9)
    told = {(each.action, each.by, each.plan_id, each.subject, each.detail) for each in found}
    assert told == {
        ("loaded", UNKNOWN, 1, 1, make_paper().file),
        ("activated", UNKNOWN, 1, 1, ""),
        ("correction_made", OPERATOR, 1, 1, ""),
        ("withdrawn", 7, 1, 1, "nhầm"),
    }


@pytest.mark.sqlite  # the tests' servers are migrated before
def test_two_processes_may_start_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from knowledge.store.database import open_store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "open_store(data=Path(sys.argv[1])).close()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "d")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 3


def _schema(store: Store) -> list[tuple[object, ...]]:
    """All that makes the schema, as the database itself tells it."""
    with store.read() as session:
        return [tuple(row) for row in session.execute(text(_SCHEMA[store.engine.dialect.name]))]


def _tables(store: Store) -> list[str]:
    return sorted(inspect(store.engine).get_table_names())


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "include_name": lambda name, kind, _: not (kind == "table" and is_derived_table(name)),
            "compare_type": True,
        },
    )
    return list(compare_metadata(context, Base.metadata))
