"""Settings and the log: a mistyped name is named, the screen stays free of what the log is for."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli import make_cli
from bot.settings import read_settings
from tests.bot.running import ROOT, Run, call, environment, kehoach

MISTYPED = [
    ("KEHOACH_HOEM", "Không có cài đặt nào tên KEHOACH_HOEM (có phải KEHOACH_HOME?).\n"),
    ("KEHOACH_DATABASE_ULR", "Không có cài đặt nào tên KEHOACH_DATABASE_ULR (có phải KEHOACH_DATABASE_URL?).\n"),
    ("KEHOACH_XYZ", "Không có cài đặt nào tên KEHOACH_XYZ.\n"),
]


@pytest.mark.parametrize(("name", "sentence"), MISTYPED)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_a_mistyped_name_fails_and_the_near_one_is_named(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, sentence: str, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if place == ".env":
        (tmp_path / ".env").write_text(f"{name}=x\n", encoding="utf-8")
    run = call(empty, "plans", env={name: "x"} if place == "environment" else {})
    assert run == Run(1, "", sentence)
    assert not empty.exists()


def test_a_mistyped_name_is_one_line_of_the_real_command(empty: Path) -> None:
    name, sentence = MISTYPED[0]
    assert kehoach(empty, "plans", env={name: "x"}) == Run(1, "", sentence)
    assert not empty.exists()


def test_env_file_may_hold_other_programs_variables(empty: Path, tmp_path: Path) -> None:
    lines = ["POSTGRES_PASSWORD=phugiang", f"KEHOACH_AGENCIES={tmp_path / 'không có.yaml'}"]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    assert kehoach(empty, "plans").code == 0
    run = kehoach(empty, "doctor")
    assert (run.code, run.err) == (1, "")
    assert run.out.endswith("✗ Không đọc được danh bạ cơ quan không có.yaml.\n")


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "bí mật"
    folder.mkdir()
    (folder / "kehoach_telegram_token").write_text("123:abc\n", encoding="utf-8")
    (folder / "postgres_password").write_text("của chương trình khác", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["KEHOACH_SECRETS_DIR", "CREDENTIALS_DIRECTORY"])
def test_a_secret_may_stand_in_a_file(secrets: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(secrets.parent)
    monkeypatch.setenv(name, str(secrets))
    token = read_settings().telegram_token
    assert token is not None
    assert token.get_secret_value() == "123:abc"
    monkeypatch.setenv("KEHOACH_TELEGRAM_TOKEN", "456:def")
    token = read_settings().telegram_token
    assert token is not None
    assert token.get_secret_value() == "456:def", "the environment is nearer"


def test_a_mistyped_name_of_a_secret_file(empty: Path, secrets: Path) -> None:
    (secrets / "kehoach_zalo_tokn").write_text("x", encoding="utf-8")
    said = "Không có cài đặt nào tên kehoach_zalo_tokn (có phải KEHOACH_ZALO_TOKEN?).\n"
    assert call(empty, "plans", env={"KEHOACH_SECRETS_DIR": str(secrets)}) == Run(1, "", said)


def test_a_folder_of_secrets_that_is_none(empty: Path) -> None:
    said = "KEHOACH_SECRETS_DIR phải là một thư mục, mà không/có không phải.\n"
    assert call(empty, "plans", env={"KEHOACH_SECRETS_DIR": "không/có"}) == Run(1, "", said)


UNUSABLE = [
    ({"KEHOACH_DATABASE_URL": "sqllite:///a.db"}, "Địa chỉ cơ sở dữ liệu không hợp lệ.\n"),
    ({"KEHOACH_LEXICON": "không có.yaml"}, "Không đọc được tệp từ điển không có.yaml.\n"),
]


@pytest.mark.parametrize(("settings", "sentence"), UNUSABLE)
def test_an_unusable_value_is_one_sentence(empty: Path, settings: dict[str, str], sentence: str) -> None:
    assert kehoach(empty, "ask", "Sở Nội vụ làm gì?", env=settings) == Run(1, "", sentence)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    home = tmp_path / "dữ liệu"
    home.write_text("không phải thư mục", encoding="utf-8")
    run = kehoach(home, "plans")
    assert run == Run(1, "", f"KEHOACH_HOME phải là một thư mục, mà {home} là một tệp.\n")


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_a_database_that_is_none(empty: Path) -> None:
    empty.mkdir()
    (empty / "kehoach.db").write_bytes(b"not a database at all" * 100)
    run = kehoach(empty, "ask", "Sở Nội vụ làm gì?")
    assert (run.code, run.out, len(run.err.splitlines())) == (1, "", 1)
    assert run.err.startswith(f"Kho dữ liệu tại {empty / 'kehoach.db'} bị hỏng; hãy dừng trợ lý rồi khôi phục ")


def test_a_log_that_cannot_be_written_disturbs_nobody(empty: Path) -> None:
    (empty / "kehoach.log").mkdir(parents=True)
    assert kehoach(empty, "diff", "57") == Run(1, "", "Chưa nạp kế hoạch nào tên là “57”.\n")


def test_a_failure_is_logged_for_the_operator(empty: Path) -> None:
    kehoach(empty, "diff", "57")
    line = (empty / "kehoach.log").read_text(encoding="utf-8")
    assert "UnknownPlanError: Chưa nạp kế hoạch nào tên là “57”." in line
    assert "Traceback" not in line


CLI = make_cli()
COMMANDS = [command.name or "" for command in CLI.registered_commands]
GROUPS = [group.name or "" for group in CLI.registered_groups]
"""Commands that have commands of their own."""


def test_the_list_of_commands() -> None:
    assert [
        *("load", "plans", "activate", "rollback", "diff", "withdraw", "progress", "timeline"),
        *("ask", "chat", "serve", "run", "remind", "deadline", "history", "feedback", "login", "eval", "reindex"),
        *("migrate-store", "doctor", "backup", "restore", "retention"),
    ] == COMMANDS
    assert GROUPS == ["tasks", "task", "golden", "people", "agencies", "abbreviations", "client"]


@pytest.mark.parametrize("command", [*COMMANDS, *GROUPS])
def test_help_opens_no_database(empty: Path, command: str) -> None:
    run = kehoach(empty, command, "--help") if command == "load" else call(empty, command, "--help")
    assert (run.code, run.err) == (0, "")
    assert f" {command} " in run.out.splitlines()[0] + run.out.splitlines()[1]
    assert not empty.exists()


@pytest.mark.parametrize(("arguments", "says"), [([], "Usage: "), (["xem"], "No such command 'xem'")])
def test_bad_usage(empty: Path, arguments: list[str], says: str) -> None:
    run = kehoach(empty, *arguments)
    assert run.code == 2
    assert says in run.out + run.err
    assert not empty.exists()


def test_version(empty: Path) -> None:
    assert kehoach(empty, "--version") == Run(0, version("tro-ly-ke-hoach") + "\n", "")


_WRITER = """
import logging, sys
from pathlib import Path
import bot.log
bot.log._MOST = 20_000
bot.log.start_log(Path(sys.argv[1]))
for number in range(400):
    logging.getLogger("thử").warning("%s-%d %s", sys.argv[2], number, "." * 100)
"""


def test_several_processes_write_one_log_and_lose_no_line(empty: Path) -> None:
    """It is moved away many times meanwhile; the newest parts are all there."""
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, empty, name], cwd=ROOT, env=environment(empty))
        for name in ("a", "b", "c")
    ]
    assert [each.wait() for each in writers] == [0, 0, 0]
    parts = [empty / "kehoach.log", *(empty / f"kehoach.log.{number}" for number in (1, 2, 3))]
    lines = [line for part in parts for line in part.read_text(encoding="utf-8").splitlines()]
    written: dict[str, list[int]] = {}
    for line in lines:
        whole = re.search(r" (\w)-(\d+) \.{100}$", line)
        assert whole is not None, line
        written.setdefault(whole[1], []).append(int(whole[2]))
    for name, numbers in written.items():
        assert len(set(numbers)) == len(numbers), name
        assert sorted(numbers) == list(range(min(numbers), max(numbers) + 1)), f"{name}: a line is missing"
