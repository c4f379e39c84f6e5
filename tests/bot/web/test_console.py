"""What people do on the page: ask, look through plans and tasks, correct them, switch them."""

from __future__ import annotations

from bot.people.members import Role
from knowledge.store.corrections import version_tasks
from tests.bot.web.browsing import Browser, buttons, words
from tests.bot.web.conftest import FEWER, FLOODS, Console

QUESTION = "Bố trí kinh phí mua vật tư dự phòng hạn khi nào?"


async def _answer(browser: Browser, question: str = QUESTION) -> str:
    """The last thing that the assistant said."""
    shown = await browser.post("/chat", tin=question)
    return words(shown).partition("Việc thường làm")[0].rpartition(question)[2]


async def test_the_story_of_a_wrong_deadline(console: Console) -> None:
    code = console.link().code
    async with Browser(console.page) as browser:
        await browser.enter(code)
        async with Browser(console.page) as other:
            assert "đã được dùng rồi" in words(await other.enter(code))
        assert "15/12/2026" in await _answer(browser)

        task = f"/nhiem-vu/{console.task('Bố trí')}"
        assert "Trước ngày 15/12/2026" in words(await browser.get(task))
        edited = await browser.post(
            f"{task}/sua", o="deadline", thay="Trước ngày 15/12/2026", gia_tri="20/12/2026", ly_do="đối chiếu bản ký"
        )
        assert "Đã đính chính ô “Thời hạn” (đính chính số 1)." in words(edited)
        assert "Lý do: đối chiếu bản ký" in words(edited)
        assert console.replanned == 1
        answer = await _answer(browser)
        assert "20/12/2026" in answer
        assert "đối chiếu bản ký" in answer

        await browser.get(task)
        undone = await browser.post("/dinh-chinh/1/bo", ve=task.rpartition("/")[2])
        assert "Đã bỏ đính chính số 1." in words(undone)
        assert "Đã bỏ đính chính" not in words(await browser.get(task))
        assert "20/12/2026" not in (again := await _answer(browser))
        assert "15/12/2026" in again


