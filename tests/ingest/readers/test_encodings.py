"""Any encoding that Vietnamese offices have used comes out as the same Unicode text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from ingest.documents import Line
from ingest.readers import read_document
from ingest.readers.encodings import clean, decode
from ingest.readers.legacy import Legacy, convert, font_encoding
from knowledge.errors import PlanFileError
from knowledge.syllables import is_syllable

PAPER = """ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
Số: 57/KH-UBND
KẾ HOẠCH
Rà soát, đơn giản hóa thủ tục hành chính năm 2026
1. Sở Nội vụ chủ trì, phối hợp với các sở, ban, ngành hướng dẫn nghiệp vụ cho cán bộ.
2. Văn phòng HĐND và UBND tỉnh đôn đốc, kiểm tra; báo cáo kỳ đầu trước ngày 15 tháng 6.
3. Các xã, phường tuyên truyền rộng rãi; quỹ đất dự trữ được giữ nguyên, chưa sử dụng đến.
"""
VOWELS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
ACCENTED = [letter for letter in VOWELS + "đ" if not letter.isascii()]
TYPED_TCVN3 = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊËÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô­õö÷øùúûüýþ®"  # fmt: skip
VNI_ROWS = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò "
    "oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î ñ"
)
TYPED_VNI = VNI_ROWS.split()


def test_the_alphabet_is_whole() -> None:
    assert len(ACCENTED) == len(TYPED_TCVN3) == len(TYPED_VNI) == 67


def as_tcvn3(text: str) -> bytes:
    """Text as a typist with TCVN3 fonts stored it: capitals with a tone come from a capitals font."""
    direct = dict(zip("ĂÂÊÔƠƯĐ", range(0xA1, 0xA8), strict=True))
    typed = dict(zip(ACCENTED, TYPED_TCVN3, strict=True))
    return b"".join(bytes([direct[c]]) if c in direct else typed.get(c.lower(), c).encode("cp1252") for c in text)


def as_vni(text: str) -> bytes:
    typed = dict(zip(ACCENTED, TYPED_VNI, strict=True))
    signs = [typed.get(c) or (typed[c.lower()].upper() if c.lower() in typed else c) for c in text]
    return "".join(signs).encode("cp1252")


def as_windows_1258(text: str) -> bytes:
    """Tones as combining marks behind the letter, which is how Windows typed them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in parts if c in tones)
        bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        out += (bare + tone).encode("cp1258")
    return out


STORED = [
    ("UTF-8", PAPER.encode()),
    ("UTF-8", unicodedata.normalize("NFD", PAPER).encode()),
    ("UTF-8 (có BOM)", b"\xef\xbb\xbf" + PAPER.encode()),
    ("UTF-16 LE", b"\xff\xfe" + PAPER.encode("utf-16-le")),
    ("UTF-16 BE", b"\xfe\xff" + PAPER.encode("utf-16-be")),
    ("UTF-16 LE", PAPER.encode("utf-16-le")),
    ("UTF-16 BE", PAPER.encode("utf-16-be")),
    ("Windows-1258", as_windows_1258(PAPER)),
    ("TCVN3 (ABC)", as_tcvn3(PAPER)),
    ("VNI", as_vni(PAPER)),
    ("TCVN3 (ABC)", as_tcvn3(PAPER).decode("cp1252").encode()),  # pasted into a UTF-8 file
    ("VNI", as_vni(PAPER).decode("cp1252").encode()),
    ("UTF-8", "".join(chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252")
                      for b in PAPER.encode()).encode()),  # read as Windows-1252 and saved again
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), STORED)
def test_a_paper_in_any_encoding(name: str, data: bytes) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (PAPER, name)


def test_one_short_line_is_enough() -> None:
    assert decode(as_tcvn3("Sở Nội vụ chủ trì rà soát")).text == "Sở Nội vụ chủ trì rà soát"
    assert decode(as_vni("Sở Nội vụ chủ trì rà soát")).text == "Sở Nội vụ chủ trì rà soát"


