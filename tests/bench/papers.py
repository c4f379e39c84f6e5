"""Many different plans from the few samples: other numbers, other topics, the same messy layout."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from random import Random

from ingest.samples import sample_files

TOPICS = (
    "an toàn", "bản đồ", "biên bản", "bệnh viện", "cấp phép", "chợ đầu mối", "chuyển đổi số", "công chức", "cuộc thi",
    "doanh nghiệp", "du lịch", "dữ liệu", "dự toán", "đất đai", "đoàn kiểm tra", "hạ tầng", "hệ thống", "hồ sơ",
    "hộ kinh doanh", "hội nghị", "homestay", "khách hàng", "khảo sát", "kinh phí", "làng nghề", "ngân sách",
    "người dân", "nhân sự", "nông thôn", "nước sạch", "phóng sự", "quy trình", "rác thải", "sản phẩm", "sức khỏe",
    "tập huấn", "thi đua", "thông tin", "thủ tục", "thực phẩm", "trường học", "trụ sở", "văn bản", "video",
    "vị trí việc làm",
)  # fmt: skip
"""Words of the samples, in small letters or capitals, that change places; names of agencies are left alone."""
_TOPIC = re.compile("|".join([*TOPICS, *map(str.upper, TOPICS)]))
_NUMBER = re.compile(r"\b(\d{2,4})(?=/(?:KH|QĐ|UBND)\b)")

_LETTER = re.compile(r"&#(\d{3,});")
"""A letter with accents, as openpyxl writes it."""


def make_papers(folder: Path, copies: int) -> None:
    """Write `copies` different sets of the sample plans, the first one unchanged."""
    folder.mkdir(parents=True)
    for path in sample_files():
        shutil.copy(path, folder / path.name)
        for copy in range(1, copies):
            target = folder / f"{path.stem}-{copy:03}{path.suffix}"
            if path.suffix in {".docx", ".xlsx"}:
                _vary_archive(path, target, copy)
            else:
                target.write_text(vary(path.read_text(encoding="utf-8"), copy), encoding="utf-8")


def vary(text: str, copy: int) -> str:
    """Another plan: its papers' numbers moved on, its topics changed about; the same `copy`, the same plan."""
    order = list(TOPICS)
    Random(copy).shuffle(order)
    others = dict(zip(TOPICS, order, strict=True))
    others |= {topic.upper(): other.upper() for topic, other in others.items()}
    moved = _NUMBER.sub(lambda found: str(int(found[1]) + 1000 * copy), text)
    return _TOPIC.sub(lambda found: others[found[0]], moved)


def _vary_archive(source: Path, target: Path, copy: int) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith(("word/", "xl/")) and name.endswith(".xml"):
                data = vary(_LETTER.sub(lambda found: chr(int(found[1])), data.decode()), copy).encode()
            new.writestr(name, data)