async def test_the_answer_has_its_source_beside_it_and_its_buttons_work(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    await browser.get("/chat")
    shown = await browser.post("/chat", tin=QUESTION)
    assert "Văn bản ghi (1)" in words(shown)
    assert "<blockquote>2 | Bố trí kinh phí mua vật tư dự phòng" in shown.text
    assert f'href="/nhiem-vu/{console.task("Bố trí")}"' in shown.text
    assert "Xem trích đoạn" not in buttons(shown)
    message, data = buttons(shown)["Sai"]
    judged = await browser.post("/chat/chon", chon=data, tren=message)
    assert "đã ghi" in words(judged).lower()


async def test_a_menu_is_a_row_of_buttons_and_changes_in_its_place(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    shown = await browser.post("/chat", tin="/kehoach")
    message, data = buttons(shown)["1"]
    card = await browser.post("/chat/chon", chon=data, tren=message)
    assert "Kế hoạch 12/KH-UBND" in words(card)


async def test_with_script_only_the_talk_comes_back(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    part = await browser.post("/chat", headers={"hx-request": "true"}, tin=QUESTION)
    assert part.text.lstrip().startswith("<article")
    assert "15/12/2026" in words(part)


async def test_what_somebody_writes_is_never_markup(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    shown = await browser.post("/chat", tin="<script>alert(1)</script> ai chủ trì?")
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text


async def test_nobody_sees_or_presses_in_another_persons_talk(console: Console) -> None:
    one, two = await console.browser(Role.OWNER), await console.browser(Role.STAFF)
    await one.get("/chat")
    message, data = buttons(await one.post("/chat", tin=QUESTION))["Sai"]
    assert QUESTION not in words(await two.get("/chat"))
    pressed = words(await two.post("/chat/chon", chon=data, tren=message))
    assert "15/12/2026" not in pressed


async def test_signing_out_forgets_what_was_said(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    await browser.post("/chat", tin=QUESTION)
    await browser.post("/ra")
    again = await console.browser()
    assert QUESTION not in words(await again.get("/chat"))


async def test_who_has_everything_erased_is_out_and_the_talk_is_gone(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    await browser.get("/chat")
    asked = await browser.post("/chat", tin="/xoa_du_lieu")
    message, data = next(iter(buttons(asked).values()))
    told = words(await browser.post("/chat/chon", chon=data, tren=message))
    assert "Đã xóa dữ liệu của anh/chị." in told
    assert "Trần An" not in told
    assert (await browser.get("/chat")).status_code == 401
    assert [each.name for each in console.app.people.list()] == ["Lê Quản", "Vũ Bình", "Đỗ Chi"]


async def test_of_two_administrators_on_one_cell_the_second_is_told(console: Console) -> None:
    one, two = await console.browser(), await console.browser()
    task = f"/nhiem-vu/{console.task('Bố trí')}"
    await one.get(task)
    await two.get(task)
    await one.post(f"{task}/sua", o="lead", thay="Sở Tài chính", gia_tri="Sở Y tế", ly_do="theo thông báo")
    told = await two.post(f"{task}/sua", o="lead", thay="Sở Tài chính", gia_tri="Sở Xây dựng", ly_do="theo thông báo")
    assert told.status_code == 409
    assert "Ô “Chủ trì” vừa được Lê Quản lúc 08:00 ngày 20/11/2026 sửa thành “Sở Y tế”" in words(told)
    assert ">Sở Xây dựng</textarea>" in told.text  # nothing has to be typed again
    assert 'value="theo thông báo"' in told.text
    assert console.app.library.tasks_by_id([console.task("Bố trí")]).popitem()[1].task.lead == ("Sở Y tế",)


async def test_a_doubt_is_confirmed_or_dropped(console: Console) -> None:
    browser = await console.browser()
    task = f"/nhiem-vu/{console.task('Diễn tập')}"
    shown = words(await browser.get(task))
    assert "cần kiểm tra" in shown
    assert "lấy theo dòng trên" in shown
    moved = await browser.post(f"{task}/ket-luan", o="lead", thay="Sở Y tế", dung="1")
    assert moved.status_code == 409
    settled = await browser.post(f"{task}/ket-luan", o="lead", thay="Sở Tài chính", dung="1")
    assert "đã xác nhận đúng" in words(settled)
    assert "lấy theo dòng trên" not in words(settled)
    await browser.post("/dinh-chinh/1/bo", ve=task.rpartition("/")[2])
    dropped = await browser.post(f"{task}/ket-luan", o="lead", thay="Sở Tài chính", dung="0")
    assert "đã bỏ giá trị đọc sai" in words(dropped)
    assert console.app.library.tasks_by_id([console.task("Diễn tập")]).popitem()[1].task.lead == ()


async def test_a_reason_is_asked_for_and_what_was_typed_stays(console: Console) -> None:
    browser = await console.browser()
    task = f"/nhiem-vu/{console.task('Bố trí')}"
    await browser.get(task)
    told = await browser.post(f"{task}/sua", o="product", thay="", gia_tri="Quyết định phân bổ", ly_do=" ")
    assert told.status_code == 400
    assert "Xin ghi lý do." in words(told)
    assert ">Quyết định phân bổ</textarea>" in told.text


async def test_a_task_that_is_ended_is_in_no_list_and_comes_back(console: Console) -> None:
    browser = await console.browser()
    number = console.task("Bố trí")
    await browser.get(f"/nhiem-vu/{number}")
    ended = await browser.post(f"/nhiem-vu/{number}/dung", ly_do="chuyển sang năm sau")
    assert "Nhiệm vụ đã được cho dừng ngày 20/11/2026: chuyển sang năm sau." in words(ended)
    assert "Bố trí kinh phí" not in words(await browser.get("/ke-hoach/1/nhiem-vu"))
    listed = await browser.get("/ke-hoach/1/dinh-chinh")
    assert "dừng thực hiện" in words(listed)
    await browser.post("/dinh-chinh/1/bo")
    assert "Bố trí kinh phí" in words(await browser.get("/ke-hoach/1/nhiem-vu"))


async def test_the_table_is_filtered(console: Console) -> None:
    browser = await console.browser(Role.STAFF)

    async def shown(asked: str) -> list[str]:
        text = words(await browser.get(f"/ke-hoach/1/nhiem-vu?{asked}"))
        return [row[0] for row in FLOODS if row[0] in text]

    review, money, drill = (row[0] for row in FLOODS)
    assert await shown("") == [review, money, drill]
    assert await shown("co-quan=stc") == [money, drill]
    assert await shown("ngo=1") == [drill]
    assert await shown("tu=2026-12-01&den=2026-12-31") == [money]
    assert await shown("den=2026-11-30") == [review, drill]
    assert await shown("tinh-trang=khong-ngay") == []
    assert "không phải là ngày" in words(await browser.get("/ke-hoach/1/nhiem-vu?tu=hom-nay"))


async def test_a_deadline_of_which_no_day_could_be_read_is_to_be_looked_at(console: Console) -> None:
    browser = await console.browser()
    plan = console.load((*FEWER, ("Mở lớp thuyết minh viên", "Sở Nội vụ", "Bao giờ xong thì thôi")), activate=False)
    shown = await browser.get(f"/ke-hoach/{plan}/nhiem-vu?ban=nhap&ngo=1")
    assert "1 trong 3 nhiệm vụ." in words(shown)
    assert "Mở lớp thuyết minh viên" in words(shown)
    number = next(each.id for each in version_tasks(console.app.store, plan) if each.task.title.startswith("Mở"))
    assert "Không đọc được ngày nào nên chưa nhắc được." in words(await browser.get(f"/nhiem-vu/{number}"))


async def test_a_draft_is_looked_through_and_corrected_before_it_is_used(console: Console) -> None:
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    plan = console.load((("Trồng rừng phòng hộ", "Sở Tài chính", "30/12/2026"), *FEWER), activate=False)
    table = await browser.get(f"/ke-hoach/{plan}/nhiem-vu?ban=nhap")
    assert "bản nháp 2, chưa dùng" in words(table)
    number = next(each.id for each in version_tasks(console.app.store, plan) if each.task.title.startswith("Trồng"))
    assert "Trồng rừng" not in words(await staff.get(f"/ke-hoach/{plan}/nhiem-vu?ban=nhap"))
    assert (await staff.get(f"/nhiem-vu/{number}")).status_code == 404
    await browser.get(f"/nhiem-vu/{number}")
    edited = await browser.post(
        f"/nhiem-vu/{number}/sua", o="lead", thay="Sở Tài chính", gia_tri="Sở Y tế", ly_do="đọc nhầm cột"
    )
    assert "Sở Tài chính → Sở Y tế" in words(edited)

    asked = words(await browser.get(f"/ke-hoach/{plan}/viec/kich-hoat"))
    assert "theo bản 2 (3 nhiệm vụ)" in asked
    assert "1 nhiệm vụ thêm, 1 nhiệm vụ bỏ" in asked
    done = await browser.post(f"/ke-hoach/{plan}/viec/kich-hoat", ban="2")
    assert "đang dùng bản 2" in words(done)
    live = words(await staff.get(f"/ke-hoach/{plan}/nhiem-vu"))
    assert "Trồng rừng phòng hộ" in live
    assert "Sở Y tế" in live

    assert "Nhiệm vụ đã bị" not in words(await browser.get(f"/ke-hoach/{plan}/viec/quay-lai"))
    back = await browser.post(f"/ke-hoach/{plan}/viec/quay-lai", ban="2")
    assert "đã quay lại bản 1" in words(back)
    assert "Trồng rừng" not in words(await staff.get(f"/ke-hoach/{plan}/nhiem-vu"))


async def test_a_switch_that_somebody_else_has_made_is_told(console: Console) -> None:
    one, two = await console.browser(), await console.browser()
    plan = console.load(FEWER, activate=False)
    for browser in (one, two):
        await browser.get(f"/ke-hoach/{plan}/viec/kich-hoat")
    await one.post(f"/ke-hoach/{plan}/viec/kich-hoat", ban="2")
    late = await two.post(f"/ke-hoach/{plan}/viec/kich-hoat", ban="2")
    assert (late.status_code, "xin xem lại" in words(late)) == (409, True)


async def test_a_plan_is_withdrawn_with_a_reason_and_comes_back(console: Console) -> None:
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    await browser.get("/ke-hoach/1/viec/rut")
    assert "Xin ghi lý do" in words(await browser.post("/ke-hoach/1/viec/rut", ban="1", ly_do=""))
    done = await browser.post("/ke-hoach/1/viec/rut", ban="1", ly_do="chờ thay thế")
    assert "đã rút: chờ thay thế" in words(done)
    assert (await staff.get("/ke-hoach/1")).status_code == 404
    await browser.get("/ke-hoach/1/viec/kich-hoat")
    await browser.post("/ke-hoach/1/viec/kich-hoat", ban="1")
    assert (await staff.get("/ke-hoach/1")).status_code == 200


async def test_who_looks_and_who_corrects_see_different_pages(console: Console) -> None:
    staff, admin = await console.browser(Role.STAFF), await console.browser()
    task = f"/nhiem-vu/{console.task('Diễn tập')}"
    assert "Sửa" in words(await admin.get(task))
    shown = words(await staff.get(task))
    assert "lấy theo dòng trên" in shown
    assert "Sửa" not in shown
    assert "Người dùng" not in shown
    assert "Lê Quản" in words(await admin.get("/nguoi-dung"))


async def test_health_says_what_is_wrong(console: Console) -> None:
    browser = await console.browser()
    assert "hoạt động bình thường" in words(await browser.get("/tinh-trang"))
    console.trouble = "Kênh zalo không kết nối được."
    assert "Kênh zalo không kết nối được." in words(await browser.get("/tinh-trang"))
