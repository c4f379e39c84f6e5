"""`python -m tests.pictures [FOLDER]`: the pictures of docs/, from the real page and the bundled plans.

Run by hand after the pages have changed; people are made up. It needs Chromium and writes PNG of at most 150 KB.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator

from bot.app import App
from bot.channels.contract import ChannelName, Sender
from bot.notify.planning import refresh
from bot.people.members import Role
from bot.settings import Settings
from ingest.load import read_plan
from knowledge.store.versions import save_drafts
from tests.bot.running import NOW, ROOT, call
from tests.bot.web.chromium import WIDTHS, Chromium, Tab, serving
from tests.bot.web.conftest import Console

FOLDER = ROOT / "docs" / "hinh"
SAMPLES = ROOT / "ingest" / "samples"
LARGEST = 150_000
"""Bytes of one picture."""
_DESK, _PHONE = WIDTHS["desktop"], WIDTHS["phone"]
_TALLEST = 1200
"""Pixels: what is below is left out."""
_PEOPLE = (
    (Role.STAFF, "Trần An", "Sở Nội vụ"),
    (Role.OWNER, "Vũ Bình", "Sở Nội vụ"),
    (Role.LEADER, "Đỗ Chi", "Sở Nội vụ"),
    (Role.OWNER, "Phan Dung", "Sở Y tế"),
)
_LOADED = ("cung-noi-dung/ke-hoach-57.pdf", "cong-van-462.txt", "nong-thon-moi-2026.xlsx", "truyen-thong-2026.md")
_NEWER = "truyen-thong-2026"
"""The plan that has a draft beside it."""
_ASKED = "ai chu tri lap bien chi dan o diem du lich nong thon, han khi nao?"


def make_office(folder: Path) -> Console:
    """Bundled plans in use, a draft beside one of them, and people who do not exist."""
    home = folder / "dữ liệu"
    call(home, "load", *(SAMPLES / name for name in _LOADED), "--activate")
    furnish(home)
    return Console(folder)


def furnish(home: Path) -> None:
    """Lets in people who do not exist, and has a draft beside one of the bundled plans in use."""
    app = App(Settings(home=home), lambda: NOW)
    app.people.appoint([Sender(ChannelName.TELEGRAM, "1", "Lê Quản")])
    for number, (role, name, agency) in enumerate(_PEOPLE, 2):
        request = app.people.request(Sender(ChannelName.TELEGRAM, str(number)), name, agency)
        app.people.approve(request.id, None, role)
    _load_newer(app, home.parent)
    refresh(app.store, app.library, app.directory, NOW)
    app.close()


def _load_newer(app: App, folder: Path) -> None:
    """The plan on communication again, with one day moved and one lead changed."""
    text = (SAMPLES / f"{_NEWER}.md").read_text(encoding="utf-8")
    text = text.replace("Hoàn thành trước ngày 30/11/2026", "Hoàn thành trước ngày 15/12/2026")
    text = text.replace("- Cơ quan chủ trì: Công an tỉnh.", "- Cơ quan chủ trì: Sở Xây dựng.")
    path = folder / f"{_NEWER}.md"
    path.write_text(text, encoding="utf-8")
    save_drafts(app.store, [read_plan(path, app.directory)], now=NOW)


_WITHOUT_SIGNS = r"""() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node; (node = walker.nextNode());)
        node.data = node.data.replace(/\p{Extended_Pictographic}\uFE0F? ?/gu, "")
}"""
"""Coloured signs are empty boxes where no font has them, so that pictures differed from machine to machine."""


async def keep(tab: Tab, path: Path, part: Locator | None = None) -> None:
    """The picture of a page, or a part of it, in as few colours as keep it small."""
    await tab.page.evaluate(_WITHOUT_SIGNS)
    shot = tab.page.screenshot(full_page=True) if part is None else part.screenshot()
    image = Image.open(io.BytesIO(await shot)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, _TALLEST)))
    image.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path}: {size} bytes")
    print(f"{path}: {size // 1000} KB")  # noqa: T201 - run by hand


async def _for_staff(chromium: Chromium, folder: Path) -> None:
    tab = await chromium.signed_in(_PHONE, Role.STAFF)
    await tab.page.get_by_label("Câu hỏi").fill(_ASKED)
    await tab.press("Gửi")
    await tab.page.locator("article.ours blockquote").first.wait_for()
    await keep(tab, folder / "hoi-dap.png", tab.page.locator("main"))
    owner = await chromium.signed_in(_PHONE, Role.OWNER)
    await owner.page.get_by_label("Câu hỏi").fill("/sapden")
    await owner.press("Gửi")
    await owner.page.locator("article.ours button", has_text="3").last.click()
    await owner.page.get_by_role("button", name="Đã nhận").wait_for()
    await keep(owner, folder / "viec-cua-toi.png", owner.page.locator("article.ours").last)
    await owner.page.set_viewport_size({"width": _DESK, "height": 844})
    await owner.open("/tien-do")
    await keep(owner, folder / "tien-do.png")


async def _for_administrators(chromium: Chromium, folder: Path) -> None:
    tab = await chromium.signed_in(_DESK)
    console = chromium.console
    plan = next(each.id for each in console.app.library.plans() if each.name == _NEWER)
    await tab.open(f"/ke-hoach/{plan}/viec/kich-hoat")
    await keep(tab, folder / "kich-hoat.png")
    printed = next(each.id for each in console.app.library.plans() if each.name == "57/KH-UBND")
    await tab.open(f"/ke-hoach/{printed}/xem-truoc")
    await _pictures_shown(tab)
    await keep(tab, folder / "xem-truoc.png")
    task = console.app.library.tasks()[0].id
    await tab.open(f"/nhiem-vu/{task}")
    await tab.page.locator(".cell summary").first.click()
    await keep(tab, folder / "sua-o.png")
    await tab.open("/nhac-viec?ngay=7")
    await keep(tab, folder / "nhac-viec.png")
    await tab.open("/nguoi-dung")
    await keep(tab, folder / "nguoi-dung.png")


async def _pictures_shown(tab: Tab) -> None:
    """Waits for the pictures of pages of the paper that the window shows."""
    await tab.page.wait_for_function("""() => {
        const shown = [...document.images].filter((each) => each.getBoundingClientRect().top < 1200)
        shown.forEach((each) => { each.loading = "eager" })
        return shown.length > 0 && shown.every((each) => each.complete && each.naturalWidth > 0)
    }""")


async def make_pictures(folder: Path) -> None:
    """Writes all of them."""
    with tempfile.TemporaryDirectory() as made:
        console = make_office(Path(made))
        try:
            async with serving(console, Path(made)) as chromium:
                await _for_staff(chromium, folder)
                await _for_administrators(chromium, folder)
        finally:
            console.app.close()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(make_pictures(target))
