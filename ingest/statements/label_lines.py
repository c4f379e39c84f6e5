"""Duties told by label lines instead of a table.

    2. Rà soát văn bản
    - Cơ quan chủ trì: Sở Tư pháp.          <- fields of the clause above
    - Thời gian thực hiện: Quý II/2026.

A field may also head a list ("a) Cơ quan chủ trì" and dashes below), stand inside
another field ("b) Cơ quan thực hiện:" over "- Đơn vị chủ trì: ..."), follow its duty
as a paragraph of its own, or close the duty's sentence. What a label is comes from its
words, of which it holds no others than those of the table below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.candidates import NOTHING, Candidate, Role, Stated, Whence
from ingest.context import Context
from ingest.layout.outline import Node, Outline, number_of, section_of
from ingest.statements.headings import assigned_over
from ingest.statements.predicates import begins_with_verb
from ingest.statements.subjects import read_subject, split_offices
from knowledge.records import Origin, Source
from knowledge.text import fold, squeeze

_DOER = Role.OTHER
"""Who does or prepares it: the lead where no line names one, else a helper."""
_NAMES: dict[Role, str] = {
    Role.LEAD: "chu tri|lam chinh",
    Role.COORDINATING: "phoi hop|tham gia|ho tro",
    Role.DEADLINE: "thoi gian|thoi han|thoi diem|tien do|lo trinh|han|moc|ngay|hoan thanh|hoan tat|xong",
    Role.PRODUCT: "san pham|ket qua|dau ra",
    Role.ACTIVITY: "noi dung|nhiem vu|hoat dong|cong viec|bien phap",
    _DOER: "thuc hien|trien khai|tham muu|phu trach|dau moi|trach nhiem|phan cong|(?:viec )?giao|lam",
}
"""The words that tell what a label is, folded."""
_BESIDE = (
    "cac|co quan|don vi|bo phan|to chuc|ca nhan|can bo|phong|nguoi|ben|du kien|duoc|chiu|cung|cho|voi|phai|truoc|"
    "trong|vao|ket thuc|ban giao"
)
"""Words that stand beside them in a label; with any other it begins a sentence or names another thing."""
_LABEL = re.compile(rf"(?:(?:{'|'.join((*_NAMES.values(), _BESIDE))})\b[ ,]*)+")
_TELLS = {role: re.compile(rf"\b(?:{words})\b") for role, words in _NAMES.items()}
_WORDS_MOST = 9
"""Words of a label: "Cơ quan, đơn vị chịu trách nhiệm chủ trì"; a longer beginning is a sentence."""
_PART_END = re.compile(r"(?<=[.;,])\s+")
_CLAUSE_END = re.compile(r"[;.]\s+")
_TIME = r"((?:Thời (?:gian|hạn)|Tiến độ)(?: thực hiện| hoàn thành)?)"
_UNSAID = re.compile(rf"^{_TIME}\s+((?:sau khi|khi|trước|trong|từ|đến|quý|năm|tháng)\b.*)$", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\(([^()]*:[^()]*)\)\s*[.;]?\s*$")
_INLINE = re.compile(rf"[.;]\s*\(?{_TIME}\s*:\s*([^.;]+(?:\.\d[^.;]*)*)\)?[.;]?\s*$", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class _Group:
    """Fields that belong to one duty."""

    owner: Node
    fields: dict[Role, list[str]] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    """`id` of the nodes and paragraphs that state the fields."""
    told: list[str] = field(default_factory=list)
    """The lines that state the fields, as printed."""


@dataclass(frozen=True, slots=True)
class LabelDuties:
    """Candidates found, and the nodes whose text is only their fields or their title."""

    candidates: list[Candidate]
    used: set[int]
    """`id` of nodes and paragraphs that a candidate was made of: sentences leave them alone."""


def duties_from_labels(outline: Outline, context: Context) -> LabelDuties:
    """Duties that the label lines of `outline` give."""
    groups: dict[int, _Group] = {}
    for node in outline.nodes():
        _collect(node, groups, context)
    done = LabelDuties([], set())
    for group in groups.values():
        candidate = _candidate(group, context)
        if candidate is not None:
            done.candidates.append(candidate)
            done.used.add(id(group.owner))
            done.used.update(group.members)
    return done


def read_field(text: str) -> tuple[Role, str] | None:
    """The field that a line states: its role and its value, empty where a list follows.

    "Đơn vị chủ trì: Sở Nội vụ." is a lead, "Sở Nội vụ.".
    """
    unsaid = _UNSAID.match(text)
    head, _, value = (unsaid[1], ":", unsaid[2]) if unsaid else text.partition(":")
    if len(head.strip(" .-–+•").split()) > _WORDS_MOST:
        return None
    name = fold(head).strip(" .-–+•")
    role = _role_of(name) if _LABEL.fullmatch(name) else None
    return (role, squeeze(value)) if role is not None else None


def _role_of(name: str) -> Role | None:
    """What a label is by its first word that tells it; who does it only where none of the others stands there."""
    at = {role: found.start() for role, words in _TELLS.items() if (found := words.search(name))}
    if at.get(Role.ACTIVITY):
        del at[Role.ACTIVITY]  # "Giao nhiệm vụ"
    return min(at, key=lambda role: (role is _DOER, at[role]), default=None)


def read_fields(text: str) -> list[tuple[Role, str]]:
    """The fields that a line states one behind another; none where it does not begin with one.

    "Chủ trì: Sở Nội vụ; thời gian: Quý I." is a lead, "Sở Nội vụ;", and a deadline, "Quý I.".
    """
    first = read_field(text)
    if first is None:
        return []
    fields = [(first[0], "")]
    for part in _PART_END.split(first[1]):
        said = read_field(part) if ":" in part else None
        if said is not None:
            fields.append(said)
        else:
            fields[-1] = (fields[-1][0], squeeze(f"{fields[-1][1]} {part}"))
    return fields


_OFFICE_ROLES = {Role.LEAD, Role.COORDINATING, _DOER}


def _is_of_offices(values: list[str], context: Context) -> bool:
    """Whether what stands under "Trách nhiệm thực hiện" are offices, not a part of the paper that tells at length."""
    return (
        bool(values)
        and all(len(value) <= _OFFICE_MOST or _begins_with_office(value, context) for value in values[:3])
        and not any(
            begins_with_verb(value) and not context.directory.may_be_office(value.strip(" .;")) for value in values
        )
    )


def _begins_with_office(value: str, context: Context) -> bool:
    return split_offices(value, context) is not None or any(
        context.directory.may_be_office(o) for o in context.split(value)[:1]
    )


_OFFICE_MOST = 120
"""Characters; one office with its qualifiers, known or not."""


def _collect(node: Node, groups: dict[int, _Group], context: Context) -> None:
    found = read_field(node.text)
    if found is not None and found[0] in _OFFICE_ROLES and not _states_fields(node):
        found = found if _is_of_offices(_values(node, found[1]), context) else None
    if found is not None and not _is_topic(node, *found):
        owner = _owner(node)
        if owner is not None and owner.paragraph is not None:
            group = groups.setdefault(id(owner), _Group(owner))
            *before, (role, value) = read_fields(node.text)
            for earlier, said in before:
                _put(group, earlier, [said])
            _put(group, role, _values(node, value))
            body = [part for n in node.walk() for part in (n, *n.body)] if not found[1] else node.walk()
            group.members.update(id(part) for part in body)
            group.told.extend(line for n in node.walk() for line in (n.printed, *(p.text for p in n.body)))
    for paragraph in node.body:
        stated = [f for f in read_fields(paragraph.text) if f[1]]
        if stated:
            for owner in _owners(node, context):
                group = groups.setdefault(id(owner), _Group(owner))
                for role, value in stated:
                    _put(group, role, [value])
                group.members.add(id(paragraph))
                group.told.append(paragraph.text)
    if found is None:
        inline = _INLINE.search(node.text)
        told = _aside(node.text) or ([(Role.DEADLINE, squeeze(inline[2]))] if inline else [])
        for role, value in told:
            _put(groups.setdefault(id(node), _Group(node)), role, [value])


def _aside(text: str) -> list[tuple[Role, str]]:
    """Fields in brackets at the end of a duty: "Rà soát văn bản (chủ trì: Sở Tư pháp; thời gian: Quý I)."."""
    found = _ASIDE.search(text)
    return read_fields(found[1]) if found else []


def _states_fields(node: Node) -> bool:
    """Whether the lines below are fields themselves: "Cơ quan thực hiện:" over "- Đơn vị chủ trì: ..."."""
    return any(read_field(child.text) is not None for child in node.children)


def _owners(node: Node, context: Context) -> list[Node]:
    """Whose the fields below `node` are: its own, or of the list that it ends: the whole, or each office of it."""
    if node.parent is None or not _closes_list(node):
        return [node]
    told = [read_subject(item.text, context) for item in node.parent.children]
    each = len(told) > 1 and all(subject is not None and subject.rest for subject in told)
    return list(node.parent.children) if each else [node.parent]


def _closes_list(node: Node) -> bool:
    """Whether a field below the last item of a list speaks for the whole list: no other item has one."""
    siblings = _siblings(node)
    if not siblings or node.parent is None or node.parent.children[-1] is not node:
        return False
    inner = node.label is not None and node.label.kind == "plus"
    return inner and not any(read_field(p.text) for sibling in siblings for p in sibling.body)


def _is_topic(node: Node, role: Role, value: str) -> bool:
    """ "Nhiệm vụ" or "Nội dung" without a value is a heading of the outline, not a field."""
    return role is Role.ACTIVITY and not value and all(read_field(n.text) is None for n in _siblings(node))


def _siblings(node: Node) -> list[Node]:
    return [n for n in node.parent.children if n is not node] if node.parent else []


def _owner(node: Node) -> Node | None:
    """The nearest clause above that is not itself a field."""
    above = node.parent
    while above is not None and above.paragraph is not None and read_field(above.text) is not None:
        above = above.parent
    return above


def _values(node: Node, value: str) -> list[str]:
    """A field's value with the list below it, where the list holds no fields of its own."""
    if value:
        return [value, *(child.text for child in node.children)]
    values = [paragraph.text for paragraph in node.body]
    for child in node.children:
        if read_field(child.text) is None:
            values.append(child.text)
            values.extend(grand.text for grand in child.children)
    return values


