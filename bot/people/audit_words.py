"""What was changed of people, and invitations, in words: the command and the page tell it alike."""

from __future__ import annotations

from collections.abc import Mapping

from bot.people.records import Change

CHANGES: Mapping[str, str] = {
    Change.APPOINTED: "giao quyền quản trị theo cài đặt",
    Change.APPROVED: "duyệt",
    Change.REJECTED: "từ chối một yêu cầu",
    Change.INVITED: "tạo mã mời",
    Change.REVOKED: "hủy một mã mời",
    Change.REDEEMED: "vào bằng mã mời",
    Change.JOINED: "nối thêm kênh",
    Change.CODE_MADE: "tạo mã cá nhân",
    Change.ENTERED: "vào theo danh sách",
    Change.TAKEN_OFF: "gỡ một kênh",
    Change.EDITED: "sửa",
    Change.SWITCHED_OFF: "khóa",
    Change.SWITCHED_ON: "mở khóa",
    Change.FORGOTTEN: "xóa dữ liệu",
    Change.IMPORTED: "nhập danh sách",
    Change.LINK_MADE: "tạo đường dẫn vào trang web",
    Change.SIGNED_IN: "vào trang web",
    Change.CLIENT_ADDED: "cho một hệ thống khác truy cập",
    Change.CLIENT_REVOKED: "thu hồi mã của một hệ thống",
    Change.CLIENT_LOADED: "nhận văn bản từ một hệ thống",
    Change.FEED_MADE: "tạo địa chỉ lịch",
    Change.FEED_DROPPED: "bỏ địa chỉ lịch",
    Change.CHAT_SET: "cho một nhóm nhận nhắc việc",
    Change.CHAT_UNSET: "thôi cho một nhóm nhận nhắc việc",
}


def told_uses(uses: int) -> str:
    """How many people an invitation lets in."""
    return "dùng một lần" if uses == 1 else f"dùng được {uses} lượt"
