"""What a PostgreSQL server is asked for and how its troubles are told; transactions as SQLite has them."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import make_url, select, text

from knowledge.errors import StoreError
from knowledge.store import postgresql
from knowledge.store.database import Store, open_store
from knowledge.store.models import SettingRow
from tests.databases import GUARDED, Server

PASSWORD = "mật/khẩu:bí@mật"


@pytest.fixture
def address(postgresql_server: Server, tmp_path: Path) -> str:
    return postgresql_server.database_of(tmp_path)


def refusal(address: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(address, data=None)
    return caught.value


def put(store: Store, key: str, value: str) -> None:
    with store.write() as session:
        session.merge(SettingRow(key=key, value=value))


def test_a_server_that_is_away_is_told() -> None:
    found = refusal(f"postgresql+psycopg://an:{PASSWORD.replace('/', '%2F').replace('@', '%40')}@127.0.0.1:9/kehoach")
    assert found.sentence == "Không nối được với máy chủ PostgreSQL tại 127.0.0.1/kehoach."
    assert "bí" not in found.detail


def test_a_wrong_password_is_told_and_stands_nowhere(
    postgresql_server: Server, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(postgresql_server.connect()) as connection:
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(made.format(sql.Identifier(GUARDED), sql.Literal("đúng")))
    try:
        guarded = make_url(address).set(username=GUARDED, password=PASSWORD).render_as_string(hide_password=False)
        found = refusal(guarded)
    finally:
        with closing(postgresql_server.connect()) as connection:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(GUARDED)))
    name = make_url(address).database
    assert found.sentence == (
        f"Máy chủ PostgreSQL không cho vào localhost/{name}: sai tên, mật khẩu hoặc tên cơ sở dữ liệu."
    )
    assert "bí" not in f"{found.detail}{found.__cause__}{caplog.text}"


def test_a_database_that_is_not_there_is_told(address: str) -> None:
    found = refusal(make_url(address).set(database="khong-co").render_as_string(hide_password=False))
    assert found.sentence.startswith("Máy chủ PostgreSQL không cho vào localhost/khong-co: ")


def test_a_password_that_is_not_escaped_is_not_repeated() -> None:
    found = refusal("postgresql+psycopg://an:bí@127.0.0.1:mật/k")
    assert (found.sentence, found.detail) == ("Địa chỉ cơ sở dữ liệu không hợp lệ.", "")


def test_an_old_server_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "LEAST_VERSION", 99)
    assert refusal(address).sentence.startswith("Cần PostgreSQL 99 trở lên; máy chủ đang là bản ")


def test_a_reader_keeps_its_snapshot(address: str) -> None:
    with open_store(address, data=None) as store:
        put(store, "a", "cũ")
        with store.read() as reading:
            assert reading.scalar(select(SettingRow.value).where(SettingRow.key == "a")) == "cũ"
            put(store, "a", "mới")
            assert reading.scalar(select(SettingRow.value).where(SettingRow.key == "a")) == "cũ"


def test_a_writer_sees_what_the_one_before_it_wrote(address: str) -> None:
    """Eight read a number and write the next one: none is written twice."""

    def count() -> None:
        with store.write() as session:
            before = session.scalar(select(SettingRow.value).where(SettingRow.key == "số")) or "0"
            session.merge(SettingRow(key="số", value=str(int(before) + 1)))

    with open_store(address, data=None) as store:
        threads = [threading.Thread(target=count) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        with store.read() as session:
            assert session.scalar(select(SettingRow.value).where(SettingRow.key == "số")) == "8"


def test_a_writer_that_does_not_end_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.store.database.BUSY_SECONDS", 0.1)
    with open_store(address, data=None) as store, store.write() as first:
        first.connection()
        with pytest.raises(StoreError, match="Kho dữ liệu đang bận"), store.write() as second:
            second.connection()


def test_a_restart_of_the_server_costs_no_failure(postgresql_server: Server, address: str) -> None:
    with open_store(address, data=None) as store:
        put(store, "a", "1")
        with pytest.raises(StoreError, match="Mất kết nối với máy chủ PostgreSQL"), store.read() as session:
            session.connection()
            end_connections(postgresql_server, address)
            session.execute(text("SELECT 1"))
        put(store, "a", "2")


def end_connections(server: Server, address: str) -> None:
    with closing(server.connect()) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [make_url(address).database],
        )


def test_text_sorts_by_code_points_whatever_the_database_was_made_with(
    postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests' server knows no language's order, so the database is taken for one that has one."""
    monkeypatch.setattr(postgresql, "_BY_CODE_POINTS", "SELECT false")
    with open_store(postgresql_server.empty("tieng_viet"), data=None) as store, store.read() as session:
        found = session.execute(text(COLLATIONS)).all()
    assert {(row.table_name, row.collation_name) for row in found} >= {("settings", "C"), ("members", "C")}
    assert {row.collation_name for row in found} == {"C"}


COLLATIONS = """
    SELECT table_name, collation_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')
"""


def test_a_sign_that_the_server_cannot_hold_is_left_out(address: str) -> None:
    with open_store(address, data=None) as store:
        put(store, "a", "trước\0sau")
        with store.read() as session:
            assert session.scalar(select(SettingRow.value).where(SettingRow.key == "a")) == "trướcsau"


def test_several_processes_serve_a_database_or_one_writes_it_anew_and_whoever_dies_lets_go(
    postgresql_server: Server, address: str
) -> None:
    with open_store(address, data=None) as one, open_store(address, data=None) as other:
        with one.held(alone=False) as first, other.held(alone=False) as second:
            assert (first, second) == (True, True)
            with other.held(alone=True) as alone:
                assert not alone
        with other.held(alone=True) as alone:
            assert alone
            with one.held(alone=False) as beside:
                assert not beside
            end_connections(postgresql_server, address)
            with one.held(alone=False) as after:
                assert after


def test_what_is_missing_to_reach_a_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    found = refusal("postgresql+psycopg://an@127.0.0.1:9/kehoach")
    assert found.sentence.endswith("pip install 'tro-ly-ke-hoach[postgresql]'.")