def _put(group: _Group, role: Role, values: list[str]) -> None:
    if values:
        group.fields.setdefault(role, []).extend(values)


def _candidate(group: _Group, context: Context) -> Candidate | None:
    owner = group.owner
    doers = group.fields.get(_DOER, [])
    leads = group.fields.get(Role.LEAD, []) or doers
    title = (_ASIDE if _aside(owner.text) else _INLINE).sub(".", owner.text).strip(" :")
    lead = Stated("; ".join(_subjects(leads, context))) if leads else _doer(owner, context)
    if not lead.text and not begins_with_verb(title):
        return None
    helping = [] if leads is doers else doers
    helpers = [v.strip(" .;") for v in (*helping, *group.fields.get(Role.COORDINATING, []))]
    section = section_of(owner)
    number = number_of(owner, section)
    return Candidate(
        origin=Origin.CLAUSE,
        title=title,
        section=section.text.rstrip(" :") if section else None,
        number=number,
        activity=_joined(group, Role.ACTIVITY) or None,
        product=Stated(_joined(group, Role.PRODUCT)),
        lead=lead,
        coordinating=Stated("; ".join(helpers)),
        deadline=Stated("; ".join(v.strip(" ;.") for v in group.fields.get(Role.DEADLINE, []))),
        source=Source(
            section_path=owner.path,
            clause=number or (owner.label.mark if owner.label else None),
            page=owner.paragraph.page if owner.paragraph else None,
            quote=squeeze(" ".join([owner.printed, *group.told]))[:_QUOTE_MOST],
        ),
    )


_QUOTE_MOST = 1500
"""Characters; a duty with a list of offices under each of its labels fits."""


def _doer(owner: Node, context: Context) -> Stated:
    """Who does an owner's duty where no field says it: the subject of its sentence, or the heading above."""
    told = read_subject(owner.text, context)
    if told is not None:
        return Stated(told.offices)
    above = assigned_over(owner, context)
    return Stated(above.offices, Whence.HEADING) if above else NOTHING


def _subjects(values: list[str], context: Context) -> list[str]:
    """The offices of a field; where its value goes on to say what each of them does, their names alone."""
    found: list[str] = []
    for value in values:
        told = [split_offices(part, context) for part in _CLAUSE_END.split(value)]
        doing = [part[0] for part in told if part is not None and begins_with_verb(part[1])]
        first = told[0]
        says_more = first is not None and begins_with_verb(first[1])
        found.extend(doing if says_more else [value.strip(" .;")])
    return found


def _joined(group: _Group, role: Role) -> str:
    return " ".join(group.fields.get(role, [])).strip()
