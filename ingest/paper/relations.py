"""What a paper does to other papers: amends, replaces, repeals, extends them, as a whole or in one part.

Three manners of saying so are heard, each only where the paper itself does it ("tham mưu sửa đổi Quyết định số ..."
is a duty, "Căn cứ ..." a citation):

    verb first     "Điều chỉnh thời hạn nhiệm vụ “...” từ ... thành ...", in a paper whose title, articles or "như
                   sau:" say that it amends; the paper meant is named in the sentence, or was named last
    this paper     "Kế hoạch này thay thế Kế hoạch số ..."
    passive        "Kế hoạch số ... hết hiệu lực kể từ ngày Quyết định này có hiệu lực"

New leads and deadlines are taken where the words after "thành", "sang", "đến" are wholly an agency or a deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ingest.context import Context
from ingest.layout.labels import KINDS
from ingest.layout.outline import Outline
from ingest.paper.names import DATE, NUMBER, day_of, tidy_number
from knowledge.records import Deadline, Origin, PlanDraft, PlanMetadata, Relation, RelationKind, Task
from knowledge.text import fold, nfc, squeeze

_KIND = "|".join(sorted((name.lower() for name in KINDS.values()), key=len, reverse=True))
_PAPER = re.compile(rf"(?i:\b({_KIND}))\s*:?\s+(?:[Ss]ố\s*:?\s*)?({NUMBER})(?:\s*,?\s*ngày\s*(?:{DATE}))?")
_NEXT_PAPER = re.compile(
    rf"\s*(?:của\s[^,;.]{{3,60}}?)?\s*(?:[,;]\s*(?:và\s)?|và\s)\s*(?:(?i:({_KIND}))\s+)?[Ss]ố\s*:?\s*({NUMBER})"
    rf"(?:\s*,?\s*ngày\s*(?:{DATE}))?"
)
_VERBS: dict[RelationKind, str] = {
    RelationKind.EXTENDS: r"gia hạn|kéo dài|lùi (?=thời|hạn|tiến)",
    RelationKind.REPEALS: r"bãi bỏ|(?:đưa|loại|rút)(?: bỏ| ra)? khỏi|"
    r"h(?:ủy|uỷ) bỏ|bỏ (?=nhiệm vụ|nội dung|mục|điểm|khoản|cụm từ)|"
    r"(?:không|dừng|ngừng|chấm dứt)(?: việc| tiếp tục)? (?:thực hiện|triển khai) "
    r"(?=nhiệm vụ|nội dung|mục|điểm|khoản)",
    RelationKind.AMENDS: r"sửa đổi|sửa thành|đính chính|điều chỉnh|thay đổi|thay thế cụm từ|thay cụm từ|"
    r"thay (?=cơ quan|đơn vị)|chuyển (?=cơ quan|đơn vị|nhiệm vụ|chủ trì)|được bổ sung|"
    r"giao (?=.{3,120} chủ trì .*thay )|"
    r"bổ sung(?=,? (?:một số|các|nhiệm vụ|nội dung|danh mục|phụ lục|khoản|điểm|mục))",
    RelationKind.REPLACES: r"thay thế",
}
"""In the order in which they are tried at one place: "thay thế cụm từ" amends."""
_VERB = re.compile("|".join(f"(?P<{kind.name}>{words})" for kind, words in _VERBS.items()))
_SUBJECT = (
    r"(?:(?:nay|quyết định|quyết nghị|quyết nghị thông qua|đồng ý|thống nhất|cho phép|chấp thuận|chủ trương|việc|"
    r"về việc|v/v|ban hành|cho)\s+)*"
)
_BODY = r"(?:(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|chủ tịch|hội đồng nhân dân|hđnd|ban chỉ đạo)[^,.;]{0,60}?\s)?"
_FIRST = re.compile(rf"{_BODY}{_SUBJECT}(?:{_VERB.pattern})")
_TITLE = re.compile(rf"(?:(?:{_KIND})\s+)?(?:về\s+)?{_SUBJECT}(?:{_VERB.pattern})")
_OF_PART = re.compile(
    r"(?:tại|đối với|về)?\s*(?:(?:điểm|khoản|mục|tiết|phần|phụ lục|dòng|số thứ tự|stt|nhiệm vụ|nội dung|thời hạn|"
    r"thời gian|tiến độ|(?:cơ quan|đơn vị) chủ trì|cụm từ)\b)"
)
_THIS = re.compile(rf"\b(?:{_KIND}|văn bản) này\b(?P<between>[^;]{{0,140}}?)(?:{_VERB.pattern})")
_NOT_DOING = re.compile(r"\b(?:tham mưu|đề xuất|rà soát|nghiên cứu|trình|kiến nghị|khi|nếu|trường hợp|đề nghị|"
                        r"xem xét|phải|cần|được)\b")  # fmt: skip
_ENDED = re.compile(
    r"(?P<REPEALS>(?:hết|chấm dứt|ngừng|không còn) hiệu lực(?: thi hành)?(?: kể)? từ|(?:bị )?bãi bỏ\b.*\bnày\b)"
    r"|(?:được|bị) (?P<REPLACES>thay thế)\b.*\bnày\b"
)
_BASIS = re.compile(r"(?:căn cứ|thực hiện|theo đề nghị|theo|xét|trên cơ sở)\b")
_SENTENCE = re.compile(r"(?<=[.])\s+(?=[A-ZĐÀ-Ỹ\"“])")
_REF = (
    r"(?:điểm|khoản|điều|mục|tiết|tiểu mục|phần|phụ lục|dòng|số thứ tự|stt|nhiệm vụ số|nhiệm vụ thứ|biểu)\s+"
    r"(?:số\s+)?(?:\d+(?:\.\d+)*[a-zđ]?|[ivxlc]+(?:\.\d+)*|[a-zđ])\b"
)
_PART = re.compile(rf"{_REF}(?:\s*,?\s*(?:của |tại |thuộc )?(?:{_REF}|phụ lục\b))*")
_ROW = re.compile(r"(?:dòng|số thứ tự|stt|nhiệm vụ số|nhiệm vụ thứ)\s+(?:số\s+)?(\d+(?:\.\d+)*)")
_APPENDIX_ROW = re.compile(r"mục\s+(?:số\s+)?(\d+(?:\.\d+)*)\b(?=.*phụ lục)")
_QUOTED = re.compile(r"[\"“‘«]([^\"“”‘’«»]{4,400})[\"”’»]")
_CARRIED_OUT = re.compile(r"\b(?:thực hiện|triển khai|theo|để|phục vụ)\s*$")
_ATTACHED = re.compile(rf"(?i:\b(?:{_KIND}|quy chế|quy định)\b[^,;]*\btheo\s*$)")
"""What a decision issues is the decision's paper: "Đề án ... ban hành kèm theo Quyết định số ..."."""
_OF_PLAN = re.compile(r"\b(?:thời gian|thời hạn|tiến độ|lộ trình|nhiệm vụ|nội dung|hiệu lực)\b")
"""Of a paper carried out only these belong to it: "điều chỉnh kinh phí thực hiện Kế hoạch" leaves the plan."""
_NAMES_TASK = re.compile(
    r"(?:nhiệm vụ|nội dung|công việc|hạng mục|hoạt động|việc)(?:\s+(?:số|thứ)\s+[\d.]+)?\s*:?\s*$"
)
_TASK = re.compile(
    r"\b(?:nhiệm vụ|công việc)\s+(?!số\b|thứ\b|tại\b|của\b|nêu\b|trong\b|sau\b|này\b)(?P<title>.+?)"
    r"(?=\s+(?:từ|thành|sang|đến|tại|của|trong|như sau|quy định|nêu|thuộc|do|cho|được|thay)\b|[,;:.]|$)"
)
_LEAST_TITLE = 3
"""Words of a task's title told without quotation marks: fewer may be any words after "nhiệm vụ"."""
_MARK = re.compile(r"(?:\b(?:thành|sang|bằng|là|đến|còn|cho)\b(?: cụm từ)?|:)\s*")
_VALUE_END = re.compile(r"[;.](?:\s|$)")
_FURTHER = re.compile(r",| tại | của | do | để | theo | thay ")
_GIVEN = re.compile(r"\bgiao\s+(.{3,120}?)\s+(?:làm (?:cơ quan|đơn vị) )?chủ trì\b")
_LEADS = re.compile(r"chủ trì|(?:cơ quan|đơn vị) thực hiện|đầu mối")
_WHOLE = re.compile(r"\b(?:toàn bộ|các|nội dung|văn bản|hiệu lực|thời gian|thời hạn|thực hiện|triển khai|đối với|cho|"
                    r"của|và|việc|ban hành kèm theo|ban hành theo|kèm theo|tại|một số|điều|"
                    r"bổ sung|sửa đổi)\b")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Target:
    """Another paper as it is named."""

    kind: str
    number: str
    issued: date | None


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence, and what belongs to it.

    Attributes:
        below: short lines under it, which may tell the new values.
        article: it stands in an article of a decision.
    """

    text: str
    below: tuple[str, ...]
    article: bool


def with_relations(draft: PlanDraft, outline: Outline, context: Context) -> PlanDraft:
    """The draft with what its paper does to others; sentences that only change another paper's task are no task."""
    relations = relations_of(outline, draft.metadata, context)
    changing = {each.quote for each in relations if not (each.is_whole and each.kind is RelationKind.AMENDS)}
    kept = [task.origin is Origin.TABLE or not _only_changes(task, changing) for task in draft.tasks]
    doubts = tuple(doubt for doubt in draft.report.doubts if squeeze(doubt.where) not in changing)
    draft = replace(draft, relations=relations, report=replace(draft.report, doubts=doubts))
    if all(kept):
        return draft
    places = {old: new for new, old in enumerate(i for i, keep in enumerate(kept) if keep)}
    passages = tuple(p if p.task is None else replace(p, task=places.get(p.task)) for p in draft.passages)
    tasks = tuple(task for task, keep in zip(draft.tasks, kept, strict=True) if keep)
    return replace(draft, tasks=tasks, passages=passages)


