"""What the questions of `tests.paraphrases` are worded with: as clerks say and type things in a chat."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from random import Random

from knowledge.library import LivePlan, LiveTask
from knowledge.text import fold, nfc, squeeze

LEAST_WORDS, MOST_WORDS, MOST_WORDS_OF_PLAN = 5, 12, 19


class Field(StrEnum):
    """The field of a task that a question asks for."""

    LEAD = "chủ trì"
    DUE = "thời hạn"
    COORDINATING = "phối hợp"
    PRODUCT = "sản phẩm"


class Manner(StrEnum):
    """How a question is typed."""

    ACCENTS = "đủ dấu"
    BARE = "không dấu"
    ABBREVIATED = "viết tắt"
    SLIP = "gõ sai"
    COURTEOUS = "lịch sự"


WORDINGS: dict[Field, tuple[str, ...]] = {
    Field.LEAD: (
        "{topic} do ai chủ trì?",
        "cơ quan nào chủ trì việc {topic}?",
        "ai phụ trách mảng {topic}?",
        "đơn vị nào được giao {topic}?",
        "đầu mối {topic} là cơ quan nào?",
        "việc {topic} giao cho ai làm chính?",
        "{topic} thì bên nào lo?",
        "{topic} thuộc trách nhiệm của ai?",
        "ai đứng ra lo chuyện {topic}?",
        "cho biết cơ quan chủ trì nhiệm vụ {topic}",
        "{topic}: chủ trì là đơn vị nào?",
        "đơn vị nào chịu trách nhiệm chính về {topic}?",
    ),
    Field.DUE: (
        "{topic} hạn đến khi nào?",
        "bao giờ phải xong việc {topic}?",
        "thời hạn hoàn thành {topic} là ngày nào?",
        "{topic} làm trong thời gian nào?",
        "deadline của việc {topic}?",
        "{topic} phải xong trước ngày nào?",
        "khi nào thì phải hoàn thành {topic}?",
        "việc {topic} được đặt ra vào quý mấy, tháng mấy?",
        "mốc thời gian của nhiệm vụ {topic} thế nào?",
        "chậm nhất lúc nào phải làm xong {topic}?",
        "tiến độ đặt ra cho {topic} ra sao?",
        "hạn chót {topic} là hôm nào?",
    ),
    Field.COORDINATING: (
        "{topic} có những cơ quan nào phối hợp?",
        "phải phối hợp với ai để làm {topic}?",
        "ngoài cơ quan chủ trì thì ai cùng tham gia {topic}?",
        "đơn vị phối hợp của nhiệm vụ {topic} là ai?",
        "những bên nào tham gia phối hợp {topic}?",
        "{topic} thì đơn vị chủ trì làm cùng với ai?",
        "cơ quan nào hỗ trợ, phối hợp việc {topic}?",
        "nêu giúp các đơn vị phối hợp thực hiện {topic}",
        "{topic}: cơ quan phối hợp gồm những ai?",
        "việc {topic} cần những đơn vị nào cùng phối hợp?",
        "mời phối hợp {topic} thì gửi những nơi nào?",
        "ai được giao phối hợp trong việc {topic}?",
    ),
    Field.PRODUCT: (
        "sản phẩm của {topic} là gì?",
        "{topic} thì phải ra được cái gì?",
        "kết quả đầu ra của việc {topic}?",
        "làm xong {topic} phải có văn bản gì?",
        "{topic} cần nộp sản phẩm nào?",
        "nhiệm vụ {topic} phải hoàn thành sản phẩm gì?",
        "đầu ra của {topic} gồm những gì?",
        "việc {topic} kết thúc bằng tài liệu gì?",
        "yêu cầu kết quả của {topic} là gì?",
        "{topic} xong thì trình cái gì?",
        "sản phẩm dự kiến của {topic}?",
        "lấy gì làm kết quả cho việc {topic}?",
    ),
}
WORDINGS_WITH_PLAN = (
    "theo {plan} thì {question}?",
    "{question} theo {plan}?",
    "trong {plan}, {question}?",
    "{question} ({plan})",
    "{plan}: {question}?",
)
PREFACES = (
    "Dạ anh chị cho em hỏi {question}",
    "Nhờ anh chị tra giúp em với ạ: {question}",
    "Chào anh/chị, em đang làm báo cáo cho lãnh đạo, xin hỏi {question} Em cảm ơn ạ",
    "Kính gửi bộ phận hỗ trợ, tôi muốn biết {question}",
    "Anh ơi giúp em chút, {question}",
    "Xin phép hỏi một việc: {question} Trân trọng cảm ơn.",
)
ABBREVIATIONS = {
    "ủy ban nhân dân": "UBND",
    "hội đồng nhân dân": "HĐND",
    "thủ tục hành chính": "TTHC",
    "cải cách hành chính": "CCHC",
    "chính quyền địa phương": "CQĐP",
    "công nghệ thông tin": "CNTT",
    "chuyển đổi số": "CĐS",
    "cán bộ, công chức, viên chức": "CBCCVC",
    "quy phạm pháp luật": "QPPL",
    "dịch vụ công trực tuyến": "DVCTT",
    "dịch vụ công": "DVC",
    "cơ sở dữ liệu": "CSDL",
    "khoa học và công nghệ": "KHCN",
    "khoa học, công nghệ": "KHCN",
    "đổi mới sáng tạo": "ĐMST",
    "ngân sách nhà nước": "NSNN",
    "doanh nghiệp": "DN",
    "kế hoạch": "KH",
    "nhiệm vụ": "NV",
    "cơ quan": "CQ",
    "đơn vị": "ĐV",
    "nghị quyết": "NQ",
    "quyết định": "QĐ",
    "báo cáo": "BC",
    "thực hiện": "TH",
    "sản phẩm": "SP",
    "thời gian": "TG",
    "hướng dẫn": "HD",
}
"""How offices shorten, in capitals as they are typed."""

_VERBS = (
    "tiếp tục|tăng cường|triển khai|thực hiện|tổ chức|đẩy mạnh|xây dựng|ban hành|chỉ đạo|tham mưu|chủ động|tập trung"
)
_LEADING = re.compile(
    rf"(?:(?:{_VERBS})(?:, | và | ))+(?!và |có |chặt|đầy đủ|kịp|tốt|nghiêm|hiệu quả)", re.IGNORECASE
)
_NO_TOPIC = re.compile(r"(?:căn cứ|trên cơ sở|theo|giúp) ", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"[,;:.](?=\s|$)|\s\(|\s(?=(?:nhằm|để|cho|của|trong|trên|theo|đối với|tại|từ|bằng|khi|gắn|bảo đảm|đảm bảo|phục vụ"
    r"|thuộc|do|giữa|ngày|năm|giai đoạn)\s)"
)
_HANGING = re.compile(
    r"\b(?:trong|trên|hàng|hằng|theo|và|các|những|đến|từ|của|cho|về|với|được|việc|không|cả|bằng|để|đối|hoặc|là|tại|này)$"
)


def _cuts(text: str, least: int, most: int) -> list[str]:
    """Beginnings of `text` up to the boundary of a clause, of so many words."""
    cuts = [text[: found.start()].strip() for found in _BOUNDARY.finditer(text)] + [text.strip(" .;:,")]
    whole = [cut for cut in cuts if cut.count("(") == cut.count(")") and not _HANGING.search(cut)]
    return [cut for cut in whole if least <= len(cut.split()) <= most]


def topics(task: LiveTask) -> list[str]:
    """Short names of the task, with and without its leading verb: of each the longest that ends with a clause."""
    found: list[str] = []
    for name in map(_typed, filter(None, (task.task.title, task.task.activity))):
        for office in task.task.lead:
            name = name.removeprefix(squeeze(office)).lstrip(" :,-")
        for start in () if _NO_TOPIC.match(name) else (name, _LEADING.sub("", name, count=1)):
            found += _cuts(start.removeprefix("việc "), LEAST_WORDS, MOST_WORDS)[-1:]
    return [_lower(topic) for topic in dict.fromkeys(found)]


def _typed(printed: str) -> str:
    """Without bullets and without the dates of papers, which nobody types."""
    text = re.sub(r",? ngày \d+(?: tháng \d+ năm |[/-]\d+[/-])\d{4}", "", squeeze(nfc(printed)).lstrip("-+• "))
    return text.lower() if text.isupper() else text


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def plan_names(plan: LivePlan, plans: Sequence[LivePlan]) -> list[str]:
    """By number, with the year where two have one number, and by the main words of the title with the year."""
    meta, kind = plan.metadata, (plan.metadata.kind or "văn bản").lower()
    span = " - ".join(map(str, dict.fromkeys(meta.years)))
    year = f" {'giai đoạn' if '-' in span else 'năm'} {span}" if span else ""
    shared = sum(other.metadata.number == meta.number for other in plans) > 1
    names = [f"{kind} {meta.number}{year if shared else ''}"] if meta.number else []
    title = re.sub(r"^(?:về việc )?(?:ban hành )?", "", _typed(meta.title or ""), flags=re.IGNORECASE)
    title = re.sub(r" (?:nhà nước )?(?:tỉnh|thành phố) \S+ \S+(?= năm | giai đoạn |$)", "", title)
    cuts = _cuts(title, 3, MOST_WORDS_OF_PLAN)
    if cuts:
        short = _lower(max(cuts, key=len))
        short = short if short.startswith((kind, "kế hoạch", "chương trình")) else f"{kind} {short}"
        names.append(short if not span or span in short else f"{short}{year}")
    return names


def _abbreviated(text: str, rng: Random) -> str:
    """Up to three of the abbreviations that could be used are."""
    usable = [long for long in ABBREVIATIONS if re.search(rf"\b{long}\b", text, re.IGNORECASE)]
    for long in sorted(rng.sample(usable, min(3, len(usable))), key=len, reverse=True):
        text = re.sub(rf"\b{long}\b", ABBREVIATIONS[long], text, flags=re.IGNORECASE)
    return text


def _slipped(text: str, rng: Random) -> str:
    """Two letters of one syllable changed places, one was left out or came twice."""
    at = rng.choice([each.span() for each in re.finditer(r"(?<![\w/-])[^\W\d_]{3,}(?![\w/-])", text)])
    place = rng.randrange(at[0], at[1] - 1)
    one, two = text[place], text[place + 1]
    return text[:place] + rng.choice([two + one, one, one + one + two]) + text[place + 2 :]


TYPED: dict[Manner, Callable[[str, Random], str]] = {
    Manner.ACCENTS: lambda text, _: text,
    Manner.BARE: lambda text, _: fold(text),
    Manner.ABBREVIATED: _abbreviated,
    Manner.SLIP: _slipped,
    Manner.COURTEOUS: lambda text, rng: rng.choice(PREFACES).format(question=text),
}
