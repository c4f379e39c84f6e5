"""`kehoach backup` and `kehoach restore`, as an operator sees them, and killed at every step."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text

from bot.serving.only_service import only_service
from knowledge.store.backup import last_backup
from knowledge.store.database import migrate, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import InboxRow, SettingRow, table_of
from knowledge.store.versions import activate, save_drafts
from knowledge.text import syllables
from tests import databases
from tests.bot.running import NOW, ROOT, Run, call, dump, kehoach
from tests.databases import SQLITE, Server, addresses_of, all_text
from tests.knowledge.store.papers import make_paper
from tests.knowledge.store.writer import CLAUSES, TASKS
from tests.samples.expected import QUESTIONS

QUESTION = "Sở Nội vụ báo cáo cải cách hành chính trước ngày nào?"
_EARLIER = "0024"
NOT_WHOLE = "không phải bản sao lưu nguyên vẹn (hỏng hoặc thiếu); dữ liệu đang có không bị thay đổi.\n"


@pytest.fixture
def lived(home: Path) -> Path:
    """Plans, people and a file that came with a result."""
    assert call(home, "people", "invite", "--agency", "Sở Nội vụ").code == 0
    (home / "ket-qua").mkdir()
    (home / "ket-qua" / "ab12-mới.txt").write_text("đã nộp", encoding="utf-8")
    return home


@pytest.fixture
def file(lived: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    made = tmp_path / "sao lưu.zip"
    run = call(lived, "backup", made)
    assert (run.code, run.err) == (0, "")
    return made


def answers(home: Path) -> list[dict[str, object]]:
    """To the sample questions, without how long each took."""
    run = call(home, "ask", "--batch", QUESTIONS, "--json")
    return [{k: v for k, v in json.loads(line).items() if k != "elapsed_ms"} for line in run.out.splitlines()]


@pytest.mark.both_databases
def test_what_comes_back_is_what_was_kept_row_by_row(lived: Path, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "máy khác"
    run = call(other, "restore", file)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0] == "✓ Đã khôi phục dữ liệu lúc 20/11/2026 08:00: 4 kế hoạch."
    assert dump(other) == dump(lived)
    assert (other / "ket-qua" / "ab12-mới.txt").read_text(encoding="utf-8") == "đã nộp"
    assert not (other / "vectors").exists()
    assert {path.stat().st_mode & 0o777 for path in (file, *other.glob("*.db"))} == {0o600}
    asked = answers(lived)
    assert len(asked) > 100
    assert answers(other) == asked
    assert "✗" not in call(other, "doctor").out
    assert f"✓ Lần sao lưu cuối: 20/11/2026 08:00, {file}." in call(lived, "doctor").out


@pytest.mark.both_databases
def test_the_file_says_what_is_in_it(lived: Path, file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert [part["name"] for part in manifest["parts"]] == ["database", "ket-qua/ab12-mới.txt"]
        for part in manifest["parts"]:
            content = archive.read(part["name"])
            assert (part["size"], part["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (manifest["format"], manifest["database"], manifest["made_at"]) == (1, "sqlite", NOW.isoformat())
    known = last_backup(lived)
    assert known is not None
    assert (known.at, known.file) == (NOW, str(file))
    assert [path.name for path in file.parent.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.slow
@pytest.mark.both_databases
def test_beside_a_writer_it_is_one_moment(tmp_path: Path) -> None:
    home, file = tmp_path / "dữ liệu", tmp_path / "sao-luu.zip"
    writer = [sys.executable, "-m", "tests.knowledge.store.writer", str(home), "False", *addresses_of(home)]
    with subprocess.Popen(writer, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "1 rollback\n":
            pass
        for number in range(3):
            assert call(home, "backup", file).code == 0
            other = tmp_path / f"khôi phục {number}"
            assert call(other, "restore", file).code == 0
            with open_store(data=other) as store:
                library = SqlLibrary(store)
                titles = {task.task.title.split()[2] for task in library.tasks()}
                assert len(titles) == 1
                assert len(library.keyword(syllables(titles.pop()), 500)) == TASKS + CLAUSES
                library.close()
            process.stdout.readline()
        process.kill()


def holds_nothing(home: Path) -> bool:
    """Nothing stands there, or on a server's database no row."""
    if databases.current is None:
        return not (home / "kehoach.db").exists()
    with open_store(data=home) as store:
        return not all_text(store)


def steps(what: str, home: Path, file: Path) -> list[str]:
    given = [what, str(home), str(file), *addresses_of(home)]
    command = [sys.executable, "-m", "tests.knowledge.store.killed", *given]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.splitlines()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """One plan of a few tasks, and a file that came with a result."""
    home = tmp_path / "nhỏ"
    with open_store(data=home) as store:
        save_drafts(store, [make_paper()], now=NOW)
        activate(store, "57", now=NOW)
    (home / "ket-qua").mkdir()
    (home / "ket-qua" / "ab12-mới.txt").write_text("đã nộp", encoding="utf-8")
    return home


