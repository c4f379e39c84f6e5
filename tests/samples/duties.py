"""The dated duties that the samples state outside their tables."""

from __future__ import annotations

from tests.samples.content import Duty

_DO_57 = "TỔ CHỨC THỰC HIỆN"
PLAN_57 = (
    Duty(
        _DO_57,
        "1.a",
        "ban hành kế hoạch CCHC và chuyển đổi số của cơ quan, địa phương mình, gửi Sở Nội vụ trước ngày 31/01/2026",
        "Các sở, ban, ngành tỉnh; UBND các xã, phường",
        "trước ngày 31/01/2026",
        "Các sở, ban, ngành tỉnh, UBND các xã, phường ban hành kế hoạch CCHC và chuyển đổi số của cơ quan, địa phương"
        " mình, gửi Sở Nội vụ trước ngày 31/01/2026.",
    ),
    Duty(
        _DO_57,
        "1.c",
        "Báo cáo kết quả thực hiện Kế hoạch về Sở Nội vụ trước ngày 20 của tháng cuối quý",
        "Các sở, ban, ngành tỉnh; Ủy ban nhân dân các xã, phường",
        "trước ngày 20 của tháng cuối quý",
        "Báo cáo kết quả thực hiện Kế hoạch về Sở Nội vụ trước ngày 20 của tháng cuối quý.",
    ),
    Duty(
        _DO_57,
        "2.b",
        "tổng hợp, báo cáo UBND tỉnh trước ngày 25 tháng 6 và ngày 25 tháng 12 hằng năm về kết quả CCHC của tỉnh",
        "Sở Nội vụ",
        "trước ngày 25 tháng 6 và ngày 25 tháng 12 hằng năm",
        "Chủ trì, phối hợp với Văn phòng UBND tỉnh tổng hợp, báo cáo UBND tỉnh trước ngày 25 tháng 6 và ngày 25"
        " tháng 12 hằng năm về kết quả CCHC của tỉnh.",
        coordinating="Văn phòng UBND tỉnh",
    ),
    Duty(
        _DO_57,
        "2.c",
        "Tham mưu UBND tỉnh thành lập các đoàn kiểm tra CCHC, hoàn thành trong tháng 5 năm 2026",
        "Sở Nội vụ",
        "hoàn thành trong tháng 5 năm 2026",
        "Tham mưu UBND tỉnh thành lập các đoàn kiểm tra CCHC, hoàn thành trong tháng 5 năm 2026.",
    ),
    Duty(
        _DO_57,
        "3.b",
        "nâng cấp Cổng Thông tin điện tử tỉnh, hoàn thành chậm nhất ngày 28/02/2026",
        "Văn phòng UBND tỉnh",
        "hoàn thành chậm nhất ngày 28/02/2026",
        "Chủ trì, phối hợp với Sở Khoa học và Công nghệ nâng cấp Cổng Thông tin điện tử tỉnh, hoàn thành chậm nhất"
        " ngày 28/02/2026.",
        coordinating="Sở Khoa học và Công nghệ",
    ),
    Duty(
        _DO_57,
        "5.a",
        "Thẩm định dự toán, trình UBND tỉnh bố trí kinh phí thực hiện Kế hoạch trước ngày 20/3/2026",
        "Sở Tài chính",
        "trước ngày 20/3/2026",
        "Thẩm định dự toán, trình UBND tỉnh bố trí kinh phí thực hiện Kế hoạch trước ngày 20/3/2026.",
    ),
    Duty(
        _DO_57,
        "8",
        "Xây dựng bộ nhận diện du lịch Phú Giang, trình UBND tỉnh trong quý II năm 2026",
        "Sở Văn hóa, Thể thao và Du lịch",
        "trong quý II năm 2026",
        "Xây dựng bộ nhận diện du lịch Phú Giang, trình UBND tỉnh trong quý II năm 2026.",
    ),
)

_FORMS = "NỘI DUNG, HÌNH THỨC"
COMMUNICATION = (
    Duty(
        _FORMS,
        "1",
        "Truyền thông về dịch vụ công trực tuyến",
        "Văn phòng Ủy ban nhân dân tỉnh",
        "Quý II/2026",
        "Sản xuất 12 video ngắn hướng dẫn nộp hồ sơ đất đai, hộ tịch, đăng ký kinh doanh tại nhà.",
        coordinating="Sở Khoa học và Công nghệ; Báo và Phát thanh, Truyền hình Phú Giang",
        activity="Sản xuất 12 video ngắn hướng dẫn nộp hồ sơ đất đai, hộ tịch, đăng ký kinh doanh tại nhà.",
    ),
    Duty(
        _FORMS,
        "2",
        "Tổ chức diễn đàn “Công chức trẻ với cải cách hành chính”",
        "Sở Nội vụ",
        "Tháng 8 năm 2026",
        "Thời gian thực hiện: Tháng 8 năm 2026.",
        coordinating="Tỉnh đoàn",
    ),
    Duty(
        _FORMS,
        "3",
        "Truyền thông về an toàn thực phẩm",
        "Sở Y tế",
        "Từ ngày 15/4/2026 đến ngày 15/5/2026",
        "Phát động Tháng hành động vì an toàn thực phẩm, ra quân tại 05 chợ đầu mối.",
        coordinating="Sở Nông nghiệp và Môi trường; Sở Công Thương",
        activity="Phát động Tháng hành động vì an toàn thực phẩm, ra quân tại 05 chợ đầu mối.",
    ),
    Duty(
        _FORMS,
        "4",
        "Truyền thông về nông thôn mới",
        "Sở Nông nghiệp và Môi trường",
        "Hoàn thành trước ngày 30/11/2026",
        "Tổ chức cuộc thi ảnh “Làng quê Phú Giang đáng sống”.",
        coordinating="Hội Nông dân tỉnh; Hội Văn học Nghệ thuật tỉnh",
        activity="Tổ chức cuộc thi ảnh “Làng quê Phú Giang đáng sống”.",
    ),
    Duty(
        _FORMS,
        "5",
        "Phát tờ rơi hướng dẫn thoát nạn đến từng hộ kinh doanh tại nhà",
        "Công an tỉnh",
        "Năm 2026 và thường xuyên",
        "Thời gian thực hiện: Năm 2026 và thường xuyên.",
        coordinating="Ủy ban nhân dân các xã, phường",
    ),
    Duty(
        "TỔ CHỨC THỰC HIỆN",
        "1.b",
        "Duyệt thiết kế bộ pa-nô chung của tỉnh, gửi các xã, phường trước ngày 15/4/2026",
        "Sở Văn hóa, Thể thao và Du lịch",
        "trước ngày 15/4/2026",
        "Duyệt thiết kế bộ pa-nô chung của tỉnh, gửi các xã, phường trước ngày 15/4/2026.",
    ),
)

