"""Ways of asking for lists, put together from parts: what is listed, about what, whose, when and by which paper."""

from __future__ import annotations

from random import Random

_OPENERS = (
    "liệt kê", "liệt kê giúp", "kể", "kể tên", "kể ra", "cho xem", "cho em xem", "cho anh xin", "xin", "gửi em",
    "tìm",
    "tra giúp", "lọc", "tổng hợp", "thống kê", "danh sách", "danh mục", "cho hỏi", "cần biết", "rà giúp", "xuất",
    "list",
    "em cần", "chị muốn xem", "lấy giúp", "đọc cho anh", "nêu", "có những", "có", "còn", "hiện có", "tất cả",
    "toàn bộ",
)  # fmt: skip
_THINGS = (
    "việc", "các việc", "những việc", "nhiệm vụ", "các nhiệm vụ", "những nhiệm vụ", "đầu việc", "các đầu việc",
    "công việc",
    "nội dung", "các nội dung", "hoạt động", "phần việc", "danh mục nhiệm vụ", "danh sách nhiệm vụ", "nv", "task",
)  # fmt: skip
_ASKED = (
    "việc gì", "những việc gì", "việc nào", "những việc nào", "nhiệm vụ nào", "những nhiệm vụ nào", "các nhiệm vụ gì",
    "những gì", "mấy việc", "bao nhiêu việc", "bao nhiêu nhiệm vụ", "các việc nào", "những đầu việc nào",
    "mấy nhiệm vụ",
)  # fmt: skip
_ABOUT = (
    "về",
    "liên quan",
    "liên quan đến",
    "liên quan tới",
    "thuộc lĩnh vực",
    "thuộc mảng",
    "có nội dung",
    "",
    "",
    "",
)
_WHOSE = (
    "của {AGENCY}", "do {AGENCY} chủ trì", "do {AGENCY} làm", "mà {AGENCY} phải làm", "giao cho {AGENCY}",
    "giao {AGENCY}", "{AGENCY} chủ trì", "{AGENCY} phụ trách", "{AGENCY} phối hợp", "thuộc trách nhiệm {AGENCY}",
    "{AGENCY} được giao", "có {AGENCY} tham gia", "{AGENCY} đứng đầu",
)  # fmt: skip
_WHEN = (
    "{PERIOD}", "đến hạn {PERIOD}", "hạn {PERIOD}", "có hạn {PERIOD}", "phải xong {PERIOD}", "trong {PERIOD}",
    "phải hoàn thành {PERIOD}", "hết hạn {PERIOD}", "cần làm {PERIOD}", "kết thúc {PERIOD}",
)  # fmt: skip
_BY = (
    "theo {PLAN}", "trong {PLAN}", "của {PLAN}", "ở {PLAN}", "tại {PLAN}", "nêu trong {PLAN}", "{PLAN}",
    "theo như {PLAN}",
)  # fmt: skip
_VERBS = ("có", "chủ trì", "phải làm", "được giao", "phụ trách", "làm", "đảm nhiệm", "phải xong", "phối hợp", "còn")
_TAILS = ("", "", "", "là gì", "gồm những gì", "với", "nhé", "kèm hạn", "và ai chủ trì", "gồm những việc gì", "kể ra")


def listing(chance: Random) -> str:
    """A way of asking for a list, with places in braces."""
    about = f"{chance.choice(_ABOUT)} {{TOPIC}}" if chance.random() < 0.65 else ""
    when = chance.choice(_WHEN) if chance.random() < 0.45 else ""
    by = chance.choice(_BY) if chance.random() < 0.5 else ""
    whose = chance.choice(_WHOSE) if chance.random() < 0.5 else ""
    shape = chance.random()
    if shape < 0.45:
        narrowing = [whose, when, by]
        chance.shuffle(narrowing)
        parts = [chance.choice(_OPENERS), chance.choice(_THINGS), about, *narrowing, chance.choice(_TAILS)]
    elif shape < 0.85:
        who = "{AGENCY}" if whose else by.removeprefix("theo ") if by else ""
        narrowing = [when, by if whose else ""]
        chance.shuffle(narrowing)
        before = narrowing.pop() if chance.random() < 0.5 else ""
        verb = chance.choice(_VERBS) if who else chance.choice(("có", "còn", "phải làm"))
        parts = [before, who, verb, chance.choice(_ASKED), about, *narrowing]
    else:
        narrowing = [about, whose, when, by]
        chance.shuffle(narrowing)
        parts = [chance.choice(_THINGS), *narrowing, chance.choice(_TAILS)]
    return " ".join(" ".join(parts).split())
