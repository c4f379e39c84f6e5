"""What holds for every deadline phrase, and for any text at all."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.deadlines import find_deadlines, parse_deadline
from knowledge.numerals import parse_small_number
from knowledge.records import Deadline, DeadlineKind
from knowledge.text import fold, nfc, squeeze

ISSUED = date(2025, 12, 19)
UNTIL = date(2030, 12, 31)
ROMAN = ("I", "II", "III", "IV")


def parse(phrase: str) -> Deadline:
    return parse_deadline(phrase, plan_year=2026, issued=ISSUED)


def meaning(
    phrase: str,
) -> tuple[tuple[DeadlineKind, ...], date | None, tuple[date, ...], tuple[str, ...], bool]:
    deadline = parse(phrase)
    return deadline.kinds, deadline.start, deadline.dates, deadline.rules, bool(deadline.unread)


# --- Phrases made from the grammar --------------------------------------------------------------

years = st.integers(2024, 2032).map(str)
of_year = st.one_of(years.map("/{}".format), years.map(" năm {}".format), st.just(""))
quarters = st.builds("{} {}{}".format, st.sampled_from(["Quý", "Quí"]), st.sampled_from(ROMAN), of_year)
months = st.builds("Tháng {}{}".format, st.integers(1, 12), of_year)
days = st.builds("ngày {}/{}{}".format, st.integers(1, 28), st.integers(1, 12), years.map("/{}".format) | st.just(""))
spans = st.one_of(quarters, months, years.map("Năm {}".format), st.just("6 tháng đầu năm"))
dues = st.builds(
    "{} {}".format, st.sampled_from(["Trước", "Chậm nhất", "Đến hết", "Hoàn thành trong", "Trong"]), spans | days
)
windows = st.builds("Từ {} đến {}".format, spans, spans)
repeats = st.one_of(
    st.sampled_from(["Hằng năm", "Hàng quý", "Mỗi tháng", "Định kỳ 6 tháng", "6 tháng/lần", "Hằng tuần"]),
    st.builds("{} hằng năm".format, months | quarters | days),
    st.builds("Trước ngày {} hằng tháng".format, st.integers(1, 31)),
    st.builds("Ngày {} của tháng cuối quý".format, st.integers(1, 31)),
)
rounds = st.builds("Đợt {} tháng {}/2026".format, st.integers(1, 9), st.integers(1, 12))
changed = st.builds(
    "{} ({} {})".format, days, st.sampled_from(["gia hạn đến", "lùi sang", "điều chỉnh thành", "thay cho"]), days
)
picks = st.builds(
    "{} {}".format,
    st.sampled_from(
        ["ngày làm việc cuối cùng của", "thứ Hai đầu tiên của", "thứ Sáu tuần cuối", "ngày đầu tiên của"]
    ),
    st.sampled_from(["tháng", "tháng 6/2026", "tháng 9"]),
)
others = st.sampled_from(["Thường xuyên", "Khi có yêu cầu", "Theo kế hoạch", "Từ năm 2026"])
parts = st.one_of(spans, days, dues, windows, repeats, others, rounds, changed, picks)
phrases = st.one_of(
    parts,
    st.builds("{} và thường xuyên".format, parts),
    st.builds("{} hoặc khi có yêu cầu".format, parts),
    st.builds("{}, {}".format, parts, parts),
    st.builds("{}; {}".format, parts, parts),
)


def without_accents(text: str) -> str:
    return fold(text)


respell = st.sampled_from(
    [
        str.upper,
        str.lower,
        without_accents,
        lambda text: without_accents(text).upper(),
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\n"),
        lambda text: f"  {text} ",
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("/", " / "),
        lambda text: text.replace("Hằng", "Hàng").replace("hằng", "hàng"),
        lambda text: f"**{text}**",
    ]
)


@given(phrases, respell, respell)
def test_spelling_does_not_change_the_meaning(phrase: str, first, second) -> None:  # type: ignore[no-untyped-def]
    assert meaning(second(first(phrase))) == meaning(phrase)


@given(spans | days | dues, spans | days | dues)
def test_two_times_told_in_either_order_are_the_same(first: str, second: str) -> None:
    said, turned = meaning(f"{first}; {second}"), meaning(f"{second}; {first}")
    years = [re.findall(r"20[0-9]{2}", part) for part in (first, second)]
    if all(years):  # a time without a year takes that of its neighbour
        assert (said[0], said[2:]) == (turned[0], turned[2:])


_TENS = {1: "mười", 2: "hai mươi", 3: "ba mươi"}
_ONES = ("", "mốt", "hai", "ba", "bốn", "lăm", "sáu", "bảy", "tám", "chín")
_SINGLE = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _SINGLE[number]
    return f"{_TENS[tens]} {'một' if number == 11 else _ONES[ones]}".strip()


@given(
    st.integers(1, 31),
    st.integers(1, 12),
    st.sampled_from(
        ["trước ngày {} tháng {} năm 2026", "ngày {} tháng {}/2026", "chậm nhất ngày {} tháng {} hằng năm"]
    ),
)
def test_numbers_in_words_are_the_digits(day: int, month: int, shape: str) -> None:
    spelt, digits = shape.format(in_words(day), in_words(month)), shape.format(day, month)
    assert meaning(spelt) == meaning(digits)
    assert meaning(spelt.upper()) == meaning(digits)
    assert meaning(unicodedata.normalize("NFD", spelt)) == meaning(digits)


_SLIPS = {"0": "Oo", "1": "lI"}


@given(st.dates(date(2024, 1, 1), date(2029, 12, 31)), st.data())
def test_a_scanners_slip_gives_the_same_day_or_a_doubt(day: date, data: st.DataObject) -> None:
    printed = f"trước ngày {day:%d/%m/%Y}"
    slips = [data.draw(st.sampled_from([c, *_SLIPS.get(c, "")])) for c in printed]
    found = parse("".join(slips))
    assert found.dates == (day,) or found.unread


@given(phrases)
def test_what_is_not_understood_is_printed_in_the_phrase(phrase: str) -> None:
    deadline = parse(phrase)
    assert all(part and part in deadline.phrase for part in deadline.unread)


@given(
    st.integers(1, 4),
    of_year,
    st.sampled_from(["Quý {}{}", "Trước quý {}{}", "Từ quý {}{}", "Q{}{}", "Hết quý {}{}"]),
)
def test_roman_and_arabic_quarters_are_the_same(number: int, year: str, shape: str) -> None:
    arabic, roman = shape.format(number, year), shape.format(ROMAN[number - 1], year)
    assert meaning(arabic) == meaning(roman)
    assert parse_small_number(ROMAN[number - 1]) == number


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    for shape in (
        "%d/%m/%Y",
        "%d-%m-%Y",
        "%d.%m.%Y",
        "Trước ngày %d tháng %m năm %Y",
        "chậm nhất %d/%m/%Y",
        "%Y-%m-%d",
    ):
        assert parse(day.strftime(shape)).dates == (day,)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(2024, 2030))
def test_a_day_is_itself_or_nothing(day: int, month: int, year: int) -> None:
    found = parse(f"Trước ngày {day}/{month}/{year}").dates
    try:
        expected: tuple[date, ...] = (date(year, month, day),)
    except ValueError:
        expected = ()
    assert found == expected


@given(phrases)
def test_kinds_dates_and_rules_go_together(phrase: str) -> None:
    deadline = parse(phrase)
    due = deadline.due_dates(UNTIL)
    assert deadline.kinds
    assert list(deadline.kinds) == [kind for kind in DeadlineKind if kind in deadline.kinds]
    assert list(due) == sorted(set(due))
    assert all(day <= UNTIL for day in due if day not in deadline.dates)
    if deadline.rules:
        assert DeadlineKind.RECURRING in deadline.kinds
    if deadline.dates:
        assert DeadlineKind.ONE_OFF in deadline.kinds
    if deadline.start and deadline.kinds == (DeadlineKind.RECURRING,):
        assert all(day >= deadline.start for day in due)


@given(repeats)
def test_rules_survive_a_round_trip(phrase: str) -> None:
    for rule in parse(phrase).rules:
        parsed = rrulestr(rule)
        begin = rule.removeprefix("DTSTART:")[:8]
        assert f"{parsed[0]:%Y%m%d}" == begin
        again = str(parsed).replace("T000000", "")
        assert list(rrulestr(again).between(parsed[0], parsed[20], inc=True)) == list(
            parsed.between(parsed[0], parsed[20], inc=True)
        )


# --- Any text -----------------------------------------------------------------------------------

_WORDS = [
    "quý", "Quỷ", "quy", "I", "II", "III", "IV", "V", "VII", "1", "2", "04", "11", "13", "31", "32",
    "2026", "2027", "202", "20266", "26", "/", "-", ".", ",", ";", "(", ")", ":", "và", "hoặc", "đến",
    "từ", "tháng", "năm", "ngày", "tuần", "hằng", "hàng", "mỗi", "định", "kỳ", "lần", "đầu", "cuối",
    "giữa", "hết", "trước", "sau", "chậm", "nhất", "trong", "kể", "thường", "xuyên", "liên", "tục",
    "khi", "theo", "yêu", "cầu", "tiếp", "các", "những", "giai", "đoạn", "ban", "hành", "ký", "làm",
    "việc", "thứ", "sáu", "số", "QĐ-UBND", "nửa", "6", "9", "cả", "trở", "đi", "hoàn", "thành", "Kế",
    "hoạch",
]  # fmt: skip
word_soup = st.lists(st.sampled_from(_WORDS), max_size=14).flatmap(
    lambda words: st.sampled_from([" ", ""]).map(lambda glue: glue.join(words))
)
any_text = st.one_of(st.text(max_size=80), word_soup)


@settings(max_examples=400)
@given(any_text)
def test_no_text_raises_or_invents_a_year(text: str) -> None:
    deadline = parse(text)
    printed = re.sub(r"[\s.oOilI|]", "", text)
    for day in (*deadline.dates, *filter(None, [deadline.start])):
        near = {2025, 2026, 2027}  # the plan's year, the issue's, "năm sau" and "năm trước"
        said = any(str(y) in text or str(y)[2:] in printed for y in (day.year, day.year + 1, day.year - 1))
        counted = DeadlineKind.ONE_OFF in deadline.kinds and re.search(r"\d", text) is not None
        assert day.year in near or said or counted
    assert deadline.phrase == squeeze(nfc(text))
    assert list(deadline.dates) == sorted(set(deadline.dates))


@settings(max_examples=300)
@given(any_text, any_text)
def test_found_times_lie_in_the_text_in_order(before: str, after: str) -> None:
    text = f"{before} trước ngày 15/6/2026 {after}"
    found = find_deadlines(text, plan_year=2026, issued=ISSUED)
    ends = [0, *(f.end for f in found)]
    for end, item in zip(ends, found, strict=False):
        assert end <= item.start < item.end <= len(text)
        assert item.deadline.phrase == text[item.start : item.end]
