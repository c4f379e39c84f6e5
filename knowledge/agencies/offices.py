"""The words that begin an office's name, known to the directory or not.

Printed lists and headings name offices that no directory holds ("Trung tâm Giống cây trồng"), so
what tells a comma between offices from a comma inside a name is the word after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.agencies.authorities import match_organ, match_unit
from knowledge.agencies.names import Word, fold_word
from knowledge.text import Folded

# Nouns for offices in general. They run together: "Các cơ quan, đơn vị, địa phương" is one phrase.
_GENERIC = (
    "sở", "ban", "ngành", "bộ", "bộ phận", "cơ quan", "đơn vị", "địa phương", "tổ chức", "cá nhân",
    "doanh nghiệp", "đoàn thể", "hội", "hiệp hội", "phòng", "tập đoàn", "người dân", "cộng đồng",
)  # fmt: skip
# Kinds of office: the first words of a proper name.
_KINDS = (
    *_GENERIC, "văn phòng", "ủy ban", "uỷ ban", "hội đồng", "thường trực", "thanh tra", "công an", "đoàn",
    "trung tâm", "chi cục", "cục", "tổng cục", "vụ", "báo", "bảo", "đài", "kho bạc", "ngân hàng", "trường",
    "học viện", "đại học", "viện", "mặt trận", "liên minh", "liên đoàn", "liên hiệp", "công đoàn",
    "tỉnh đoàn", "thành đoàn", "huyện đoàn", "tỉnh ủy", "tỉnh uỷ", "thành ủy", "thành uỷ", "huyện ủy",
    "huyện uỷ", "đảng ủy", "đảng uỷ", "cấp ủy", "cấp uỷ", "tòa án", "toà án", "kiểm toán", "quốc hội",
    "chính phủ", "thủ tướng", "chủ tịch", "giám đốc", "thủ trưởng", "lãnh đạo", "thành viên", "tổ công tác",
    "tổ giúp việc", "tổ", "quỹ", "bệnh viện", "bưu điện", "tổng công ty", "công ty", "bảo hiểm", "thuế",
    "hải quan", "thống kê", "bộ đội", "tư lệnh", "hợp tác xã", "cơ sở", "phương tiện thông tin",
    "nhà trường", "tổng thư ký", "quân khu", "cổng thông tin", "chính quyền", "thôn", "trạm", "nhóm", "đội", "hạt",
    "tiểu ban", "khối", "chi bộ", "chi đoàn", "chi hội", "xí nghiệp", "giáo viên", "hiệu trưởng", "kế toán",
    "công chức",
    "chuyên viên", "tổng giám đốc", "bảo tàng", "thư viện", "nhà hát", "chủ đầu tư", "khoa", "bộ môn",
    "bí thư",
    "trưởng ban", "trưởng phòng", "phó trưởng", "chánh", "đại diện", "người đứng đầu", "trung đoàn", "lữ đoàn", "đồn",
)  # fmt: skip
# The same first words begin these, which are no offices.
_OTHERWISE = (
    "ban hành", "bảo đảm", "bảo vệ", "báo cáo", "hội nghị", "hội thảo", "hội nhập", "hội chợ", "đoàn kết",
    "trường hợp", "đài thọ", "bộ máy", "bộ tiêu chí", "bộ chỉ số", "cấp phép", "cấp phát", "cấp giấy",
    "tổ chức thực hiện", "tổ chức triển khai", "bảo hiểm y tế", "bảo trợ", "bảo tồn", "báo chí", "viện trợ",
    "ngành nghề", "cơ sở dữ liệu", "cơ sở hạ tầng", "cơ sở vật chất", "cơ sở pháp lý", "đoàn kiểm tra",
    "phòng chống", "phòng ngừa", "phòng thủ", "vụ việc", "vụ án", "tổ chức các", "tổ chức bộ máy",
    "tổ chức hội", "tổ chức lớp", "tổ chức rà soát", "đơn vị hành chính", "thanh tra, kiểm tra",
    "thành viên gia đình", "cơ sở thực tế", "đội ngũ", "nhóm chỉ tiêu", "nhóm nhiệm vụ", "nhóm giải pháp",
    "khối lượng", "khoa học", "khoa bảng",
    "kế toán trưởng đơn vị", "trạm thu phí",
)  # fmt: skip
# Kinds that name somebody without a word behind them; "trung tâm", "chi cục" alone are nobody.
_STANDALONE = (
    "nhà trường", "chính phủ", "thủ tướng", "tỉnh ủy", "thành ủy", "đảng ủy", "cấp ủy", "văn phòng", "công an",
    "thanh tra",
    "kế toán", "hiệu trưởng", "chủ đầu tư", "chính quyền", "ban giám hiệu", "thường trực", "quốc hội",
)  # fmt: skip


def _forms(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(name.replace(",", "").split()) for name in names), key=len, reverse=True))


def _by_first(forms: Sequence[tuple[str, ...]]) -> dict[Folded, tuple[tuple[str, ...], ...]]:
    """Forms by their first word: a sentence's beginning is compared with a few, not with all."""
    table: dict[Folded, tuple[tuple[str, ...], ...]] = {}
    for form in forms:
        first = fold_word(form[0])
        table[first] = (*table.get(first, ()), form)
    return table


