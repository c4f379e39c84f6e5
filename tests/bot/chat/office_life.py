"""Two months of an office of forty agencies: people answer late, in words, on the wrong menu, on leave.

Everybody has a manner, drawn by chance and always the same. What they mean to have done is kept beside; what the
program has stored of it, and what it said, is compared by the test.
"""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, func, select

from bot.channels.contract import Address, ChannelName, Incoming, Reply, Sender
from bot.channels.numbering import number_choices
from bot.clock import HANOI
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from bot.notify.planning import refresh
from bot.people.members import Role
from bot.tracking.rows import find_occurrences
from knowledge.store.models import AbsenceRow, ExtensionRow, OccurrenceRow, TransferRow
from knowledge.store.models.base import Base
from knowledge.store.versions import activate, save_drafts
from tests.bot.chat.playing import Player
from tests.bot.notify.office import PLAN, duty
from tests.databases import hurry
from tests.knowledge.store.papers import make_paper

FIRST, LAST = date(2026, 10, 1), date(2026, 11, 30)
AGENCIES = 40
_SATURDAY = 5
_TITLES = (
    "Rà soát thủ tục hành chính lĩnh vực {}",
    "Tập huấn kỹ năng số cho cán bộ {}",
    "Công khai dữ liệu mở về {}",
    "Kiểm kê tài sản công phục vụ {}",
    "Khảo sát mức độ hài lòng về {}",
    "Lập hồ sơ điện tử {}",
)
_FIELDS = (
    "đê điều", "thư viện", "chợ truyền thống", "cấp nước sạch", "bến xe", "trường mầm non", "trạm y tế", "làng nghề",
    "nhà văn hóa", "cảng cá", "bảo tàng", "cây xanh", "hộ tịch", "đăng kiểm", "khuyến nông", "giống thủy sản",
    "phòng cháy", "vệ sinh môi trường", "chiếu sáng công cộng", "hỏa táng",
)  # fmt: skip
_NAMES = "An Bình Cường Dung Giang Hà Khánh Lan Minh Nga Oanh Phúc Quân Sơn Thảo Uyên Vân Xuân Yến Đạt"
_FAMILIES = "Nguyễn Trần Lê Phạm Vũ Đặng Bùi Đỗ Hồ Ngô"
_COMMUNES = "An Bình Cường Dũng Giang Hà Khánh Lan Mai Nam Phú Quý Sơn Tân Vân"


@dataclass
class Staff:
    """Somebody with a chat, and the manner in which reminders are answered."""

    sender: Sender
    name: str
    agency: str
    manner: str
    wishes: list[str] = field(default_factory=list)


@dataclass
class Intent:
    """What somebody meant to have done, and what came of it."""

    day: date
    who: Staff
    what: str
    title: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    succeeded: bool = False

    def __str__(self) -> str:
        talk = "\n".join(f"   > {asked}\n   {told}" for asked, told in self.said)
        return f"{self.day} {self.who.name} ({self.who.agency}, {self.who.manner}): {self.what}\n{talk}"


