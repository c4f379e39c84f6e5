"""What a written Vietnamese syllable looks like: the measure by which decodings, scans and typing are judged."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge.text import Folded, fold

_ONSET = "b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_OPEN_RHYMES = """
    a ai am an ang anh ao au ay ăm ăn ăng âm ân âng âu ây
    e em en eng eo ê êm ên êng ênh êu i ia iêm iên iêng iêu im in inh iu
    o oa oai oam oan oang oanh oao oay oăm oăn oăng oe oen oeo oi om on ong oong
    ô ôi ôm ôn ông ôông ơ ơi ơm ơn u ua uân uâng uây uê uênh ui um un ung uôi uôm uôn uông
    uơ uy uya uyên uynh uyu uyn ư ưa ưi ưm ưn ưng ưu ươi ươm ươn ương ươu y yêm yên yêng yêu
"""
_STOPPED_RHYMES = """
    ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich iêc iêp iêt ip it
    oac oach oap oat oăc oăt oc ooc oet op ot ôc ôp ôt ơp ơt uât uêch uc up ut uôc uôt
    uych uyêt uyt uyp ưc ưt ươc ươp ươt yêt
"""
_TONES = {0x0300, 0x0301, 0x0303, 0x0309, 0x0323}
_CHECKED_TONES = {0, 0x0301, 0x0323}
"""Tones that a syllable closed by a stop may carry (none when typed without tones)."""

_OPEN = re.compile(f"(?:{_ONSET})?(?:{'|'.join(_OPEN_RHYMES.split())})")
_STOPPED = re.compile(f"(?:{_ONSET})?(?:{'|'.join(_STOPPED_RHYMES.split())})")
_FOLDED = re.compile(
    f"(?:{fold(_ONSET)})?(?:{'|'.join(sorted({fold(r) for r in (_OPEN_RHYMES + _STOPPED_RHYMES).split()}))})"
)
# Runs of anything but white space, ASCII signs, digits and the usual typographic signs:
# a symbol inside a word must stay in it, for it is what gives a wrong decoding away.
_TOKEN = re.compile(r"[^\s\x00-\x40\x5b-\x60\x7b-\x7f“”‘’«»–—…•°−×≥≤→☐☑☒]+")
_SAMPLE = 24_000


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """True when `word` (one word, NFC, any case) is spelled as a Vietnamese syllable can be."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [ord(c) for c in decomposed if ord(c) in _TONES]
    if len(tones) > 1:
        return False
    base = unicodedata.normalize("NFC", "".join(c for c in decomposed if ord(c) not in _TONES))
    if _OPEN.fullmatch(base):
        return True
    return bool(_STOPPED.fullmatch(base)) and (tones[0] if tones else 0) in _CHECKED_TONES


def is_folded_syllable(word: Folded) -> bool:
    """True when a syllable typed without its accents may look so."""
    return _FOLDED.fullmatch(word) is not None


def accented_share(text: str) -> tuple[float, int]:
    """How much of the accented words of `text` is Vietnamese, and how many such words there are.

    Words of ASCII letters alone and abbreviations such as "HĐND" tell nothing and
    are left out. Long texts are judged by a sample. With no accented word the share is 0.
    """
    good = total = 0
    for token in _TOKEN.findall(_sample(text)):
        if token.isascii():
            continue
        valid = is_syllable(token)
        if not valid and token.isupper() and token.replace("Đ", "").isascii():
            continue
        total += 1
        good += valid
    return (good / total if total else 0.0), total


def vietnamese_share(text: str) -> float:
    """How many of the words of `text` bear Vietnamese marks and are spelled as a syllable can be.

    Unlike `accented_share`, words without marks count against it: a reading that knows no
    Vietnamese drops them ("Uy ban nhan dan"). Without a word the share is 0.
    """
    words = [token for token in _TOKEN.findall(_sample(text)) if token[0].isalpha()]
    good = sum(not word.isascii() and is_syllable(word) for word in words)
    return good / len(words) if words else 0.0


def _sample(text: str) -> str:
    """Three pieces of a long text: its begin, middle and end."""
    if len(text) <= _SAMPLE:
        return text
    piece, middle = _SAMPLE // 3, len(text) // 2
    return text[:piece] + " " + text[middle : middle + piece] + " " + text[-piece:]


def has_vowel(word: str) -> bool:
    """Whether a folded word has a letter that can carry a syllable."""
    return not set(word).isdisjoint("aeiouy")
