"""The file of texts: every sentence that the program says is there, with what it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.channels.contract import ChannelName, Unread
from bot.chat.commands import COMMANDS, command_menu
from bot.menus.texts import BUNDLED, TextsError, load_texts
from bot.tracking.remarks import RemarkKind
from knowledge.progress import Standing
from knowledge.store.models import VersionState

FOLDER = Path(bot.__file__).parent
ROOMS = ("chat", "menus", "tracking", "notify", "reports", "serving")
SAYING = [path for room in ROOMS for path in sorted((FOLDER / room).glob("*.py"))]
TEXTS = load_texts()
BY_NAME = (
    {f"unread_{kind.value}" for kind in Unread}
    | {f"command_{command.name}" for command in COMMANDS}
    | {f"channel_{channel.value}" for channel in ChannelName}
    | {f"state_{state.value}" for state in VersionState if state is not VersionState.DISCARDED}
    | {f"field_{n}" for n in ("section", "title", "activity", "product", "lead", "coordinating", "deadline")}
    | {
        f"reminder_{n}"
        for n in (
            "moved",
            "removed",
            "past",
            "done",
            "undone",
            "by",
            "decided_by",
            "reopened_by",
            "note",
            "told",
            "reason",
            "file",
        )
    }
    | {f"reminder_head_{n}" for n in ("help", "leader", "follow")}
    | {f"reminder_button_{n}" for n in ("received", "done", "extend", "later", "confirm", "return", "move", "keep")}
    | {f"card_{each.value}" for each in RemarkKind}
    | {f"extension_{n}" for n in ("asked", "granted", "declined")}
    | {f"digest_{standing.value}" for standing in (Standing.LATE, Standing.NEAR)}
    | {f"unhealthy_{n}" for n in ("unexplained", "unconfirmed", "silent", "undelivered")}
    | {f"undelivered_{n}" for n in ("blocked", "window", "no_channel", "refused", "attempts", "recipient")}
)
"""Names that are put together when they are needed."""
PASSED_ON = {
    *("platform_down", "platform_back", "planning_late", "reminders_late"),
    "boxes",
    "words_again",
    "words_wanted",
    "words_or_files",
    *(f"account_{n}" for n in ("called", "nameless", "closed", "added")),
    *(f"likely_{n}" for n in ("agency", "name", "near", "invited", "off", "phone")),
    "acknowledged",
    "acknowledged_open",
    "answer_which",
    "choice_not_here",
    "choice_over",
    "choice_range",
    "choice_replaced",
    "no_duty_meant",
    "small_talk",
    "not_ours_which",
    "moved",
    "move_refused",
    "move_which",
    "agency_choose",
    "invite_choose",
    "group_choose",
    "file_fetching",
    "file_reading",
    "file_comparing",
    "late_question",
    "late_nothing",
    "disk_failed",
    "message_aside",
    "message_damaged",
    "part_failed",
    *(f"own_reminder_{n}" for n in ("set", "row", "dropped", "what", "when", "past", "far", "once", "hour")),
    "personal",
    *(f"reminder_{n}" for n in ("reported", "confirmed", "returned")),
    *(f"reminder_{n}_by" for n in ("confirmed", "returned", "directed")),
    "difficulty_told",
    "direction_given",
    *(f"transfer_{n}" for n in ("asked", "kept", "moved", "received", "choose")),
    "assigned",
    "unassigned",
    "assignment_over",
    "stand_in",
    "stand_in_over",
    "absence_noted",
    *(f"returned_{n}" for n in ("done", "received", "late")),
    *(f"handover_{n}" for n in ("asked", "agreed", "declined", "received")),
    *(f"handover_{n}" for n in ("sent", "card", "yes", "no")),
    *(f"absence_{n}" for n in ("set", "set_for", "ended", "row", "meant", "meant_for")),
    *(f"reminder_{n}" for n in ("given_by", "taken_by", "absent", "substitute")),
    "assigned_to",
    "assigned_back",
    *(f"button_urge_{n}" for n in ("all", "these")),
    *(f"set_switch_{n}" for n in ("done", "void")),
}
"""Names that are given to a function of ours."""


def _calls() -> Iterator[tuple[str, ast.Call, list[str]]]:
    """Every call of `say` and `text` with names written out, and those names."""
    for path in SAYING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                names = [n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)]
                names = [name for name in names if isinstance(name, str) and name in TEXTS.placeholders]
                plain = isinstance(node.args[0], ast.Constant | ast.IfExp)
                if node.func.attr in ("say", "_say", "text") and plain:
                    yield f"{path.name}:{node.lineno}", node, [str(name) for name in names]


def test_every_call_gives_what_its_sentence_needs() -> None:
    wrong = []
    for where, call, names in _calls():
        given = {keyword.arg for keyword in call.keywords}
        wrong += [(where, name) for name in names if TEXTS.placeholders[name] != given]
        wrong += [(where, "no such text")] if not names else []
    assert wrong == []


def test_every_sentence_is_said() -> None:
    said = {name for _, _, names in _calls() for name in names}
    source = "\n".join(path.read_text(encoding="utf-8") for path in SAYING)
    assert {name for name in PASSED_ON if f'"{name}"' not in source} == set()
    rows = {name for name in TEXTS.placeholders if name.startswith("report_") and f'"{name}"' in source}
    assert set(TEXTS.placeholders) - said - BY_NAME - PASSED_ON - rows == set()


def test_no_jargon() -> None:
    sentences = BUNDLED.read_text(encoding="utf-8").partition("\ntexts:")[2].casefold()
    for word in ("bot", "chatbot", "callback", "token", "admin", "user"):
        assert f" {word} " not in sentences


def test_the_menu_has_what_platforms_take() -> None:
    menu = command_menu(TEXTS)
    assert [name for name, _ in menu][:3] == ["start", "giup", "nhiemvu"]
    for name, description in menu:
        assert name.isascii()
        assert len(name) <= 32
        assert 1 <= len(description) <= 256


BAD = [
    ("texts: [", "Tệp lời văn texts.yaml không đọc được."),
    ("texts: {a: b}", "Tệp lời văn texts.yaml không đọc được."),
    ("placeholders: {}\ntexts: {a: ' '}", "Lời văn “a” trong texts.yaml để trống."),
    ("placeholders: {}\ntexts: {a: 'x {b}'}", "Lời văn “a” trong texts.yaml dùng {b}, không có tên này."),
    ("placeholders: {}\ntexts: {a: 'x {b'}", "Lời văn “a” có dấu ngoặc nhọn không khép."),
    ("placeholders: {}\ntexts: {a: x}\nwords: {a: 1}", "Tệp lời văn texts.yaml không đọc được."),
    (
        "placeholders: {}\ntexts: {a: x}\nwords: {b: y}",
        "Tệp lời văn texts.yaml có từ để gõ của “b”, không có lời văn nào tên này.",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), BAD)
def test_a_bad_file_is_refused_at_start(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "texts.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TextsError) as raised:
        load_texts(path)
    assert raised.value.sentence == sentence


def test_no_name_is_given_to_two_sentences() -> None:
    lines = BUNDLED.read_text(encoding="utf-8").splitlines()
    start = lines.index("texts:")
    until = lines.index("words:")
    names = [line.partition(":")[0] for line in lines[start:until] if re.match(r"  \w+:", line)]
    assert len(names) > 500
    assert {name for name in names if names.count(name) > 1} == set()
