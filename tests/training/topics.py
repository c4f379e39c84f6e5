"""Topics and courtesies of our own making, to fill wordings with."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory

_DEEDS = (
    "tổ chức", "rà soát", "xây dựng", "ban hành", "triển khai", "thực hiện", "hướng dẫn", "kiểm tra",
    "tham mưu", "phối hợp", "đẩy mạnh", "nâng cao chất lượng", "hoàn thiện", "cập nhật", "báo cáo kết quả",
    "đánh giá", "tổng hợp", "công bố", "chủ trì xây dựng", "theo dõi, đôn đốc", "lập danh mục", "phê duyệt",
    "thẩm định", "sửa đổi, bổ sung", "sơ kết", "tổng kết", "tuyên truyền", "phổ biến", "tập huấn", "bồi dưỡng",
    "duy trì", "khảo sát", "bố trí kinh phí cho", "số hóa", "giám sát", "kiện toàn", "đề xuất", "xử lý",
    "hỗ trợ", "thành lập", "quán triệt", "lựa chọn", "quản lý", "khắc phục", "trình phê duyệt", "xác định",
    "cung cấp", "ký kết", "nghiệm thu", "bàn giao",
)  # fmt: skip
_MATTERS = (
    "kế hoạch phòng, chống thiên tai", "đề án phát triển du lịch nông thôn", "chương trình mục tiêu quốc gia",
    "cơ sở dữ liệu đất đai", "hồ sơ cán bộ, công chức", "thủ tục hành chính", "dịch vụ công trực tuyến",
    "quy trình giải quyết công việc nội bộ", "vị trí việc làm", "bộ chỉ số đánh giá chuyển đổi số",
    "hệ thống họp không giấy tờ", "công tác văn thư, lưu trữ", "quy hoạch chung đô thị",
    "danh mục nhà ở xã hội", "chợ truyền thống", "tuyến đường liên xã", "chiến dịch tiêm chủng mở rộng",
    "trạm y tế xã", "trường học đạt chuẩn quốc gia", "tài liệu giáo dục địa phương",
    "hội thi cán bộ hòa giải giỏi", "văn bản quy phạm pháp luật", "công tác tiếp công dân",
    "đơn thư khiếu nại, tố cáo", "quỹ đền ơn đáp nghĩa", "hộ nghèo, hộ cận nghèo",
    "lao động đi làm việc ở nước ngoài", "ngày hội việc làm", "tổ công nghệ số cộng đồng",
    "phương án chữa cháy rừng", "diện tích rừng trồng thay thế", "vùng nguyên liệu chè", "sản phẩm OCOP",
    "mã số vùng trồng", "dịch tả lợn châu Phi", "hồ chứa nước", "đê điều", "cấp nước sạch nông thôn",
    "chất thải rắn sinh hoạt", "cụm công nghiệp", "điểm đấu nối giao thông", "trạm cân lưu động",
    "an toàn thực phẩm", "lễ hội đầu năm", "di tích lịch sử", "thư viện lưu động", "đội tuyển thể thao",
    "tài sản công dôi dư", "dự toán ngân sách", "quyết toán vốn đầu tư", "giải ngân vốn đầu tư công",
    "cổng thông tin điện tử", "chữ ký số", "an toàn thông tin mạng", "nhiệm vụ khoa học và công nghệ",
    "nhãn hiệu tập thể", "xúc tiến thương mại", "hội nghị đối thoại với doanh nghiệp",
    "chỉ số năng lực cạnh tranh", "chỉ số hài lòng của người dân", "đơn vị hành chính cấp xã",
    "bầu cử đại biểu", "thi đua, khen thưởng", "kỷ luật, kỷ cương hành chính", "kê khai tài sản, thu nhập",
    "phòng, chống tham nhũng, lãng phí", "kiểm soát quyền lực", "đào tạo nguồn nhân lực", "chế độ báo cáo",
    "quy chế làm việc", "trụ sở làm việc", "camera giám sát", "thẻ căn cước", "thuê bao không chính chủ",
    "người có công với cách mạng", "mộ liệt sĩ", "bình đẳng giới", "trẻ em đuối nước", "nghĩa vụ quân sự",
    "diễn tập khu vực phòng thủ", "thông tin đối ngoại", "người Việt Nam ở nước ngoài", "phổ cập giáo dục",
    "bảo hiểm y tế toàn dân", "khám sức khỏe định kỳ", "giá dịch vụ", "đấu giá quyền khai thác khoáng sản",
    "hạ tầng viễn thông",
)  # fmt: skip
_TAILS = (
    "", "", "", "", "năm 2026", "giai đoạn 2026-2030", "trên địa bàn tỉnh", "tại các xã, phường",
    "theo quy định", "hằng năm", "cho cán bộ, công chức, viên chức", "của cơ quan, đơn vị",
    "theo chỉ đạo của Thủ tướng", "và báo cáo kết quả thực hiện", "bảo đảm đúng tiến độ",
    "thuộc thẩm quyền quản lý", "trong lĩnh vực giáo dục", "gắn với cải cách hành chính",
    "phục vụ người dân và doanh nghiệp", "đến năm 2030", "sau khi sắp xếp đơn vị hành chính",
    "theo kế hoạch được phê duyệt", "trên môi trường điện tử", "và các nhiệm vụ có liên quan",
    "có thời hạn hoàn thành trong năm", "do tỉnh quản lý",
)  # fmt: skip

PREFACES = (
    "Cho em hỏi", "cho mình hỏi chút", "Dạ em chào anh chị, em muốn hỏi", "anh chị ơi cho em hỏi với",
    "Xin hỏi", "Kính gửi tổ hỗ trợ,", "Nhờ anh chị xem giúp", "Anh chị vui lòng cho biết", "ad ơi",
    "Alo, cho hỏi", "Em mới nhận việc nên xin hỏi", "Phiền anh chị kiểm tra giúp", "Tôi cần biết",
    "Mình đang cần thông tin:", "Em chào bot,", "Làm ơn cho biết", "Cho tôi biết", "Dạ thưa anh,",
    "Sếp hỏi gấp:", "Em đang soạn báo cáo, cho em hỏi", "Đang họp, cần gấp:", "Chị cho em hỏi tí", "bạn ơi",
    "Xin anh chị giải đáp", "hỏi nhanh:", "Thưa đồng chí,", "Em hỏi thêm ạ,", "Tra giúp mình", "tra cứu hộ",
    "Em xin phép được hỏi", "Cho hỏi thăm", "Mong được giải đáp:", "Em làm bên văn phòng, cho em hỏi",
    "chào buổi sáng, cho em hỏi", "kính nhờ anh chị cho biết", "Em cần xác nhận lại", "Giúp em với,",
    "Tôi là chuyên viên mới,", "Làm phiền chút,", "Cho em xin thông tin", "lãnh đạo em hỏi là", "Có ai biết",
    "Theo anh chị thì", "ê bot",
)  # fmt: skip
SUFFIXES = (
    "ạ", "ạ?", "vậy ạ", "nhỉ", "nhé", "vậy", "thế", "vậy anh chị", "giúp em với", "em cảm ơn ạ", "cảm ơn nhiều",
    "Em cảm ơn anh chị nhiều.", "Trân trọng!", "xin cảm ơn", "với ạ", "hả bot", "thế ạ", "em cần gấp",
    "để em báo cáo lãnh đạo", "để còn chuẩn bị", "hộ mình", "em tìm mãi không thấy", "em không nhớ rõ", "tks",
    "thank ad", "nha", "đi", "được không ạ", "giúp tôi", "Mong anh chị phản hồi sớm.", "chứ nhỉ", "vậy ta",
    "thế anh ơi", "em đang cần", "ạ, em mới chuyển về nên chưa rõ", "ak", "z ad", "v b", "cho em biết với",
    "đấy ạ",
)  # fmt: skip


@cache
def _printed() -> tuple[list[str], ...]:
    """The sentences of the sample papers, in words."""
    papers = (read_plan(path, load_directory()) for path in sample_files())
    pieces = (piece for paper in papers for each in paper.passages for piece in re.split(r"[.;:,()\n]", each.text))
    return tuple(words for piece in pieces if len(words := piece.split()) >= _LEAST)


_LEAST = 3


def topic(chance: Random) -> str:
    """What a plan might give somebody to do, sometimes only a part of it."""
    if chance.random() < 0.5:
        words = chance.choice(_printed())
        begin = 0 if chance.random() < 0.6 else chance.randrange(len(words) - _LEAST + 1)
        return " ".join(words[begin : begin + chance.randint(_LEAST, 14)])
    said = " ".join(filter(None, (chance.choice(_DEEDS), chance.choice(_MATTERS), chance.choice(_TAILS))))
    if chance.random() < 0.2:
        said = f"{said}, {chance.choice(_DEEDS)} {chance.choice(_MATTERS)}"
    words = said.split()
    shape = chance.random()
    if shape < 0.3:
        words = words[: chance.randint(3, 8)]
    elif shape < 0.45:
        words = words[-chance.randint(3, 8) :]
    return " ".join(words)