def relations_of(outline: Outline, metadata: PlanMetadata, context: Context) -> tuple[Relation, ...]:
    """What the paper does to others, each once, in reading order."""
    reader = _Reader(metadata, context)
    for statement in _statements(outline):
        reader.read(statement)
    found = reader.found.values()
    precise = {relation.number for relation in found if not relation.is_whole and _is_precise(relation)}
    return tuple(each for each in found if each.is_whole or _is_precise(each) or each.number not in precise)


def _is_precise(relation: Relation) -> bool:
    """Whether it says which part is meant; "một số nhiệm vụ" does not, and is followed by what does."""
    return bool(relation.row or relation.task or _PART.search(relation.part.lower()))


def _only_changes(task: Task, changing: set[str]) -> bool:
    return any(quote in squeeze(task.source.quote) for quote in changing)


def _statements(outline: Outline) -> Iterator[_Statement]:
    for paragraph in outline.head:
        yield from _sentences(paragraph.text, (), article=False)
    for node in outline.nodes():
        article = any(each.label and each.label.kind == "article" for each in (node, *node.ancestors()))
        below = (*(child.text for child in node.children), *(each.text for each in node.body))
        yield from _sentences(node.text, tuple(map(squeeze, below)), article=article)
        for paragraph in node.body if node.parent is not None else ():
            yield from _sentences(paragraph.text, (), article=article)
    for paragraph in outline.tail:
        yield from _sentences(paragraph.text, (), article=False)


