"""The organisation's agencies and abbreviations: what is known, what was added to it, and changing that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import Response

from bot.naming import Unknown
from bot.web.context import Context
from knowledge.agencies import Directory, Entry, Level
from knowledge.agencies.own import LEVELS, OwnAgency, tidied
from knowledge.errors import KehoachError
from knowledge.store.naming import Abbreviation, NamingChange, NamingKind
from knowledge.text import fold, squeeze

_SEPARATORS = re.compile(r"[;\n]")
_GROUP = "nhom-"
_SHOWN, _UNKNOWN_SHOWN, _CHANGES_SHOWN = 400, 100, 30
_DONE = "Có hiệu lực ngay với câu trả lời, danh sách, lời nhắc và kế hoạch nạp sau này."


@dataclass(frozen=True, slots=True)
class Line:
    """An agency in the list.

    Attributes:
        names: what else it is called.
        own: whether the organisation has added it, or something to it.
        in_files: whether the shipped directory or the file of the settings has it.
        heirs: who has taken its duties over by today.
    """

    entry: Entry
    names: tuple[str, ...]
    own: bool
    in_files: bool
    heirs: tuple[str, ...]


def list_agencies(context: Context) -> Response:
    """Every agency, and what live plans print that is none."""
    naming = context.site.app.naming
    words = squeeze(context.request.query_params.get("tim", ""))
    own = naming.own_agencies()
    lines = _lines(context, words)
    unknown: list[Unknown] = context.site.tables.keep("unknown offices", naming.unknown)
    changes = [each for each in naming.history(_CHANGES_SHOWN * 3) if each.kind is NamingKind.AGENCY]
    return context.page(
        "agencies.html",
        words=words,
        lines=lines[:_SHOWN],
        count=len(lines),
        own=own,
        unknown=unknown[:_UNKNOWN_SHOWN],
        unknown_count=len(unknown),
        changes=[(each, told_change(each)) for each in changes[:_CHANGES_SHOWN]],
    )


def show_agency(context: Context) -> Response:
    """The form of an agency: a new one, or one that is there; names may come in the address."""
    asked = context.request.query_params
    return _agency_page(context, squeeze(asked.get("ten", "")), squeeze(asked.get("ten-khac", "")))


def keep_agency(context: Context) -> Response:
    """Keeps what the form says."""
    naming, form = context.site.app.naming, context.form
    try:
        agency = tidied(_read_agency(form))
        naming.keep_agencies([agency], context.by, {agency.name: _read_edition(form)})
    except KehoachError as error:
        return _agency_page(context, squeeze(form.get("ten", "")), "", error, form)
    context.plan_again()
    context.note(f"Đã lưu {agency.name}. {_DONE}")
    return context.go("/co-quan?" + urlencode({"tim": agency.name}))


def remove_agency(context: Context) -> Response:
    """Takes what was added out again."""
    name = context.form.get("ten", "")
    context.site.app.naming.remove_agency(name, context.by, _read_edition(context.form))
    context.plan_again()
    context.note(f"Đã bỏ phần tự thêm của {name}. {_DONE}")
    return context.go("/co-quan")


def list_abbreviations(context: Context) -> Response:
    """The own abbreviations, and those that were known before."""
    return _abbreviations_page(context, squeeze(context.request.query_params.get("chu", "")))


def keep_abbreviation(context: Context) -> Response:
    """Keeps one."""
    short, words = (squeeze(context.form.get(name, "")) for name in ("chu", "nghia"))
    try:
        told = context.site.app.naming.keep_abbreviation(short, words, context.by)
    except KehoachError as error:
        return _abbreviations_page(context, short, words, error)
    context.plan_again()
    context.note(f"Từ nay “{short}” được hiểu là “{words}”. {_DONE}", *told)
    return context.go("/chu-viet-tat")


def remove_abbreviation(context: Context) -> Response:
    """Takes one out again."""
    short = context.form.get("chu", "")
    context.site.app.naming.remove_abbreviation(short, context.by, _read_edition(context.form))
    context.plan_again()
    context.note(f"Đã bỏ chữ viết tắt “{short}”. {_DONE}")
    return context.go("/chu-viet-tat")


def told_change(made: NamingChange) -> str:
    """What a change was, in one line."""
    done = "bỏ" if made.after is None else "thêm" if made.before is None else "sửa"
    now = made.after or made.before
    if isinstance(now, Abbreviation):
        before = f"; trước là “{made.before.words}”" if isinstance(made.before, Abbreviation) and made.after else ""
        return f"{done} “{now.short}”: {now.words}{before}"
    return f"{done} {made.name}" + (f" ({told})" if isinstance(now, OwnAgency) and (told := _told(now)) else "")


def _told(agency: OwnAgency) -> str:
    parts = []
    if agency.short:
        parts.append(f"tên gọi khác: {'; '.join(agency.short)}")
    if agency.groups:
        parts.append(f"thuộc: {'; '.join(agency.groups)}")
    if agency.successor and agency.successor_from:
        parts.append(f"từ {agency.successor_from:%d/%m/%Y} nhiệm vụ chuyển cho {agency.successor}")
    return "; ".join(parts)


def _lines(context: Context, words: str) -> list[Line]:
    """Agencies whose names hold the words, the own ones first."""
    app, wanted = context.site.app, str(fold(words))
    directory, own, files = app.directory, app.naming.own_agencies(), app.naming.files
    found = []
    for entry in directory.entries:
        names = (*entry.short, *entry.initials)
        if entry.is_group or (wanted and not any(wanted in fold(name) for name in (entry.name, *names))):
            continue
        heirs = tuple(name for name in directory.successors(entry.name, app.today) if name != entry.name)
        found.append(Line(entry, names, entry.name in own, entry.name in files.entries, heirs))
    return sorted(found, key=lambda line: (not line.own, fold(line.entry.name)))


def _agency_page(
    context: Context, name: str, short: str, error: KehoachError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    """The form, with what is kept of the agency of that name, or with what was typed."""
    from bot.web.access import status_of

    app = context.site.app
    directory, own = app.directory, app.naming.own_agencies()
    name = _known_name(directory, name, own)
    kept = own.get(name)
    agency = kept[0] if kept is not None else OwnAgency(name)
    if short and short not in agency.short:
        agency = OwnAgency(
            agency.name, agency.level, (*agency.short, short), agency.groups, agency.successor, agency.successor_from
        )
    edition = str(kept[1].edition if kept is not None else 0)
    if typed is not None:
        agency, edition = _typed(typed), typed.get("thay", "0")
    entry = app.naming.files.entries.get(name)
    return context.page(
        "agency.html",
        status_of(error) if error is not None else HTTPStatus.OK,
        agency=agency,
        kept=kept,
        edition=edition,
        entry=entry,
        levels=LEVELS,
        groups=[each.name for each in directory.entries if each.members],
        names=[each.name for each in directory.entries if not each.is_group],
        groups_of_files=[each.name for each in app.naming.files.entries.values() if name in (each.members or ())],
        group_field=_GROUP,
        error=error.sentence if error is not None else "",
        day=(typed or {}).get("tu", agency.successor_from.isoformat() if agency.successor_from else ""),
    )


def _known_name(directory: Directory, name: str, own: Mapping[str, object]) -> str:
    """The name as the directory writes it, where it has just this one."""
    if name in own or directory.entry(name) is not None:
        return name
    return next((each.name for each in directory.entries if fold(each.name) == fold(name)), name)


def _abbreviations_page(context: Context, short: str, words: str = "", error: KehoachError | None = None) -> Response:
    from bot.web.access import status_of

    naming = context.site.app.naming
    own = naming.own_abbreviations()
    lexicon = naming.now().lexicon
    shipped = sorted(
        (str(each), " ".join(lexicon.spelled_abbreviations[each]))
        for each in lexicon.abbreviations
        if each not in own and each in lexicon.spelled_abbreviations
    )
    changes = [each for each in naming.history(_CHANGES_SHOWN * 3) if each.kind is NamingKind.ABBREVIATION]
    return context.page(
        "abbreviations.html",
        status_of(error) if error is not None else HTTPStatus.OK,
        own=list(own.values()),
        shipped=shipped,
        short=short,
        words=words,
        error=error.sentence if error is not None else "",
        changes=[(each, told_change(each)) for each in changes[:_CHANGES_SHOWN]],
    )


def _read_agency(form: Mapping[str, str]) -> OwnAgency:
    """What the form says.

    Raises:
        KehoachError: a day that is none.
    """
    agency, day = _typed(form), form.get("tu", "").strip()
    try:
        taken_on = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise KehoachError(f"“{day[:20]}” không phải là ngày.") from error
    return OwnAgency(agency.name, agency.level, agency.short, agency.groups, agency.successor, taken_on)


def _typed(form: Mapping[str, str]) -> OwnAgency:
    """The same without the day, whatever was typed."""
    level = form.get("cap", "")
    return OwnAgency(
        squeeze(form.get("ten", "")),
        Level(level) if level in {each.value for each in Level} else Level.PROVINCE,
        tuple(name for each in _SEPARATORS.split(form.get("ten_khac", "")) if (name := squeeze(each))),
        tuple(value for name, value in form.items() if name.startswith(_GROUP)),
        squeeze(form.get("tiep_nhan", "")),
    )


def _read_edition(form: Mapping[str, str]) -> int:
    told = form.get("thay", "")
    return int(told) if told.isdecimal() and len(told) < 10 else 0
