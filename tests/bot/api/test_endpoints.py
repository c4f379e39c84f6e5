"""The interface as another system of the office calls it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.api import endpoints
from bot.people.clients import Clients
from bot.people.members import Role
from bot.people.records import Change, NotAllowedError
from tests.bot.api.conftest import Callers
from tests.bot.papers import write_plan
from tests.bot.running import call
from tests.bot.web.browsing import Browser, words
from tests.bot.web.conftest import FEWER, FLOODS, Console

PAPER = """ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG

Số: 31/KH-UBND

# KẾ HOẠCH

| TT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn |
| --- | --- | --- | --- |
| 1 | Rà soát bến đò ngang | Sở Xây dựng | 20/12/2026 |
""".encode()
WHAT: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/ask"): {"json": {"question": "Sở Tài chính làm gì?"}},
    ("GET", "/plans"): {},
    ("GET", "/tasks"): {},
    ("GET", "/tasks/1"): {},
    ("GET", "/progress"): {},
    ("GET", "/reminders"): {},
    ("POST", "/plans"): {"files": {"file": ("đò.md", PAPER)}},
}
"""Every endpoint, with what a good request carries."""
LOADING = {("POST", "/plans")}
PUBLIC = {("GET", "/openapi.json"), ("GET", "/docs")}


def _names(response: httpx.Response) -> list[str]:
    return [each["title"] for each in response.json()["tasks"]]


async def test_every_endpoint_is_in_the_table(callers: Callers) -> None:
    described = (await callers.stranger("GET", "/openapi.json")).json()
    found = {(method.upper(), path) for path, each in described["paths"].items() for method in each}
    assert found == {(method, path.replace("/tasks/1", "/tasks/{task_id}")) for method, path in WHAT}


async def test_every_scope_on_every_endpoint(callers: Callers) -> None:
    for (method, path), sent in WHAT.items():
        stranger = await callers.stranger(method, path, **sent)
        assert (stranger.status_code, stranger.headers["www-authenticate"]) == (401, "Bearer"), path
        assert "Thiếu mã truy cập" in stranger.json()["error"]
        read = await callers.read(method, path, **sent)
        assert (read.status_code == 403) == ((method, path) in LOADING), (path, read.text)
        assert (await callers.load(method, path, **sent)).status_code in (200, 201), path
    for method, path in PUBLIC:
        assert (await callers.stranger(method, path)).status_code == 200


async def test_who_may_not_load_is_refused_before_anything_is_read(callers: Callers) -> None:
    async def endless() -> Any:
        yield b"x"
        raise AssertionError("the body was asked for")

    for caller, status in ((callers.stranger, 401), (callers.read, 403)):
        assert (await caller("POST", "/plans", content=endless())).status_code == status


async def test_a_question_is_answered_with_its_task_as_the_command_does(console: Console, callers: Callers) -> None:
    asked = {"id": "q1", "question": "Ai bố trí kinh phí mua vật tư dự phòng, hạn khi nào?"}
    answer = (await callers.read("POST", "/ask", json=asked)).json()
    assert (answer["id"], answer["status"]) == ("q1", "answered")
    assert "Sở Tài chính" in answer["answer"]
    printed = call(console.folder / "dữ liệu", "ask", asked["question"], "--json")
    same = json.loads(printed.out)
    for each in (answer, same):
        del each["elapsed_ms"], each["id"]
    assert answer == same
    follow = {"question": "còn diễn tập sơ tán?", "turns": [asked["question"]]}
    assert "Diễn tập" in (await callers.read("POST", "/ask", json=follow)).json()["answer"]


async def test_tasks_are_filtered_and_paged_as_the_command_does(console: Console, callers: Callers) -> None:
    review, money, drill = (row[0] for row in FLOODS)
    assert _names(await callers.read("GET", "/tasks")) == [review, money, drill]
    assert _names(await callers.read("GET", "/tasks", params={"agency": "stc"})) == [money, drill]
    due = {"due_from": "2026-12-01", "due_to": "2026-12-31"}
    assert _names(await callers.read("GET", "/tasks", params=due)) == [money]
    assert _names(await callers.read("GET", "/tasks", params={"plan": "12/KH-UBND", "due_to": "2026-11-30"})) == [
        review, drill,
    ]  # fmt: skip
    second = (await callers.read("GET", "/tasks", params={"page": 2, "per_page": 2})).json()
    assert (second["total"], second["page"], [each["title"] for each in second["tasks"]]) == (3, 2, [drill])
    printed = call(console.folder / "dữ liệu", "tasks", "--format", "json").out.splitlines()
    whole = (await callers.read("GET", "/tasks")).json()["tasks"]
    assert whole == [json.loads(line) for line in printed]
    assert (await callers.read("GET", f"/tasks/{whole[0]['id']}")).json() == whole[0]


async def test_progress_and_reminders_are_those_of_the_commands(console: Console, callers: Callers) -> None:
    progress = (await callers.read("GET", "/progress", params={"agency": "Sở Tài chính"})).json()
    assert [each["title"] for each in progress["items"]] == [FLOODS[2][0], FLOODS[1][0]]
    assert sum(progress["counts"].values()) == progress["total"] == 2
    home = console.folder / "dữ liệu"
    printed = json.loads(call(home, "progress", "--agency", "Sở Tài chính", "--format", "json").out)
    assert printed == {key: progress[key] for key in printed}
    reminders = (await callers.read("GET", "/reminders", params={"days": 14})).json()
    lines = call(home, "remind", "--days", "14", "--format", "json").out.splitlines()
    assert reminders["reminders"] == [json.loads(line) for line in lines]
    assert {"Vũ Bình"} <= {each["person"] for each in reminders["reminders"]}


async def test_a_paper_is_sent_and_its_table_comes_back(console: Console, callers: Callers) -> None:
    rows = (("Trồng rừng phòng hộ", "Sở Tài chính", "30/12/2026"), *FEWER)
    paper = write_plan(console.folder / "gửi.md", rows).read_bytes()
    sent = await callers.load("POST", "/plans", files={"file": ("gửi.md", paper)})
    loaded = sent.json()
    assert (sent.status_code, loaded["state"], loaded["version"], loaded["unchanged"]) == (201, "draft", 2, False)
    assert _names(sent) == [row[0] for row in rows]
    assert loaded["report"]["rows"] == 3
    assert [each["state"] for each in loaded["plan"]["versions"]] == ["active", "draft"]
    again = await callers.load("POST", "/plans", files={"file": ("gửi.md", paper)})
    assert (again.status_code, again.json()["unchanged"], _names(again)) == (200, True, _names(sent))
    # Nothing is answered from it yet, and who may only read does not see it.
    assert "Trồng rừng phòng hộ" not in _names(await callers.read("GET", "/tasks"))
    (plan,) = (await callers.read("GET", "/plans")).json()["plans"]
    assert (plan["number"], plan["live_version"], "versions" in plan) == ("12/KH-UBND", 1, False)
    # The history says which system it was, on the page and at the command line.
    who = "hệ thống Quản lý văn bản"
    printed = call(console.folder / "dữ liệu", "history", "--plan", "12", "--limit", "1").out
    assert printed.splitlines()[0] == f"20/11/2026 08:00  {who}  12/KH-UBND: nạp bản 2 (gửi.md)"
    async with await console.browser() as browser:
        shown = (await browser.get("/lich-su")).text
        found = re.search(rf'<option value="(-\d+)">{who}</option>', shown)
        assert found is not None
        own = words(await browser.get(f"/lich-su?nguoi={found[1]}"))
        assert "1 thay đổi." in own
        assert f"08:00 20/11/2026 {who} Nạp bản 2 (gửi.md) 12/KH-UBND" in own


async def test_what_is_no_plan_is_told_why(callers: Callers) -> None:
    secret = "Độ mật: MẬT\n\nKẾ HOẠCH\nSố: 5/KH-UBND\n".encode()
    for name, content in (("rỗng.docx", b""), ("ảnh.exe", b"MZ"), ("mật.txt", secret)):
        answer = await callers.load("POST", "/plans", files={"file": (name, content)})
        assert answer.status_code == 422, name
        assert answer.json()["error"].endswith("."), answer.text


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "sentence"),
    [
        ("GET", "/tasks/999", {}, 404, "Không có nhiệm vụ này trong các bản đang dùng."),
        ("GET", "/tasks?plan=99/KH-UBND", {}, 404, "Chưa nạp kế hoạch nào tên là “99/KH-UBND”."),
        ("GET", "/khong-co", {}, 404, "Không có địa chỉ này; xem /api/v1/docs."),
        ("DELETE", "/tasks", {}, 405, "Địa chỉ này không nhận phương thức ấy; xem /api/v1/docs."),
        ("GET", "/progress?agency=Sở Không Có", {}, 422, "Không có cơ quan nào tên là “Sở Không Có”."),
        ("GET", "/tasks?due_from=mai", {}, 422, "Không hợp lệ: “due_from” phải là một ngày dạng 2026-11-20."),
        ("GET", "/tasks?due-from=2026-11-20", {}, 422, "Không hợp lệ: “due-from” không có trường này."),
        ("GET", "/reminders?days=400", {}, 422, "Không hợp lệ: “days” nhiều nhất là 31."),
        ("POST", "/ask", {"json": {}}, 422, "Không hợp lệ: “question” thiếu."),
        (
            "POST",
            "/ask",
            {"content": b"{"},
            422,
            "Không hợp lệ: nội dung phải là một đối tượng JSON (application/json).",
        ),
        ("POST", "/ask", {"json": {"question": "a" * 3_000}}, 422, "Không hợp lệ: “question” dài quá 2000 ký tự."),
        ("POST", "/ask", {"json": {"question": "a" * 400_000}}, 413, "Nội dung gửi lên quá lớn (nhiều nhất 300 KB)."),
        ("POST", "/plans", {"data": {"file": "chữ"}}, 422, "Không hợp lệ: “file” không hợp lệ."),
    ],
)
async def test_what_is_wrong_is_said(
    callers: Callers, method: str, path: str, sent: dict[str, Any], status: int, sentence: str
) -> None:
    answer = await callers.load(method, path, **sent)
    assert (answer.status_code, answer.json()["error"]) == (status, sentence)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_file_that_is_too_large_is_refused(callers: Callers) -> None:
    length = {"content-length": str(endpoints.MOST_FILE * 2)}
    told = await callers.load.client.post(
        "/api/v1/plans", headers={"authorization": f"Bearer {callers.load.token}", **length}, content=b"x"
    )
    assert told.status_code == 413
    assert "quá lớn" in told.json()["error"]


async def test_who_calls_too_fast_waits(console: Console, callers: Callers) -> None:
    while (answer := await callers.read("GET", "/tasks/1")).status_code == 200:
        pass
    assert answer.status_code == 429
    seconds = int(answer.headers["retry-after"])
    assert answer.json()["error"] == f"Gọi quá nhanh; xin đợi {seconds} giây."
    assert (await callers.load("GET", "/tasks/1")).status_code == 200  # another one is not held up by that
    console.passed += timedelta(seconds=seconds)
    assert (await callers.read("GET", "/tasks/1")).status_code == 200


async def test_a_token_opens_nothing_once_it_is_revoked(console: Console, callers: Callers) -> None:
    home = console.folder / "dữ liệu"
    assert (await callers.read("GET", "/plans")).status_code == 200
    assert "Cổng thông tin" in call(home, "client", "list").out
    assert "Đã thu hồi" in call(home, "client", "revoke", "Cổng thông tin").out
    assert (await callers.read("GET", "/plans")).status_code == 401
    assert "đã thu hồi" in call(home, "client").out


def test_a_client_is_added_by_the_command_and_kept_as_a_hash(console: Console) -> None:
    home = console.folder / "dữ liệu"
    added = call(home, "client", "add", "Một cửa", "--may", "load")
    token = added.out.strip()
    assert (token.startswith("kehoach_"), len(token) > 40, "chỉ in một lần này" in added.err) == (True, True, True)
    clients = Clients(console.app.store, console.app.clock)
    found = clients.find(token)
    assert found is not None
    assert (found.name, found.may_load) == ("Một cửa", True)
    assert clients.list()[0].used_at == console.app.clock()
    assert not any(token.encode() in path.read_bytes() for path in Path(home).rglob("*") if path.is_file())
    assert "Đã có hệ thống tên" in call(home, "client", "add", "một cửa").err
    staff = console.people[Role.STAFF].id
    with pytest.raises(NotAllowedError):
        clients.add("Lén", may_load=True, by=staff)
    with pytest.raises(NotAllowedError):
        clients.revoke("Một cửa", by=staff)
    actions = [(each.action, each.detail) for each in console.app.people.history(1)]
    assert actions == [(Change.CLIENT_ADDED, "hệ thống 1: đọc, nạp văn bản")]


async def test_the_description_is_a_page_of_our_own(console: Console) -> None:
    page = await Browser(console.page).get("/api/v1/docs")
    assert "POST /api/v1/ask" in words(page)
    assert "GET /api/v1/reminders" in words(page)
    assert "Cơ quan chủ trì theo danh bạ" in words(page)
    assert "http" not in page.text.replace("http://127.0.0.1:8080", "").replace("http-equiv", "")