def _sentences(text: str, below: tuple[str, ...], *, article: bool) -> Iterator[_Statement]:
    parts = _SENTENCE.split(squeeze(nfc(text)))
    for place, part in enumerate(parts):
        yield _Statement(part, below if place == len(parts) - 1 else (), article)


class _Reader:
    """Sentences in reading order; remembers which paper was named last as the one that is changed."""

    def __init__(self, metadata: PlanMetadata, context: Context) -> None:
        self.found: dict[tuple[object, ...], Relation] = {}
        self._own = metadata.number
        self._context = context
        title = squeeze(nfc(metadata.title or ""))
        verb = _TITLE.match(title.lower())
        self._amending = verb is not None
        self._current: tuple[_Target, ...] = ()
        if verb is not None:
            self._keep(_Statement(title, (), article=False), verb)

    def read(self, statement: _Statement) -> None:
        """Keeps what the sentence says of another paper."""
        low = statement.text.lower()
        if _BASIS.match(low) or len(low) != len(statement.text):
            return
        this = _THIS.search(low)
        if this is not None and not _NOT_DOING.search(this["between"]):
            self._keep_named(statement, this)
            return
        if self._passive(statement, low):
            return
        verb = _FIRST.match(low)
        doing = self._amending or statement.article or low.rstrip(" :.").endswith("như sau")
        if verb is not None and doing:
            self._keep(statement, verb)
        elif self._current and _OF_PART.match(low):
            inner = _VERB.search(low)
            if inner is not None:
                self._keep(statement, inner, whole=True)

    def _passive(self, statement: _Statement, low: str) -> bool:
        """ "Kế hoạch số ... hết hiệu lực kể từ ngày ..."."""
        paper = _PAPER.search(statement.text)
        ended = _ENDED.search(low, paper.end()) if paper else None
        if paper is None or ended is None or _NOT_DOING.search(low[: paper.start()]):
            return False
        kind = RelationKind[str(ended.lastgroup)]
        part = _PART.search(low[: paper.start()])
        for target in self._targets(statement.text, 0):
            self._add(Relation(kind, target.kind, target.number, target.issued, part[0] if part else "",
                               quote=statement.text))  # fmt: skip
        return True

    def _keep_named(self, statement: _Statement, verb: re.Match[str]) -> None:
        if self._targets(statement.text, verb.end()):
            self._keep(statement, verb)

    def _keep(self, statement: _Statement, verb: re.Match[str], *, whole: bool = False) -> None:
        """The relation of a sentence whose verb is found; none where no paper is known or no part of it is meant.

        Args:
            whole: the part stands before the verb.
        """
        kind = _kind_of(verb)
        named = self._targets(statement.text, verb.end())
        if named and _is_other_object(statement.text, verb.end()):
            return
        if not named and statement.text.endswith(":") and not whole:
            named = tuple(each for line in statement.below for each in self._listed(line))
        if named:
            self._current = named = tuple(self._known(each) for each in named)
        after = statement.text if whole else statement.text[verb.end() :]
        part, row = _part_of(after.lower())
        relation = Relation(kind, "", "", part=part, row=row, task=self._task_of(after, kind), quote=statement.text)
        if named and relation.is_whole and kind is not RelationKind.AMENDS:
            relation = replace(relation, part=_remainder(after))
        if not named and (relation.is_whole or verb[0].startswith("bổ sung")):
            return  # what is added is no part of the other paper yet
        relation = self._with_values(relation, statement, 0 if whole else verb.start())
        for target in named or self._current:
            self._add(replace(relation, paper_kind=target.kind, number=target.number, issued=target.issued))

    def _add(self, relation: Relation) -> None:
        key = (relation.kind, relation.number, relation.part, relation.row, fold(relation.task))
        before = self.found.get(key)
        if before is None or ((relation.deadline or relation.lead) and not (before.deadline or before.lead)):
            self.found[key] = relation  # the title names it, an article tells the new values

    def _known(self, target: _Target) -> _Target:
        """With the date that an earlier sentence told of it."""
        same = (each for each in self._current if each.number == target.number and target.issued is None)
        return next(same, target)

    def _targets(self, text: str, start: int) -> tuple[_Target, ...]:
        """The paper named first after `start`, and those joined to it directly."""
        match = _PAPER.search(text, start)
        found: list[_Target] = []
        kind = ""
        while match is not None:
            kind = KINDS[fold(match[1])] if match[1] else kind
            number = tidy_number(match[2])
            if number != self._own:
                found.append(_Target(kind, number, day_of(match.groups()[2:8])))
            match = _NEXT_PAPER.match(text, match.end())
        return tuple(found)

    def _listed(self, line: str) -> tuple[_Target, ...]:
        """The paper that a line of a list is."""
        return self._targets(line, 0)[:1] if _PAPER.match(line) else ()

    def _task_of(self, after: str, kind: RelationKind) -> str:
        """Title of the task that is changed: in quotation marks, else the words after "nhiệm vụ"."""
        quoted = list(_QUOTED.finditer(after))
        for match in quoted:
            if _NAMES_TASK.search(after[: match.start()].lower()):
                return squeeze(match[1])
        if quoted and kind in (RelationKind.REPEALS, RelationKind.EXTENDS) and not self._is_value(quoted[0][1]):
            return "" if "cụm từ" in after[: quoted[0].start()].lower() else squeeze(quoted[0][1])
        plain = _TASK.search(after.lower())
        title = after[plain.start("title") : plain.end("title")].strip(" \"“”'") if plain else ""
        return title if len(title.split()) >= _LEAST_TITLE and not _PAPER.search(title) else ""

    def _is_value(self, text: str) -> bool:
        return self._context.is_deadline(text) or self._context.is_agency(text)

    def _with_values(self, relation: Relation, statement: _Statement, start: int) -> Relation:
        """With the new lead and deadline, from the sentence or the lines below it."""
        text = statement.text[start:]
        deadline, lead = self._deadline_in(text), self._lead_in(text)
        for line in statement.below:
            if relation.is_whole or _VERB.search(line.lower()):
                break
            deadline, lead = deadline or self._deadline_in(line), lead or self._lead_in(line)
        return replace(relation, deadline=deadline, lead=lead, lead_agencies=self._context.resolve(lead))

    def _deadline_in(self, text: str) -> Deadline | None:
        for value in _values(text):
            if self._context.is_deadline(value):
                return self._context.deadline(value)
        return None

    def _lead_in(self, text: str) -> tuple[str, ...]:
        if not _LEADS.search(text.lower()):
            return ()
        given = _GIVEN.search(text.lower())
        values = [text[given.start(1) : given.end(1)]] if given else []
        for value in (*values, *_values(text)):
            if self._context.is_agency(value):
                return self._context.split(value)
        return ()