@pytest.mark.parametrize(
    ("encoding", "typed", "text"),
    [
        (Legacy.TCVN3, "Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        (Legacy.TCVN3, "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (Legacy.TCVN3, "§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        (Legacy.TCVN3, "Sè: 57/KH-UBND", "Số: 57/KH-UBND"),
        (Legacy.TCVN3, "UBND TØNH ban hµnh", "UBND TỈNH ban hành"),
        (Legacy.VNI, "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        (Legacy.VNI, "ÑOÄC LAÄP - TÖÏ DO - HAÏNH PHUÙC", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"),
        (Legacy.VNI, "Aùp duïng töø ngaøy kyù", "Áp dụng từ ngày ký"),
        (Legacy.TCVN3, "Sở Nội vụ", "Sở Nội vụ"),
    ],
)
def test_well_known_phrases(encoding: Legacy, typed: str, text: str) -> None:
    assert convert(typed, encoding) == text


@pytest.mark.parametrize("letter", [*ACCENTED, *(letter.upper() for letter in ACCENTED)])
def test_every_letter_in_both_encodings(letter: str) -> None:
    word = f"X{letter}X" if letter.isupper() else f"x{letter}x"
    assert convert(as_tcvn3(word).decode("cp1252"), Legacy.TCVN3) == word
    assert convert(as_tcvn3(letter).decode("cp1252"), Legacy.TCVN3, capitals=True) == letter.upper()
    assert convert(as_vni(letter).decode("cp1252"), Legacy.VNI) == letter
    assert decode(as_windows_1258(f"bản kế hoạch của tỉnh {letter}")).text.endswith(letter)


@pytest.mark.parametrize(
    ("font", "found"),
    [
        (".VnTime", (Legacy.TCVN3, False)),
        (".VnTimeH", (Legacy.TCVN3, True)),
        ("ABCDEF+.VnArialH,Bold", (Legacy.TCVN3, True)),
        ("VNI-Times", (Legacy.VNI, False)),
        ("ABCDEF+VNI-Helve-Bold", (Legacy.VNI, False)),
        ("Times New Roman", (None, False)),
        (None, (None, False)),
    ],
)
def test_fonts_tell_their_encoding(font: str | None, found: tuple[Legacy | None, bool]) -> None:
    assert font_encoding(font) == found


@pytest.mark.parametrize(
    "text",
    [
        "Ke hoach ra soat thu tuc hanh chinh nam 2026",  # typed without accents
        "Bản kế hoạch của QĐ-TTg, NĐ-CP, HĐND, UBND tỉnh",
        "The plan of the province for 2026 – “draft”",
        "Đề án café, résumé của sở",
        "ok",
    ],
)
def test_unicode_text_is_left_alone(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.note) == (text, None)


def test_a_conversion_is_reported() -> None:
    assert decode(as_vni(PAPER)).note == "Đã chuyển văn bản từ bảng mã VNI sang Unicode."
    damaged = PAPER.encode()[:-3] + b"\xff\n"
    assert decode(damaged).note == "Có ký tự hỏng trong tệp; xin đối chiếu với bản gốc."


@pytest.mark.parametrize(
    "data",
    [
        "Dès l'été, où les élèves étaient fatigués, le préfet décréta un congé".encode("latin-1"),
        "План мероприятий на год утверждён".encode("koi8-r"),
        "年度工作計画を策定する".encode("shift-jis"),
        bytes(range(1, 256)) * 4,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        PAPER.encode() + b"\0" + PAPER.encode(),
    ],
)
def test_no_guess_without_conviction(data: bytes) -> None:
    with pytest.raises(PlanFileError):
        decode(data)


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("nâng cao chất lượng đội ngǜ", "nâng cao chất lượng đội ngũ"),
        ("Định kǶ hằng quý", "Định kỳ hằng quý"),
        ("lƿnh vực nội vụ", "lĩnh vực nội vụ"),
        ("Quǻ đất", "Quỹ đất"),
        ("ðịa phương", "địa phương"),
        ("Ƕxyz và ǜ", "Ƕxyz và ũ"),  # only what is a Vietnamese syllable then
        ("ban\u200b hành\u00a0ngay", "ban hành ngay"),
    ],
)
def test_look_alike_letters(seen: str, meant: str) -> None:
    assert clean(seen) == meant


@pytest.mark.parametrize("word", ["nghiêng", "khuỷu", "Quốc", "giếng", "được", "Uỷ", "uỷ", "thoả", "hoà", "ý"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["héi", "viÖt", "tiêc\u0300", "kế́", "école", "zũ"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_text_files_keep_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "Kế hoạch số 57.txt"
    path.write_bytes("KẾ HOẠCH\r\n\r\n  1.\tSở Nội vụ | Quý I \r\n\fII. NHIỆM VỤ\r\na\fb\r\n".encode())
    document = read_document(path)
    assert (document.file, document.format, document.encoding) == ("Kế hoạch số 57.txt", "txt", "UTF-8")
    assert document.blocks == (
        Line("KẾ HOẠCH", page=1, paragraph=1),
        Line("", page=1, paragraph=2),
        Line("  1.\tSở Nội vụ | Quý I ", page=1, paragraph=3),
        Line("II. NHIỆM VỤ", page=2, paragraph=4),
        Line("a", page=2, paragraph=5),
        Line("b", page=3, paragraph=5),
    )


def test_markdown_is_not_interpreted_here(tmp_path: Path) -> None:
    path = tmp_path / unicodedata.normalize("NFD", "kế hoạch.md")
    path.write_text("# KẾ HOẠCH\n\n| TT | Việc |\n", encoding="utf-8")
    document = read_document(path)
    assert (document.file, document.format) == ("kế hoạch.md", "md")
    assert document.blocks == (
        Line("# KẾ HOẠCH", paragraph=1),
        Line("", paragraph=2),
        Line("| TT | Việc |", paragraph=3),
    )