def rename_tasks(home: Path) -> None:
    with open_store(data=home) as store, store.write() as session:
        session.execute(text("UPDATE tasks SET title = 'khác'"))


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_killed_backup_leaves_the_one_before(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    assert call(small, "backup", file).code == 0
    rename_tasks(small)
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    *killed, done = steps("backup", small, file)
    assert done.startswith("done ")
    assert len(killed) > 10
    whole = killed.count(before)
    assert killed[:whole] == [before] * whole
    assert len(set(killed[whole:])) <= 1  # the new one, once it has its name
    assert call(tmp_path / "khác", "restore", file).code == 0
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_killed_restore_leaves_the_old_or_the_new_one(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    assert call(small, "backup", file).code == 0
    rename_tasks(small)
    *killed, done = steps("restore", small, file)
    assert done.startswith("done ")
    old = killed.count("OLD")
    assert old > 10
    assert killed == ["OLD"] * old + ["NEW"] * (len(killed) - old)
    assert killed[-1] == "NEW"


@pytest.mark.both_databases
def test_over_data_only_by_force_and_never_deleted(lived: Path, file: Path, database_kind: str) -> None:
    call(lived, "withdraw", "57", "--reason", "thử")
    before = dump(lived)
    assert call(lived, "restore", file) == Run(
        1, "", "Đã có dữ liệu ở nơi khôi phục; thêm --force để thay (dữ liệu đang có được giữ lại bên cạnh).\n"
    )
    assert dump(lived) == before
    run = call(lived, "restore", file, "--force")
    ending = "db" if database_kind == SQLITE else "zip"
    aside = lived / f"kehoach-truoc-khoi-phuc-20261120-080000.{ending}"
    assert run.out.splitlines()[1] == f"  Kho dữ liệu cũ được giữ tại {aside}."
    assert dump(lived) != before
    again = call(lived, "restore", file, "--force")  # within the same second: neither is written over
    assert again.out.splitlines()[1].endswith(f"/kehoach-truoc-khoi-phuc-20261120-080000-2.{ending}.")
    assert aside.stat().st_mode & 0o777 == 0o600
    if database_kind == SQLITE:
        aside.replace(lived / "kehoach.db")
    else:
        assert call(lived, "restore", aside, "--force").code == 0
    assert dump(lived) == before


@pytest.mark.both_databases
def test_not_under_a_running_service_nor_an_open_database(lived: Path, file: Path) -> None:
    before = dump(lived)
    with only_service(lived, ""):
        run = call(lived, "restore", file, "--force")
    assert run.err == "Trợ lý đang chạy trên thư mục dữ liệu này; hãy dừng trợ lý rồi khôi phục.\n"
    with open_store(data=lived) as store, store.read() as session:
        session.get(SettingRow, "generation")
        run = call(lived, "restore", file, "--force")
        assert run.err == "Kho dữ liệu đang được dùng; hãy dừng trợ lý và các lệnh khác rồi làm lại.\n"
        assert call(lived, "backup", file).code == 0
    assert dump(lived) == before


@pytest.mark.both_databases
def test_a_damaged_file_is_refused_by_name(lived: Path, file: Path, tmp_path: Path) -> None:
    before, content, other = dump(lived), file.read_bytes(), tmp_path / "khác"
    middle = len(content) // 2
    for bad in (
        content[:middle],
        content[:-1],
        content[:middle] + b"\xa5" * 64 + content[middle + 64 :],
        b"",
        b"zip",
    ):
        file.write_bytes(bad)
        for home in (lived, other):
            run = call(home, "restore", file, "--force")
            assert (run.code, run.err) == (1, f"Tệp {file} {NOT_WHOLE}")
    assert dump(lived) == before
    assert holds_nothing(other)
    assert call(lived, "restore", tmp_path / "không có.zip").err == f"Không có tệp {tmp_path / 'không có.zip'}.\n"


def rewritten(file: Path, **changed: object) -> Path:
    """The same backup with another manifest."""
    made = file.with_name("khác.zip")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w") as target:
        manifest = {**json.loads(source.read("manifest.json")), **changed}
        for name in source.namelist():
            target.writestr(name, json.dumps(manifest) if name == "manifest.json" else source.read(name))
    return made


@pytest.mark.both_databases
def test_what_a_newer_program_made_or_nobody_of_us(file: Path, empty: Path) -> None:
    other = empty.with_name("khác")
    newer = rewritten(file, schema="9999")
    assert call(other, "restore", newer).err == (
        f"Tệp {newer} do bản phần mềm mới hơn tạo ra; hãy cập nhật phần mềm rồi khôi phục.\n"
    )
    for parts in ([], [{"name": "../ra-ngoai", "size": 1, "sha256": ""}], "x", [{"name": "database"}]):
        assert call(other, "restore", rewritten(file, parts=parts)).err == f"Tệp {newer} {NOT_WHOLE}"
    assert call(other, "restore", rewritten(file, schema="0001")).err == f"Tệp {newer} {NOT_WHOLE}"
    assert holds_nothing(other)


@pytest.mark.both_databases
def test_where_it_cannot_be_written(lived: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = file.parent / "không có" / "a.zip"
    assert call(lived, "backup", missing).err == f"Không ghi được {missing}: xin kiểm tra thư mục và quyền ghi.\n"
    usage = shutil.disk_usage(lived)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=3 << 20))
    before = file.read_bytes()
    assert call(lived, "backup", file).err.startswith("Ổ đĩa không đủ chỗ: cần khoảng ")
    assert call(lived.with_name("khác"), "restore", file).err.endswith("chỉ còn 3 MB.\n")
    assert file.read_bytes() == before


@pytest.mark.both_databases
def test_no_number_is_given_twice_after_it(tmp_path: Path) -> None:
    home, other, file = tmp_path / "dữ liệu", tmp_path / "khác", tmp_path / "a.zip"
    row = {"channel": "telegram", "chat": "1", "at": NOW, "stored_at": NOW}

    def receive(at: Path, delivery: str) -> int:
        with open_store(data=at) as store, store.write() as session:
            session.execute(insert(table_of(InboxRow)), [{**row, "delivery": delivery, "message": None}])
            return session.scalar(select(func.max(InboxRow.id))) or 0

    assert [receive(home, each) for each in "ab"] == [1, 2]
    with open_store(data=home) as store, store.write() as session:
        session.execute(delete(InboxRow).where(InboxRow.id == 2))
    assert call(home, "backup", file).code == 0
    assert call(other, "restore", file).code == 0
    assert receive(other, "c") == 3


@pytest.mark.sqlite  # one side of it is
def test_from_either_kind_of_database_to_the_other(lived: Path, postgresql_server: Server, tmp_path: Path) -> None:
    server = {"KEHOACH_DATABASE_URL": postgresql_server.empty(f"b{tmp_path.name.encode().hex()[-40:]}")}
    there, back = tmp_path / "máy chủ", tmp_path / "về"
    assert call(lived, "backup", tmp_path / "a.zip").code == 0
    assert call(there, "restore", tmp_path / "a.zip", env=server).code == 0
    assert call(there, "backup", tmp_path / "b.zip", env=server).code == 0
    assert call(back, "restore", tmp_path / "b.zip").code == 0
    with open_store(data=lived) as source, open_store(data=back) as target:
        assert sorted(all_text(source).splitlines()) == sorted(all_text(target).splitlines())
    wanted = call(lived, "ask", QUESTION)
    assert call(there, "ask", QUESTION, env=server) == call(back, "ask", QUESTION) == wanted
    assert "✗" not in call(there, "doctor", env=server).out
    assert "✗" not in call(back, "doctor").out


@pytest.mark.sqlite  # one side of it is
def test_what_an_older_program_kept_comes_onto_a_server(
    lived: Path, postgresql_server: Server, tmp_path: Path
) -> None:
    address = postgresql_server.empty(f"o{tmp_path.name.encode().hex()[-40:]}")
    server, back, file = {"KEHOACH_DATABASE_URL": address}, tmp_path / "về", tmp_path / "a.zip"
    with open_store(data=lived) as store:
        migrate(store.engine, _EARLIER)
    assert call(lived, "backup", file).code == 0
    assert call(tmp_path / "máy chủ", "restore", file, env=server).code == 0
    assert call(back, "restore", file).code == 0
    with open_store(address, data=None) as there, open_store(data=back) as here:
        assert sorted(all_text(there).splitlines()) == sorted(all_text(here).splitlines())
        migrate(there.engine, _EARLIER)
    run = call(tmp_path / "máy chủ", "backup", file, env=server)
    assert run.err == (
        "Cơ sở dữ liệu còn ở cấu trúc của một bản phần mềm khác; hãy sao lưu bằng bản ấy, "
        "hoặc chạy kehoach doctor để nâng cấu trúc rồi sao lưu.\n"
    )


@pytest.mark.sqlite  # of a server that is not there
def test_a_server_that_does_not_answer(empty: Path, tmp_path: Path) -> None:
    server = {"KEHOACH_DATABASE_URL": f"postgresql+psycopg://kehoach@/kehoach?host={tmp_path}"}
    run = call(empty, "backup", tmp_path / "a.zip", env=server)
    assert (run.code, run.out) == (1, "")
    assert run.err == "Không nối được với máy chủ PostgreSQL tại localhost/kehoach.\n"


@pytest.mark.sqlite  # names its own server
def test_nothing_to_keep_on_a_server(empty: Path, postgresql_server: Server, tmp_path: Path) -> None:
    server = {"KEHOACH_DATABASE_URL": postgresql_server.empty(f"n{tmp_path.name.encode().hex()[-40:]}")}
    run = call(empty, "backup", tmp_path / "a.zip", env=server)
    assert run.err.startswith("Chưa có dữ liệu nào tại ")
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.sqlite  # names its file
def test_nothing_to_keep(empty: Path, tmp_path: Path) -> None:
    run = kehoach(empty, "backup", tmp_path / "a.zip")
    assert (run.code, run.out) == (1, "")
    assert run.err == f"Chưa có dữ liệu nào tại {empty / 'kehoach.db'} để sao lưu.\n"
    assert not (tmp_path / "a.zip").exists()