def _is_other_object(text: str, start: int) -> bool:
    """Whether something else is changed, for which the paper is only the reason."""
    paper = _PAPER.search(text, start)
    between = text[start : paper.start()].lower() if paper else ""
    return bool(_CARRIED_OUT.search(between)) and not _OF_PLAN.search(between)


def _kind_of(verb: re.Match[str]) -> RelationKind:
    return next(kind for kind in RelationKind if verb.groupdict().get(kind.name))


def _part_of(low: str) -> tuple[str, str | None]:
    """The part as printed, and the number of the row where it is one."""
    match = _PART.search(low)
    if match is None:
        return "", None
    row = _ROW.search(match[0]) or _APPENDIX_ROW.search(match[0])
    return match[0], row[1] if row else None


def _remainder(after: str) -> str:
    """What stands between the verb and the paper beside words that mean all of it."""
    paper = _PAPER.search(after)
    between = after[: paper.start()] if paper else ""
    between = _ATTACHED.sub("", between)
    between = re.sub(r"\s+(?:tại|trong|của|thuộc|theo)\s*$", "", between)
    return squeeze(between) if _WHOLE.sub(" ", between.lower()).strip(" ,:") or "một số" in between.lower() else ""


def _values(text: str) -> Iterator[str]:
    """What may be a new value: the words after each sign of change, the last sign first, whole and cut short."""
    for mark in reversed(list(_MARK.finditer(text.lower()))):
        rest = text[mark.end() :]
        end = _VALUE_END.search(rest)
        whole = rest[: end.start()] if end else rest
        quoted = _QUOTED.match(whole.lstrip())
        if quoted:
            yield squeeze(quoted[1]).rstrip(" .;")
        yield whole.strip(" .;:\"“”'")
        for cut in _FURTHER.finditer(whole):
            yield whole[: cut.start()].strip(" .;:\"“”'")