class Life(Player):
    """The office, its service, and its people."""

    def open(self) -> None:
        """With a worker that sends what is due."""
        super().open()
        app = self.app
        hurry(app.store)
        channels = self.channels.values()
        self.deliverer = Deliverer(
            app.store, app.library, app.directory, load_texts(), channels, app.clock, pause=_no_wait
        )

    def begin(self, seed: int) -> None:
        """People are let in and a plan of the two months is switched on."""
        self.chance = random.Random(seed)
        self.staff: list[Staff] = []
        self.intents: list[Intent] = []
        self.now = datetime(2026, 9, 30, 9, tzinfo=HANOI)
        directory = self.app.directory
        offices = [name for name in directory.members("Các sở, ban, ngành tỉnh", FIRST) if name != "Sở Nội vụ"][:24]
        self.agencies = ["Sở Nội vụ", *offices, *(f"UBND xã {name}" for name in _COMMUNES.split())][:AGENCIES]
        names = [f"{family} {given}" for family in _FAMILIES.split() for given in _NAMES.split()]
        self.chance.shuffle(names)
        self.people.appoint([Sender(ChannelName.TELEGRAM, "1", "Quản trị")])
        self.admin = Staff(Sender(ChannelName.TELEGRAM, "1", "Quản trị"), "Quản trị", "", "admin")
        for number, agency in enumerate(self.agencies):
            for role in (Role.OWNER, Role.OWNER, Role.LEADER)[: 2 + number % 2]:
                channel = (ChannelName.ZALO, ChannelName.TELEGRAM)[self.chance.random() < 0.4]
                sender = Sender(channel, f"{len(self.staff) + 100}", names[len(self.staff)])
                member = self.people.approve(self.people.request(sender, sender.name, agency).id, None, role)
                manner = "leader" if role is Role.LEADER else MANNERS[len(self.staff) % len(MANNERS)]
                self.staff.append(Staff(sender, member.name, agency, manner))
        titles = [title.format(field) for field in _FIELDS for title in _TITLES]
        days = [FIRST + timedelta(days=n) for n in range(5, (LAST - FIRST).days + 25)]
        tasks = []
        for row, title in enumerate(titles, 1):
            day = self.chance.choice(days)
            leads = self.chance.sample(self.agencies, 1 if row % 5 else 3)
            helpers = self.chance.sample(self.agencies, row % 3)
            tasks.append(duty(title, f"Trước ngày {day:%d/%m/%Y}", *leads, coordinating=helpers, row=row))
        paper = make_paper(PLAN, tasks=tuple(tasks), clauses=(), file="ke-hoach.docx")
        save_drafts(self.app.store, [paper], now=self.now)
        activate(self.app.store, "57/KH-UBND", now=self.now)

    async def live(self) -> None:
        """Every day from the first to the last."""
        day = FIRST
        while day <= LAST:
            self.now = datetime(day.year, day.month, day.day, 8, tzinfo=HANOI)
            await self._remind()
            for hour in (9, 15) if day.weekday() < _SATURDAY else ():
                self.now = self.now.replace(hour=hour)
                await self._work(day)
            day += timedelta(days=1)

    async def _remind(self) -> None:
        before = len(self.posted)
        refresh(self.app.store, self.app.library, self.app.directory, self.now)
        while await self.deliverer.try_deliver_one(self.now):
            continue
        self.arrived = {post.address.chat for post in self.posted[before:]}

    async def say(self, who: Staff, text: str) -> str:
        """Somebody writes; what comes back in that chat, as it is read there."""
        self._updates += 1
        before = len(self.posted)
        chat = Address(who.sender.channel, who.sender.id)
        self.now += timedelta(seconds=20)
        await self.bring(Incoming(str(self._updates), chat, who.sender, self.now, text))
        return "\n".join(self.shown(post.reply) for post in self.posted[before:] if post.address == chat)

    @staticmethod
    def shown(reply: Reply) -> str:
        """As it is read where numbers are typed."""
        return number_choices(reply)

    def last(self, who: Staff) -> str:
        """The last message in somebody's chat."""
        return next((self.shown(p.reply) for p in reversed(self.posted) if p.address.chat == who.sender.id), "")

    async def _work(self, day: date) -> None:
        for who in self.staff:
            if who.manner in ACTS and self.chance.random() < 0.5:
                await ACTS[who.manner](self, who, day)

    def owed(self, who: Staff, day: date) -> list[tuple[int, str, date]]:
        """What the agency owes within two weeks: number, title, day."""
        with self.app.store.read() as session:
            ids = session.scalars(select(OccurrenceRow.id).where(OccurrenceRow.agency == who.agency)).all()
            found = find_occurrences(session, ids)
        near = [each for each in found.values() if each.state.value == "open" and (each.due_on - day).days < 14]
        return sorted(((each.id, each.title, each.due_on) for each in near), key=lambda each: each[2])

    def has(self, rows: type[Base], *where: ColumnElement[bool]) -> bool:
        """Whether a table has such rows."""
        with self.app.store.read() as session:
            return bool(session.scalar(select(func.count()).select_from(rows).where(*where)))

    def duty_of(self, number: int) -> int:
        """The duty of an occurrence."""
        with self.app.store.read() as session:
            return session.get_one(OccurrenceRow, number).duty_id

    def is_received(self, number: int) -> bool:
        """Whether somebody has said so."""
        with self.app.store.read() as session:
            return session.get_one(OccurrenceRow, number).acknowledged_at is not None

    def is_ended(self, number: int) -> bool:
        """Whether an occurrence is no longer open."""
        with self.app.store.read() as session:
            return session.get_one(OccurrenceRow, number).state != "open"