_EVERYONE_462 = "Các sở, ban, ngành tỉnh; UBND các huyện, thị xã, thành phố"
LETTER = (
    Duty(
        _EVERYONE_462,
        "a",
        "Rà soát từng tiêu chí bị trừ điểm theo Quyết định số 71/QĐ-UBND ngày 16/01/2025 của Chủ tịch UBND tỉnh,"
        " xây dựng phương án khắc phục gửi Sở Nội vụ trước ngày 15/3/2025",
        _EVERYONE_462,
        "trước ngày 15/3/2025",
        "xây dựng phương án khắc phục gửi Sở Nội vụ trước ngày 15/3/2025.",
    ),
    Duty(
        _EVERYONE_462,
        "b",
        "Báo cáo kết quả giải quyết thủ tục hành chính (TTHC) và số hồ sơ quá hạn về Văn phòng UBND tỉnh trước ngày"
        " 25 hằng tháng theo biểu mẫu trên Hệ thống thông tin báo cáo",
        _EVERYONE_462,
        "trước ngày 25 hằng tháng",
        "Báo cáo kết quả giải quyết thủ tục hành chính (TTHC) và số hồ sơ quá hạn về Văn phòng UBND tỉnh trước ngày"
        " 25 hằng tháng",
    ),
    Duty(
        _EVERYONE_462,
        "d",
        "công khai việc đã đăng ký trên trang thông tin điện tử của cơ quan để người dân giám sát",
        "các sở, ban, ngành tỉnh",
        "Chậm nhất ngày 20 tháng 3 năm 2025",
        "Chậm nhất ngày 20 tháng 3 năm 2025, các sở, ban, ngành tỉnh công khai việc đã đăng ký trên trang thông tin"
        " điện tử của cơ quan để người dân giám sát.",
    ),
    Duty(
        "Sở Nội vụ",
        "a",
        "kiểm tra kỷ luật công vụ tại ít nhất 20 cơ quan, địa phương, hoàn thành trong quý III/2025",
        "Sở Nội vụ",
        "hoàn thành trong quý III/2025",
        "Chủ trì, phối hợp với Thanh tra tỉnh kiểm tra kỷ luật công vụ tại ít nhất 20 cơ quan, địa phương, hoàn thành"
        " trong quý III/2025.",
        coordinating="Thanh tra tỉnh",
    ),
    Duty(
        "Sở Nội vụ",
        "b",
        "Tổng hợp kết quả thực hiện Công văn này, báo cáo UBND tỉnh trước ngày 10/12/2025",
        "Sở Nội vụ",
        "trước ngày 10/12/2025",
        "Tổng hợp kết quả thực hiện Công văn này, báo cáo UBND tỉnh trước ngày 10/12/2025.",
    ),
    Duty(
        "Sở Thông tin và Truyền thông",
        "a",
        "Đưa phân hệ ký số tập trung vào vận hành trước ngày 30/6/2025, bảo đảm công chức cấp xã ký được trên thiết"
        " bị di động",
        "Sở Thông tin và Truyền thông",
        "trước ngày 30/6/2025",
        "bảo đảm công chức cấp xã ký được trên thiết bị di động.",
    ),
    Duty(
        "Sở Y tế",
        "a",
        "kiểm tra toàn bộ bếp ăn tập thể từ 300 suất trở lên, hoàn thành trước ngày 31/5/2025",
        "Sở Y tế",
        "hoàn thành trước ngày 31/5/2025",
        "kiểm tra toàn bộ bếp ăn tập thể từ 300 suất trở lên, hoàn thành trước ngày 31/5/2025.",
        coordinating="Sở Công Thương; Sở Nông nghiệp và Phát triển nông thôn",
    ),
    Duty(
        "Sở Tài chính",
        "",
        "Thẩm định nhu cầu mua thiết bị cho Bộ phận Một cửa cấp xã, trình UBND tỉnh trong tháng 4/2025",
        "Sở Tài chính",
        "trong tháng 4/2025",
        "Thẩm định nhu cầu mua thiết bị cho Bộ phận Một cửa cấp xã, trình UBND tỉnh trong tháng 4/2025.",
    ),
)