_GENERIC_FORMS, _KIND_FORMS, _OTHER_FORMS = (_by_first(_forms(names)) for names in (_GENERIC, _KINDS, _OTHERWISE))
_STANDALONE_FORMS = _forms(_STANDALONE)
# What makes "tổ chức" an organisation.
_AFTER_ORGANISATION = {
    "chinh", "xa", "hoi", "doan", "dang", "ton", "lien", "co", "khac", "ca", "thanh", "tin", "phi", "hanh", "khoa",
    "kinh", "dai", "va", "cung",
}  # fmt: skip
# Words that announce a plural before a kind of office.
_PLURALS = {"cac", "nhung"}


def begins(words: Sequence[Word], at: int, form: Sequence[str]) -> bool:
    """Whether the accented words of `form` stand at `at`; in a text without accents, their letters."""
    if at + len(form) > len(words) or words[at].text != fold_word(form[0]):
        return False
    there = words[at : at + len(form)]
    if any(word.text != fold_word(wanted) for word, wanted in zip(there, form, strict=True)):
        return False
    if any(word.barrier for word in there[1:]):
        return False
    if all(word.printed.isascii() for word in words):
        return True
    # The words of a written-out abbreviation have no accents to compare.
    return all(
        word.printed.casefold() == wanted or not (word.head and word.tail)
        for word, wanted in zip(there, form, strict=True)
    )


def is_plural(words: Sequence[Word], at: int) -> bool:
    """Whether "các" or "những" stands at `at`."""
    return at < len(words) and words[at].text in _PLURALS


def begins_office(words: Sequence[Word], at: int) -> bool:
    """Whether a word that begins an office's name stands at `at`, "các" before it allowed."""
    if is_plural(words, at):
        return begins_office(words, at + 1) or match_unit(words, at + 1) > at + 1
    if at >= len(words) or _length(words, at, _OTHER_FORMS) or _organises(words, at):
        return False
    return match_organ(words, at) > at or _length(words, at, _KIND_FORMS) > 0


def _length(words: Sequence[Word], at: int, forms: Mapping[Folded, Sequence[tuple[str, ...]]]) -> int:
    """Words of the longest of `forms` at `at`; 0 where none stands there."""
    if at >= len(words):
        return 0
    return next((len(form) for form in forms.get(words[at].text, ()) if begins(words, at, form)), 0)


def _organises(words: Sequence[Word], at: int) -> bool:
    """Whether "tổ chức" at `at` is the verb: "Tổ chức bồi dưỡng", not "tổ chức chính trị - xã hội"."""
    if not begins(words, at, ("tổ", "chức")) or at + 2 >= len(words) or words[at + 2].gap.strip():
        return False
    return (at == 0 or not is_plural(words, at - 1)) and words[at + 2].text not in _AFTER_ORGANISATION


def generic_end(words: Sequence[Word], at: int) -> int:
    """The word after the general noun ("đơn vị") at `at`, "các" before it allowed; `at` where there is none."""
    here = at + 1 if is_plural(words, at) else at
    length = _length(words, here, _GENERIC_FORMS)
    return here + length if length else at


def kind_end(words: Sequence[Word], at: int) -> int:
    """The word after the kind of office ("văn phòng") at `at`; `at` where there is none."""
    return at + _length(words, at, _KIND_FORMS)


def are_kinds(words: Sequence[Word]) -> bool:
    """Whether the words are several kinds of offices and no more: "các phòng, đơn vị"."""
    at = 1 if is_plural(words, 0) else len(words)
    first = at
    while at < len(words):
        if words[at].text == "va" and at > first:
            at += 1
        end = max(kind_end(words, at), generic_end(words, at))
        if end == at:
            return False
        at = end
    return at > first


def is_standalone(words: Sequence[Word]) -> bool:
    """Whether the words are a kind of office that names somebody by itself ("nhà trường")."""
    return any(len(words) == len(form) and begins(words, 0, form) for form in _STANDALONE_FORMS)