Act = Callable[[Life, Staff, date], Awaitable[None]]


async def _no_wait(_seconds: float) -> None:
    return


async def talk(life: Life, intent: Intent, *lines: str, until: Callable[[], bool]) -> None:
    """Says one line after the other until what is meant has come about."""
    life.intents.append(intent)
    for line in lines:
        told = await life.say(intent.who, line)
        intent.said.append((line, told))
        if not until() and (row := re.search(rf"^(\d+)\. \S+ {re.escape(intent.title)} – hạn", told, re.M)):
            intent.said.append((row[1], await life.say(intent.who, row[1])))  # which of several is meant
        if until():
            intent.succeeded = True
            return


def few(title: str) -> str:
    """A title as people recall it: its first words and its last."""
    words = title.lower().split()
    return " ".join([*words[:3], *words[-2:]]) if len(words) > 6 else title.lower()


async def in_words(life: Life, who: Staff, day: date) -> None:
    """Says that something is done, as people do."""
    for number, title, due in life.owed(who, day)[:1]:
        opening = life.chance.choice(
            (
                f"báo cáo anh, việc {few(title)} bên em làm xong rồi ạ",
                f"em đã hoàn thành {few(title)}",
                f"{few(title)} xong rồi nhé",
                f"Sở em xong việc {title.lower()} từ hôm qua",
                f"xong {few(title)}",
            )
        )
        intent = Intent(day, who, f"done in words: {title} ({due})", title)
        lines = opening, "đúng rồi", "chậm do chờ số liệu của các xã", "bỏ qua"
        await talk(life, intent, *lines, until=partial(life.is_ended, number))


async def by_number(life: Life, who: Staff, day: date) -> None:
    """Answers by the numbers of the last message."""
    last, owed = life.last(who), life.owed(who, day)
    rows = re.findall(r"^(\d+)\. (.+?) – hạn", last, re.M)
    if rows:
        place, title = life.chance.choice(rows)
        found, line = [each for each in owed if each[1] == title], f"xong việc {place}"
    else:
        found = [each for each in owed if f"Nhiệm vụ: {each[1]}." in last and "2. Xong" in last]
        line = life.chance.choice(("xong", "2", "Xong ạ", "xong rồi"))
    for number, title, due in found[:1]:
        intent = Intent(day, who, f"done by number: {title} ({due})", title)
        await talk(life, intent, line, "do thiếu kinh phí", "bỏ qua", until=partial(life.is_ended, number))


async def polite(life: Life, who: Staff, day: date) -> None:
    """Thanks and a question in between, then the choice that stands in the reminder."""
    last = life.last(who)
    owed = [each for each in life.owed(who, day) if f"Nhiệm vụ: {each[1]}." in last and "1. Đã nhận" in last]
    for number, title, _ in [each for each in owed if not life.is_received(each[0])][:1]:
        question = f"ai chủ trì {few(title)}"
        intent = Intent(day, who, f"received after thanks: {title}", title)
        lines = "ok em", "cảm ơn em nhé", question, "1"
        await talk(life, intent, *lines, until=partial(life.is_received, number))


