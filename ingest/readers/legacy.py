"""TCVN3 (ABC) and VNI: the font encodings in which Vietnamese offices typed before Unicode.

Tables: TCVN 5712:1993 character set VN3; VNI for Windows. Both are read from the
text as Windows-1252 shows it, which is how such text stands in files and clipboards.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from knowledge.text import nfc


class Legacy(StrEnum):
    """A font encoding; its value is what a person calls it."""

    TCVN3 = "TCVN3 (ABC)"
    VNI = "VNI"


_TCVN3_LETTERS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3 = {first + place: letter for first, letters in _TCVN3_LETTERS.items() for place, letter in enumerate(letters)}

_PLAIN_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_CIRCUMFLEX_MARKS = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE_MARKS = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}


def _vni_table() -> dict[str, str]:
    """Every way to write a letter in VNI, both cases, also a capital with a small mark ("Aùnh")."""
    lower = dict(_VNI_SINGLE)
    for base in "aeouyôö":
        letter = _VNI_SINGLE.get(base, base)
        lower.update({base + mark: letter + tone for mark, tone in _PLAIN_MARKS.items()})
    for base in "aeo":
        lower.update({base + mark: base + "\u0302" + tone for mark, tone in _CIRCUMFLEX_MARKS.items()})
    lower.update({"a" + mark: "a\u0306" + tone for mark, tone in _BREVE_MARKS.items()})
    table: dict[str, str] = {}
    for typed, letter in lower.items():
        letter = unicodedata.normalize("NFC", letter)
        table |= {typed: letter, typed.upper(): letter.upper(), typed[0].upper() + typed[1:]: letter.upper()}
    return table


_VNI = _vni_table()
_VNI_TYPED = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))
# Symbol fonts move a font's bytes to this private area.
_SYMBOL_AREA = {0xF000 + byte: byte for byte in range(0x20, 0x100)}
_UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+")
_FONT = re.compile(r"(?:^|\+)\s*(?:(?P<tcvn>\.vn)|(?P<vni>vni[-_ ]))", re.IGNORECASE)


def font_encoding(font: str | None) -> tuple[Legacy | None, bool]:
    """The encoding that a font's name tells, and whether its small letters show as capitals.

    ".VnTime" and the like are TCVN3, those ending in H its capitals; "VNI-Times" is VNI.
    """
    match = _FONT.search(font or "")
    if not match:
        return None, False
    if match["vni"]:
        return Legacy.VNI, False
    name = re.split(r"[,-]", font or "")[0].rstrip()
    return Legacy.TCVN3, name.endswith("H")


def is_unicode(text: str) -> bool:
    """True when `text` holds Vietnamese letters that no legacy text can hold."""
    return bool(_UNICODE_ONLY.search(text))


def convert(text: str, encoding: Legacy, capitals: bool = False) -> str:
    """Legacy text as Unicode (NFC). Text that is Unicode already comes back as it is.

    Args:
        text: as Windows-1252 shows it.
        capitals: set in a font whose small letters show as capitals.
    """
    if text.isascii() or is_unicode(text):
        return text.upper() if capitals else text
    text = text.translate(_SYMBOL_AREA)
    if encoding is Legacy.VNI:
        return nfc(_VNI_TYPED.sub(lambda m: _VNI[m[0]], text))
    unicode_text = nfc(text.translate(_TCVN3))
    if capitals:
        return unicode_text.upper()
    return "\n".join(_raise_capitals(line) for line in unicode_text.split("\n"))


def convert_lines(text: str, encoding: Legacy) -> str:
    """`convert` for each line by itself: one may be Unicode beside legacy ones."""
    return "\n".join(convert(line, encoding) for line in text.split("\n"))


def _raise_capitals(line: str) -> str:
    """Capitals that TCVN3 typed in a capitals font, where the text alone can tell.

    Small letters of such a font come out small amid ASCII capitals: "CộNG HòA".
    One word with a capital after its first letter proves it; when no ASCII letter of
    the line is small, the whole line was typed so.
    """
    words = _WORD.findall(line)
    if not any(_is_broken_capital(word) for word in words):
        return line
    if not any("a" <= letter <= "z" for letter in line):
        return line.upper()
    return _WORD.sub(lambda m: m[0].upper() if _is_broken_capital(m[0]) else m[0], line)


def _is_broken_capital(word: str) -> bool:
    ascii_letters = [letter for letter in word if letter.isascii()]
    return (
        any(letter.isupper() for letter in word[1:])
        and not any(letter.islower() for letter in ascii_letters)
        and any(letter.islower() for letter in word)
    )
