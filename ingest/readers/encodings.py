"""From bytes to Unicode text, and from text in a wrong encoding to the right one.

Every candidate decoding is judged by how many of its accented words are Vietnamese
syllables; the best convincing one is taken, and when none convinces the file is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.legacy import Legacy, convert_lines, is_unicode
from knowledge.errors import PlanFileError
from knowledge.syllables import accented_share, is_syllable
from knowledge.text import nfc

_CONVINCING = 0.75
"""Share of accented words that must be Vietnamese; OCR text with noise still has over 0.85."""
_SUSPECT = 0.5
"""Below this share, text that decoded without error is tried as legacy text."""
_ENOUGH_WORDS = 3
"""With fewer accented words than this, nothing is concluded from them."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 (có BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_MISREAD = re.compile("[ÃÂÄÆá][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸº»]")
# Bytes 80-FF as Windows shows them; the five without a letter are C1 controls.
_WINDOWS = "".join(
    bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
    for byte in range(0x100)
)
_WINDOWS_BYTES = {letter: byte for byte, letter in enumerate(_WINDOWS)}
_LOOK_ALIKES = {
    "ǜ": "ũ", "Ǜ": "Ũ", "ƿ": "ĩ", "ƾ": "Ĩ", "ƭ": "ĩ", "Ƭ": "Ĩ", "ǻ": "ỹ", "Ǻ": "Ỹ", "Ƕ": "ỳ", "ǵ": "Ỳ",
    "ð": "đ", "Ð": "Đ",
}  # fmt: skip
"""Letters that fonts of old PDF writers report for Vietnamese ones, and the Icelandic eth."""
_LOOK_ALIKE = re.compile(f"[{''.join(_LOOK_ALIKES)}]")
_LOOK_ALIKE_WORD = re.compile(rf"[^\W\d_]*[{''.join(_LOOK_ALIKES)}][^\W\d_]*")

REFUSED = (
    "Không nhận ra bảng mã tiếng Việt của tệp (có thể tệp hỏng hoặc không phải văn bản); "
    "xin mở tệp bằng chương trình soạn thảo và lưu lại với bảng mã UTF-8."
)
_BINARY = (
    "Nội dung là dữ liệu nhị phân chứ không phải văn bản; "
    "xin kiểm tra lại tệp, hoặc đổi đuôi tệp cho đúng loại (.docx, .xlsx, .pdf)."
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in Unicode NFC and the encoding it came from; a note when it had to be converted."""

    text: str
    encoding: str
    note: str | None = None


def decode(data: bytes) -> Decoded:
    """Decode the bytes of a text file.

    Raises:
        PlanFileError: the bytes are no text, or no encoding gives convincing Vietnamese.
    """
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _checked(data[len(bom) :].decode(codec, errors="replace"), name)
    if wide := _wide_codec(data):
        return _checked(data.decode(wide[0], errors="replace"), wide[1])
    if b"\0" in data:
        raise PlanFileError(_BINARY)
    try:
        return _checked(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return _decode_bytes(data)


def clean(text: str) -> str:
    """NFC text without invisible signs, known look-alike letters put right inside Vietnamese words."""
    text = nfc(text)
    return _LOOK_ALIKE_WORD.sub(_repair_word, text) if _LOOK_ALIKE.search(text) else text


def find_legacy(text: str) -> Legacy | None:
    """The font encoding that `text` is still in, when that is convincing."""
    if is_unicode(text) and accented_share(text)[0] >= _SUSPECT:
        return None
    own, words = accented_share(text)
    if words < _ENOUGH_WORDS or (own >= _SUSPECT and not _has_symbols(text)):
        return None
    share, legacy = max((accented_share(convert_lines(text, kind))[0], kind) for kind in Legacy)
    return legacy if share >= _CONVINCING and share > own else None


def conversion_note(encoding: str) -> str:
    """The sentence of the load report for a converted text."""
    return f"Đã chuyển văn bản từ bảng mã {encoding} sang Unicode."


def _checked(text: str, name: str) -> Decoded:
    """Text of a certain encoding, unless it proves to be binary or legacy text stored in it."""
    if text and len(_CONTROL.findall(text)) > len(text) / 200:
        raise PlanFileError(_BINARY)
    if text.count("\ufffd") > len(text) / 100:
        raise PlanFileError(REFUSED)
    if len(_MISREAD.findall(text)) > len(text) / 200 and (mended := _undo_misreading(text)):
        return Decoded(clean(mended), name, "Đã chữa văn bản UTF-8 bị đọc nhầm bảng mã.")
    if legacy := find_legacy(text):
        return Decoded(clean(convert_lines(text, legacy)), legacy.value, conversion_note(legacy.value))
    note = "Có ký tự hỏng trong tệp; xin đối chiếu với bản gốc." if "\ufffd" in text else None
    return Decoded(clean(text), name, note)


def _wide_codec(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark: ASCII letters and spaces leave NULs in every other byte only."""
    head = data[:4_000]
    low, high = head[0::2].count(0), head[1::2].count(0)
    if max(low, high) < len(head) / 10 or min(low, high) > max(low, high) / 10:
        return None
    return ("utf-16-le", "UTF-16 LE") if high > low else ("utf-16-be", "UTF-16 BE")


def _decode_bytes(data: bytes) -> Decoded:
    """Bytes that are no UTF-8: the candidate with the most Vietnamese wins."""
    if len(_CONTROL.findall(data.decode("latin-1"))) > len(data) / 200:
        raise PlanFileError(_BINARY)
    best = max(_byte_candidates(data), key=lambda found: accented_share(found.text)[0])
    share, words = accented_share(best.text)
    if words == 0 and len(best.text) > 20 * sum(not c.isascii() for c in best.text):
        return best  # typographic signs only: every candidate reads the same
    if share < _CONVINCING or words == 0:
        raise PlanFileError(REFUSED)
    return best


def _byte_candidates(data: bytes) -> Iterator[Decoded]:
    name = "Windows-1258"
    yield Decoded(clean(data.decode("cp1258", errors="replace")), name, conversion_note(name))
    windows = data.decode("latin-1").translate(dict(enumerate(_WINDOWS)))
    for kind in Legacy:
        yield Decoded(clean(convert_lines(windows, kind)), kind.value, conversion_note(kind.value))
    damaged = data.decode("utf-8", errors="replace")
    if damaged.count("\ufffd") <= max(3, len(damaged) / 500):
        note = "Có ký tự hỏng trong tệp; xin đối chiếu với bản gốc."
        yield Decoded(clean(damaged), "UTF-8", note)


def _undo_misreading(text: str) -> str | None:
    """UTF-8 that somebody read as Windows-1252 and saved again ("Cá»™ng hÃ²a")."""
    lines = []
    for line in text.split("\n"):
        codes = [_WINDOWS_BYTES.get(letter, -1) for letter in line]
        if min(codes, default=0) < 0:
            lines.append(line)
            continue
        try:
            lines.append(bytes(codes).decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line)
    mended = "\n".join(lines)
    return mended if accented_share(mended)[0] >= _CONVINCING else None


def _has_symbols(text: str) -> bool:
    """Signs inside words, which Vietnamese does not have but TCVN3 text is full of ("x· héi")."""
    return len(re.findall("[¸·µ¶¹»¼½¾®¬ª«¨©]", text)) > len(text) / 200


def _repair_word(match: re.Match[str]) -> str:
    repaired = "".join(_LOOK_ALIKES.get(letter, letter) for letter in match[0])
    return repaired if is_syllable(repaired) else match[0]