async def postponing(life: Life, who: Staff, day: date) -> None:
    """More time, in words."""
    for number, title, due in [each for each in life.owed(who, day) if each[2] >= day][:1]:
        to = due + timedelta(days=14)
        asked = partial(life.has, ExtensionRow, ExtensionRow.occurrence_id == number)
        if asked():
            return
        opening = life.chance.choice(
            (
                f"xin lùi việc {few(title)} đến {to.day}/{to.month}",
                f"cho bên em gia hạn {few(title)} đến ngày {to:%d/%m/%Y} vì chờ kinh phí",
                f"xin thêm hai tuần cho việc {few(title)}",
            )
        )
        intent = Intent(day, who, f"more time: {title} ({due})", title)
        await talk(life, intent, opening, "đúng", "chờ kinh phí bổ sung", until=asked)


async def away(life: Life, who: Staff, day: date) -> None:
    """On leave, with a colleague who stands in."""
    colleagues = [each for each in life.staff if each.agency == who.agency and each is not who]
    member = life.people.find(who.sender)
    if not colleagues or member is None or day.day % 7 or life.now.hour > 9:
        return
    first, last, given = day + timedelta(days=3), day + timedelta(days=6), colleagues[0].name
    noted = partial(life.has, AbsenceRow, AbsenceRow.member_id == member.id, AbsenceRow.first_on == first)
    opening = life.chance.choice(
        (
            f"tôi nghỉ từ {first.day}/{first.month} đến {last.day}/{last.month}, {given} làm thay",
            f"anh đi công tác {first.day}/{first.month} đến {last.day}/{last.month}, nhờ {given} trực thay nhé",
            f"mình xin nghỉ phép từ ngày {first:%d/%m} tới {last:%d/%m}",
        )
    )
    intent = Intent(day, who, f"away {first} to {last}, {given}")
    lines = (given, "đúng") if opening.startswith("mình") else ("đúng",)
    await talk(life, intent, opening, *lines, until=noted)


async def wrong_menu(life: Life, who: Staff, day: date) -> None:
    """A number that is no choice, small talk, a list, then the right words."""
    for number, title, due in life.owed(who, day)[:1]:
        intent = Intent(day, who, f"wrong number first: {title} ({due})", title)
        lines = "47", "gì vậy", "việc của tôi", f"xong việc {few(title)}", "đúng", "do mưa lũ", "bỏ qua"
        await talk(life, intent, *lines, until=partial(life.is_ended, number))


async def late(life: Life, who: Staff, day: date) -> None:
    """Answers only what is late, with its reason."""
    for number, title, due in [each for each in life.owed(who, day) if (day - each[2]).days > 2][:1]:
        intent = Intent(day, who, f"late: {title} ({due})", title)
        lines = f"đã xong {few(title)}, chậm do thiếu người", "đúng", "chậm do thiếu người", "bỏ qua"
        await talk(life, intent, *lines, until=partial(life.is_ended, number))


async def not_ours(life: Life, who: Staff, day: date) -> None:
    """Says that a duty is another agency's."""
    for number, title, _ in life.owed(who, day)[:1]:
        duty_id = life.duty_of(number)
        asked = partial(life.has, TransferRow, TransferRow.duty_id == duty_id, TransferRow.agency == who.agency)
        if day.day % 5 or asked():
            return
        opening = life.chance.choice(
            (
                f"việc {few(title)} không phải của cơ quan tôi",
                f"{few(title)} là của Sở Xây dựng chứ đâu phải bên anh",
                f"nhầm rồi em, {few(title)} bên khác làm",
            )
        )
        await talk(life, Intent(day, who, f"not ours: {title}", title), opening, "đúng", "theo quy chế", until=asked)


ACTS: dict[str, Act] = {
    "in_words": in_words,
    "by_number": by_number,
    "polite": polite,
    "postponing": postponing,
    "away": away,
    "wrong_menu": wrong_menu,
    "late": late,
    "not_ours": not_ours,
}
MANNERS = [*ACTS, "silent"]
