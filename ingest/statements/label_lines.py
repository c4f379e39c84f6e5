"""Duties told by label lines instead of a table.

    2. Rà soát văn bản
    - Cơ quan chủ trì: Sở Tư pháp.          <- fields of the clause above
    - Thời gian thực hiện: Quý II/2026.

A field may also head a list ("a) Cơ quan chủ trì" and dashes below), stand inside
another field ("b) Cơ quan thực hiện:" over "- Đơn vị chủ trì: ..."), follow its duty
as a paragraph of its own, or close the duty's sentence. What a label is comes from its
words; a label that no list knows is told by its value, where the clause has known ones.
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

_WHO = r"(?:(?:cac )?(?:co quan, don vi|don vi, ca nhan|co quan|don vi|bo phan|to chuc|ca nhan|can bo|phong)\s+)?"
_DOER = Role.OTHER
"""Who does or prepares it: the lead where no line names one, else a helper."""
_WORDS_MOST = 9
"""Words of a label: "Cơ quan, đơn vị chịu trách nhiệm chủ trì"; a longer beginning is a sentence."""
_FIELDS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        Role.LEAD,
        re.compile(
            rf"^{_WHO}(?:chiu trach nhiem )?(?:chu tri|lam chinh)(?:,? (?:thuc hien|tham muu|"
            rf"phoi hop(?: thuc hien)?|chinh))?$"
        ),
    ),
    (
        Role.COORDINATING,
        re.compile(
            rf"^{_WHO}(?:(?:cung )?(?:phoi hop|tham gia|ho tro|cong tac)(?:[ ,]+(?:phoi hop|"
            rf"tham gia))?)(?: thuc hien| tham muu| voi)?$"
        ),
    ),
    (
        _DOER,
        re.compile(
            rf"^(?:{_WHO}tham muu(?:,? thuc hien)?"
            r"|(?:co quan|don vi|bo phan|ca nhan|nguoi|to chuc)(?:, (?:don vi|ca nhan))? "
            r"(?:thuc hien|phu trach|dau moi|duoc giao|chiu trach nhiem|lam|trien khai)"
            r"|(?:phan cong|giao|trach nhiem)(?: thuc hien)?|dau moi|thuc hien|nguoi lam|phu trach)$"
        ),
    ),
    (
        Role.DEADLINE,
        re.compile(
            r"^(?:(?:du kien )?(?:thoi (?:gian|han|diem)|tien do|han|ngay|lo trinh)"
            r"(?: thuc hien| hoan thanh| trien khai| to chuc| bao cao| xong| chot| cuoi| ket thuc)*(?: du kien)?"
            r"|(?:phai )?(?:hoan thanh|hoan tat|xong)(?: truoc| trong| vao)?(?: ngay)?)$"
        ),
    ),
    (
        Role.PRODUCT,
        re.compile(
            r"^(?:(?:san pham|ket qua|dau ra|ho so)(?:,? (?:san pham|ket qua|du kien|ban giao|can dat|"
            r"cong viec|dau ra|hoan thanh|thuc hien))*)$"
        ),
    ),
    (
        Role.ACTIVITY,
        re.compile(
            r"^(?:noi dung(?: thuc hien| cong viec)?|nhiem vu|hoat dong|noi dung, bien phap|cong viec|viec phai lam)$"
        ),
    ),
)
_HINTS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.COORDINATING, re.compile(r"\b(?:phoi hop|cung|ho tro|tham gia|cong tac|giup|hiep dong)\b")),
    (
        Role.DEADLINE,
        re.compile(
            r"\b(?:thoi (?:gian|han|diem|hieu)|han|moc|ngay|tien do|xong|hoan thanh|hoan tat|ket thuc|lich|khi)\b"
        ),
    ),
    (
        _DOER,
        re.compile(
            r"\b(?:chu tri|giao|thuc hien|phu trach|dau moi|don vi|co quan|phong|bo phan|to|nguoi|trach nhiem|"
            r"lam|chinh|"
            r"dam nhan|dam trach|nhan viec)\b"
        ),
    ),
)
_NO_LABEL = re.compile(
    r"[.;(),]|\b(?:tu van|thi cong|tinh|lien he|noi nhan|thu huong|ban hanh|soan thao|ky|tham dinh|dia diem)\b"
)
"""Signs of a sentence, and labels of somebody who has nothing to do with the duty: "Đơn vị tư vấn"."""
_ASIDE = re.compile(r"\s*\(([^()]*:[^()]*)\)\s*[.;]?\s*$")
_PART_END = re.compile(r"(?<=[.;,])\s+")
_CLAUSE_END = re.compile(r"[;.]\s+")
_UNSAID = re.compile(
    r"^(Thời (?:gian|hạn)(?: thực hiện| hoàn thành)?)\s+((?:sau khi|khi|trước|trong|từ|đến|quý|năm|tháng)\b.*)$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"[.;]\s*\(?((?:Thời (?:gian|hạn)|Tiến độ)(?: thực hiện| hoàn thành)?)\s*:\s*([^.;]+(?:\.\d[^.;]*)*)\)?[.;]?\s*$",
    re.IGNORECASE,
)


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


def read_field(text: str, context: Context) -> tuple[Role, str] | None:
    """The field that a line states: its role and its value, empty where a list follows.

    "Đơn vị chủ trì: Sở Nội vụ." is a lead, "Sở Nội vụ.". A label in other words counts where its value says the same
    as they do: "Giao cho: Phòng Hạ tầng", "Mốc thời gian: 18/6/2026".
    """
    unsaid = _UNSAID.match(text)
    head, _, value = (unsaid[1], ":", unsaid[2]) if unsaid else text.partition(":")
    name = fold(head).strip(" .")
    if len(name.split()) > _WORDS_MOST:
        return None
    for role, pattern in _FIELDS:
        if pattern.match(name):
            return role, squeeze(value)
    return _hinted(name, squeeze(value), context) if value and not _NO_LABEL.search(name) else None


def _hinted(name: str, value: str, context: Context) -> tuple[Role, str] | None:
    """The field of a label that no list knows, told by a word of it and by its value together."""
    for role, hint in _HINTS:
        if hint.search(name):
            fits = (
                context.is_deadline(value.strip(" .;")) if role is Role.DEADLINE else _is_of_offices([value], context)
            )
            return (role, value) if fits else None
    return None


def read_fields(text: str, context: Context) -> list[tuple[Role, str]]:
    """The fields that a line states one behind another; none where it does not begin with one.

    "Chủ trì: Sở Nội vụ; thời gian: Quý I." is a lead, "Sở Nội vụ;", and a deadline, "Quý I.".
    """
    first = read_field(text, context)
    if first is None:
        return []
    fields = [(first[0], "")]
    for part in _PART_END.split(first[1]):
        said = read_field(part, context) if ":" in part else None
        if said is not None:
            fields.append(said)
        else:
            fields[-1] = (fields[-1][0], squeeze(f"{fields[-1][1]} {part}"))
    return fields


def _aside(text: str, context: Context) -> list[tuple[Role, str]]:
    """Fields in brackets at the end of a duty: "Rà soát văn bản (chủ trì: Sở Tư pháp; thời gian: Quý I)."."""
    found = _ASIDE.search(text)
    return read_fields(found[1], context) if found else []


_OFFICE_ROLES = {Role.LEAD, Role.COORDINATING, _DOER}


def _is_of_offices(values: list[str], context: Context) -> bool:
    """Whether what stands under "Trách nhiệm thực hiện" are offices, not a part of the paper that tells at length."""
    return (
        bool(values)
        and all(len(value) <= _OFFICE_MOST or _begins_with_office(value, context) for value in values[:3])
        and not any(begins_with_verb(value) and not context.may_be_office(_offices_of(value)) for value in values)
    )


def _begins_with_office(value: str, context: Context) -> bool:
    return split_offices(value, context) is not None or any(
        context.may_be_office(o) for o in context.split(value)[:1]
    )


_OFFICE_MOST = 120
"""Characters; one office with its qualifiers, known or not."""


def _collect(node: Node, groups: dict[int, _Group], context: Context) -> None:
    found = read_field(node.text, context)
    if found is not None and found[0] in _OFFICE_ROLES and not _states_fields(node, context):
        found = found if _is_of_offices(_values(node, found[1], context), context) else None
    if found is not None and not _is_topic(node, found[0], found[1], context):
        owner = _owner(node, context)
        if owner is not None and owner.paragraph is not None:
            group = groups.setdefault(id(owner), _Group(owner))
            *before, (role, value) = read_fields(node.text, context)
            for earlier, said in before:
                _put(group, earlier, [said])
            _put(group, role, _values(node, value, context))
            body = [part for n in node.walk() for part in (n, *n.body)] if not found[1] else node.walk()
            group.members.update(id(part) for part in body)
            group.told.extend(line for n in node.walk() for line in (n.printed, *(p.text for p in n.body)))
    for paragraph in node.body:
        stated = [f for f in read_fields(paragraph.text, context) if f[1]]
        if stated:
            for owner in _owners(node, context):
                group = groups.setdefault(id(owner), _Group(owner))
                for role, value in stated:
                    _put(group, role, [value])
                group.members.add(id(paragraph))
                group.told.append(paragraph.text)
    if found is None:
        inline = _INLINE.search(node.text)
        told = _aside(node.text, context) or ([(Role.DEADLINE, squeeze(inline[2]))] if inline else [])
        for role, value in told:
            _put(groups.setdefault(id(node), _Group(node)), role, [value])


def _states_fields(node: Node, context: Context) -> bool:
    """Whether the lines below are fields themselves: "Cơ quan thực hiện:" over "- Đơn vị chủ trì: ..."."""
    return any(read_field(child.text, context) is not None for child in node.children)


def _owners(node: Node, context: Context) -> list[Node]:
    """Whose the fields below `node` are: its own, or of the list that it ends: the whole, or each office of it."""
    if node.parent is None or not _closes_list(node, context):
        return [node]
    told = [read_subject(item.text, context) for item in node.parent.children]
    each = len(told) > 1 and all(subject is not None and subject.rest for subject in told)
    return list(node.parent.children) if each else [node.parent]


def _closes_list(node: Node, context: Context) -> bool:
    """Whether a field below the last item of a list speaks for the whole list: no other item has one."""
    siblings = _siblings(node)
    if not siblings or node.parent is None or node.parent.children[-1] is not node:
        return False
    inner = node.label is not None and node.label.kind == "plus"
    return inner and not any(read_field(p.text, context) for sibling in siblings for p in sibling.body)


def _is_topic(node: Node, role: Role, value: str, context: Context) -> bool:
    """ "Nhiệm vụ" or "Nội dung" without a value is a heading of the outline, not a field."""
    return role is Role.ACTIVITY and not value and all(read_field(n.text, context) is None for n in _siblings(node))


def _siblings(node: Node) -> list[Node]:
    return [n for n in node.parent.children if n is not node] if node.parent else []


def _owner(node: Node, context: Context) -> Node | None:
    """The nearest clause above that is not itself a field."""
    above = node.parent
    while above is not None and above.paragraph is not None and read_field(above.text, context) is not None:
        above = above.parent
    return above


def _values(node: Node, value: str, context: Context) -> list[str]:
    """A field's value with the list below it, where the list holds no fields of its own."""
    if value:
        return [value, *(child.text for child in node.children)]
    values = [paragraph.text for paragraph in node.body]
    for child in node.children:
        if read_field(child.text, context) is None:
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
    printed = _ASIDE.sub(".", owner.text) if _aside(owner.text, context) else owner.text
    title = _INLINE.sub(".", printed).strip(" :")
    lead = Stated("; ".join(_subjects(leads, context))) if leads else _doer(owner, context)
    if not lead.text and not begins_with_verb(title):
        return None
    helping = [] if leads is doers else doers
    helpers = [_offices_of(v) for v in (*helping, *group.fields.get(Role.COORDINATING, []))]
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


def _offices_of(value: str) -> str:
    return value.strip(" .;")


def _subjects(values: list[str], context: Context) -> list[str]:
    """The offices of a field; where its value goes on to say what each of them does, their names alone."""
    found: list[str] = []
    for value in values:
        told = [split_offices(part, context) for part in _CLAUSE_END.split(value)]
        doing = [part[0] for part in told if part is not None and begins_with_verb(part[1])]
        first = told[0]
        says_more = first is not None and begins_with_verb(first[1])
        found.extend(doing if says_more else [_offices_of(value)])
    return found


def _joined(group: _Group, role: Role) -> str:
    return " ".join(group.fields.get(role, [])).strip()
