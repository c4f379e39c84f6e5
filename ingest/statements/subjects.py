"""Who a sentence is about: the offices it begins with, and where they end.

"Sở Nội vụ chủ trì, phối hợp với các cơ quan có liên quan tổng hợp ..." has no sign
between the offices and the verb, so the end is found by the directory's names and the
words that may qualify them, and only where those fail by the verb.
"""

from __future__ import annotations

import re

from ingest.context import Context

_LONGEST = 320
_JOIN = re.compile(r"\s*(?:[,;]\s*)?(?:(?:và|cùng|cùng với|với)\s+)?(?=\S)", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"\s*(?:(?:có\s+|các cơ quan\s+)?liên quan(?: khác)?|khác"
    r"|trên địa bàn (?:tỉnh|thành phố|xã|phường)|thuộc tỉnh"
    r"|(?:trực )?thuộc (?:trung ương|tỉnh|Ủy ban nhân dân tỉnh|UBND tỉnh)"
    r"|của tỉnh|trong tỉnh|nêu trên|\([^)]{1,120}\))(?!\w)",
    re.IGNORECASE,
)
_VERBS = """
    chủ trì, có trách nhiệm, chịu trách nhiệm, phối hợp, thực hiện, báo cáo, gửi, xây dựng, tổng hợp, tham mưu,
    hoàn thành, hoàn thiện, rà soát, ban hành, triển khai, căn cứ, theo dõi, định kỳ, nộp, lập, trình, đề xuất,
    hướng dẫn, chủ động, tiếp tục, kiểm tra, đôn đốc, cập nhật, công bố, bố trí, đăng ký, tiến hành, đăng tải,
    thẩm định, phê duyệt, khẩn trương, tăng cường, bảo đảm, đảm bảo, cung cấp, đánh giá, sơ kết, tổng kết, giúp,
    làm đầu mối, nghiên cứu, phân công, cử, giao, phải, thống kê, thông báo, giải quyết, xử lý, chỉ đạo, khảo sát,
    vận hành, đưa, mở, bàn giao, thành lập, kiện toàn, tuyên truyền, phản ánh, kiến nghị, công khai, niêm yết,
    lồng ghép, quán triệt, góp ý, thẩm tra, đẩy mạnh, duy trì, nâng cấp, chuẩn bị, lựa chọn, tập trung
"""
# "tổ chức" is a verb, except in "tổ chức chính trị - xã hội", "các cơ quan, tổ chức có liên quan".
_ORGANISE = r"tổ chức(?!\s+(?:có|chính|xã|liên|đoàn|kinh|khác|cá nhân|,))"
VERB = re.compile(rf"\b(?:{'|'.join(v.strip() for v in _VERBS.split(','))}|{_ORGANISE})\b", re.IGNORECASE)


def split_subject(text: str, context: Context) -> tuple[str, str] | None:
    """The offices that `text` begins with, as printed, and the words behind them; None where it begins otherwise."""
    end = _run_of_names(text, context)
    if end:
        return text[:end].strip(" ,;:"), text[end:].lstrip(" ,;:")
    return _up_to_verb(text, context)


def _run_of_names(text: str, context: Context) -> int:
    """End of the directory's names, joined by commas and "và", at the beginning of `text`; 0 where there are none."""
    ends: dict[int, int] = {}
    for found in context.directory.find(text[:_LONGEST]):
        ends[found.start] = max(ends.get(found.start, 0), found.end)
    end = at = 0
    while at in ends:
        end = ends[at]
        qualified = _QUALIFIED.match(text, end)
        end = qualified.end() if qualified else end
        joined = _JOIN.match(text, end)
        at = joined.end() if joined else end
    return end


def _up_to_verb(text: str, context: Context) -> tuple[str, str] | None:
    for verb in VERB.finditer(text[:_LONGEST]):
        head = text[: verb.start()].strip(" ,:")
        if not head:
            return None
        if not head.endswith("cơ quan") and context.is_agency(head):
            return head, text[verb.start() :]
    return None
