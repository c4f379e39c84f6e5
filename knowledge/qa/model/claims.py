"""Which agencies a text says lead a task, and which it says help.

A role word takes the agencies after it where it announces them ("chủ trì: ...",
"phối hợp với ...", "giao ..."), else those before it ("Sở Nội vụ chủ trì"), back to the
role word before. A sentence ends at a full stop, a line's end or a semicolon, but for a
list that was announced and goes on after it ("phối hợp: Công an tỉnh; Sở Tài chính").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.qa.query.question import Agencies, FoundAgency
from knowledge.text import nfc

_LEAD = (
    r"chủ trì|đầu mối|phụ trách|chịu trách nhiệm|đảm nhiệm|đảm nhận|đứng đầu|thực hiện|triển khai|tham mưu|được giao"
    r"|tổ chức"
)
_ROLE = re.compile(
    rf"(?P<lead>{_LEAD}|(?<!được )giao(?: cho| nhiệm vụ cho)?(?= \w))|(?P<help>phối hợp)", re.IGNORECASE
)
# What stands between a role word and the agencies that it announces.
_ANNOUNCES = re.compile(
    r"(?: (?:chính|chung|nhiệm vụ này|việc này))?\s*(?::|(?:là|gồm|với|cùng|cho|bởi|của|có)(?!\w))"
)
_GIVES = re.compile(r"giao", re.IGNORECASE)
# Roles that are also nouns may stand before a bare name: "cơ quan chủ trì Sở Nội vụ".
_NOUNS = re.compile(r"chủ trì|đầu mối|phối hợp", re.IGNORECASE)
_BY = re.compile(r"(?<!\w)do(?!\w)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;:()–-]*(?:(?:và|cùng|với|hoặc|các)\s+)*")
_SENTENCE = re.compile(r"[^.!?\n]+")


class Role(Enum):
    """What an agency has to do with a task."""

    LEAD = auto()
    HELP = auto()


@dataclass(frozen=True, slots=True)
class Claims:
    """Names in the directory by role; an agency in no role is in neither."""

    leads: frozenset[str]
    helps: frozenset[str]


def read_claims(text: str, directory: Agencies) -> Claims:
    """The roles that `text` gives to the agencies it names."""
    found: dict[Role, set[str]] = {Role.LEAD: set(), Role.HELP: set()}
    for sentence in _SENTENCE.finditer(nfc(text)):
        announced: Role | None = None
        waiting = ""
        for part in sentence[0].split(";"):
            piece = waiting + part
            agencies = directory.find(piece)
            words = [match for match in _ROLE.finditer(piece) if not _inside(match, agencies)]
            # "Các sở; UBND cấp xã chủ trì": the first part waits for the role word of the second.
            waiting = f"{piece};" if not words and announced is None else ""
            if words:
                claims, announced = _claims_of(piece, words, agencies)
            else:
                claims = [(announced, agency.name) for agency in agencies]
            for role, name in claims:
                if role is not None:
                    found[role].add(name)
    return Claims(frozenset(found[Role.LEAD]), frozenset(found[Role.HELP]))


def _claims_of(
    piece: str, words: Sequence[re.Match[str]], agencies: Sequence[FoundAgency]
) -> tuple[list[tuple[Role | None, str]], Role | None]:
    """The roles given in a piece that has role words, and the one that its end announces."""
    claims: list[tuple[Role | None, str]] = []
    free, announced = 0, None
    for word, after in zip(words, [*words[1:], None], strict=True):
        end = after.start() if after else len(piece)
        role = Role.LEAD if word["lead"] else Role.HELP
        # In "bồi dưỡng cho Sở Y tế do Sở Nội vụ chủ trì" only what follows "do" is meant.
        free = max([free, *(m.end() for m in _BY.finditer(piece, free, word.start()))])
        before = [agency for agency in agencies if free <= agency.start < word.start()]
        following = _list_of([agency for agency in agencies if word.end() <= agency.start < end], piece)
        announces = _ANNOUNCES.match(piece, word.end()) or _GIVES.match(word[0])
        after_it = bool(announces) or (not before and _NOUNS.match(word[0]) is not None)
        taken = following if after_it else before
        if after_it and role is Role.LEAD:
            # "Sở Nội vụ chủ trì cùng Sở Tài chính": both.
            taken = [*before, *following]
        claims.extend((role, agency.name) for agency in taken)
        announced = role if after_it and following else None
        free = end if after_it else word.end()
    return claims, announced


def is_list_gap(text: str) -> bool:
    """Whether nothing but a comma, "và" and the like stands here: two offices round it are in one list."""
    return _BETWEEN.fullmatch(text) is not None


def _list_of(agencies: Sequence[FoundAgency], piece: str) -> list[FoundAgency]:
    """The first agency and those that stand in one list with it."""
    kept = list(agencies[:1])
    for agency in agencies[1:]:
        if agency.start > kept[-1].end and not is_list_gap(piece[kept[-1].end : agency.start]):
            break
        kept.append(agency)
    return kept


def _inside(match: re.Match[str], agencies: Sequence[FoundAgency]) -> bool:
    """A role word that is part of an agency's name: "Ban Tổ chức Tỉnh ủy"."""
    return any(agency.start <= match.start() < agency.end for agency in agencies)
