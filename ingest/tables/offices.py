"""The offices of a cell: on lines of their own, with their part behind or before them."""

from __future__ import annotations

import re

from ingest.candidates import Role
from ingest.statements.label_lines import read_fields
from ingest.statements.subjects import read_subject
from ingest.tables.cells import CellJudge
from knowledge.text import fold, squeeze

_ROLE_BEHIND = re.compile(r"\s*\((?:cơ quan |đơn vị )?(chủ trì|phối hợp)(?: thực hiện)?\)\s*$", re.IGNORECASE)
_SPOKEN = re.compile(r"\w\s+chủ trì\b", re.IGNORECASE)
"""A cell in words: "Công an tỉnh chủ trì, phối hợp với Sở Y tế"."""
_BULLETS = "-–+•"
_ENDS = re.compile(r"[;,:]\s*$|\b(?:và|của|thuộc|với)\s*$", re.IGNORECASE)


def offices_of(lead: str, coordinating: str, judge: CellJudge, alone: frozenset[str]) -> tuple[str, str]:
    """Leads and helpers of a row's two cells, as lists with ";", also where one cell holds both.

    Args:
        alone: folded cells of the two columns that are one line: names that stand by themselves.
    """
    said: dict[Role, list[str]] = {Role.LEAD: [], Role.COORDINATING: [coordinating]}
    role = Role.LEAD
    for line in lead.split("\n"):
        for told, value in (read_fields(line) if ":" in line else []) or [(role, line)]:
            role = Role.COORDINATING if told is Role.COORDINATING else Role.LEAD
            said[role].append(value.rstrip(" .;"))
    spoken = read_subject(lead, judge.context) if _SPOKEN.search(lead) else None
    if spoken is not None and not spoken.rest.strip(" .;"):
        said = {Role.LEAD: [spoken.offices], Role.COORDINATING: [spoken.helpers, coordinating]}
    first, second = (split_lines("\n".join(texts), judge, alone) for texts in said.values())
    return _by_role(first, second, judge)


def split_lines(text: str, judge: CellJudge, alone: frozenset[str]) -> str:
    """Lines as one list: a line that begins an office begins a new one, any other goes on with the line before."""
    out = ""
    lines = [squeeze(line) for line in text.split("\n") if line.strip()]
    bulleted = bool(lines) and lines[0][0] in _BULLETS
    for line in lines:
        if bulleted:  # else a dash belongs to the name: "Phòng Văn hóa | - Xã hội"
            line = line.lstrip(f"{_BULLETS} ")
        if out and _begins_office(out.rsplit("; ", 1)[-1], line, judge, alone):
            out = f"{out.rstrip(' ;,')}; {line}"
        else:
            out = f"{out} {line}" if out else line
    return out


def _begins_office(before: str, line: str, judge: CellJudge, alone: frozenset[str]) -> bool:
    if not line[0].isupper() or _ENDS.search(before):
        return before.rstrip().endswith(";")
    if fold(line) in alone and fold(before) in alone:
        return True
    told = _ROLE_BEHIND.search(before) is not None
    known = judge.context.directory.resolve
    if not told and known(before) is not None and known(line) is not None and not _ENDS.search(before):
        return True
    if not told and judge.context.directory.resolve(f"{before} {line}") is not None:
        return False
    if len(line.split()) == 2 and line.istitle() and judge.context.directory.resolve(before) is None:
        return False  # "Công ty Cấp nước | Trường Lâm": a place that begins as a kind of office does
    return judge.is_office(_ROLE_BEHIND.sub("", line)) and (told or judge.is_office(before) or fold(before) in alone)


def _by_role(leads: str, helpers: str, judge: CellJudge) -> tuple[str, str]:
    """Leads and helpers of a cell that says the part behind each office: "Sở Nội vụ (chủ trì)"."""
    offices = judge.context.split(leads) if "(" in leads else ()
    told = [_ROLE_BEHIND.search(office) for office in offices]
    if not any(told):
        return leads, helpers
    parts = [fold(mark[1]) if mark else "" for mark in told]
    # Where leads are marked the unmarked ones help; where helpers are, they lead.
    leading = "chu tri" if "chu tri" in parts else ""
    names = [_ROLE_BEHIND.sub("", office) for office in offices]
    own = [name for name, part in zip(names, parts, strict=True) if part == leading]
    others = [name for name, part in zip(names, parts, strict=True) if part != leading]
    return "; ".join(own), "; ".join([*others, *([helpers] if helpers else [])])
