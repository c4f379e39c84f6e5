"""Telegram's failures in our words, translated once."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.contract import BlockedError, ChannelError, RefusedError, TokenError, TryAgainError

WRONG_TOKEN = "Telegram không nhận mã KEHOACH_TELEGRAM_TOKEN; xin chép lại mã do @BotFather cấp."  # noqa: S105
UNREACHABLE = "Hiện không kết nối được với Telegram."
_GONE = ("chat not found", "user not found", "peer_id_invalid", "chat was deleted", "not enough rights", "no rights")
"""What Telegram says with 400, not 403, of a chat we cannot write to; it gives nothing else to tell by."""
_UNCHANGED = "message is not modified"
_NO_PHOTO = ("image_process_failed", "photo_invalid_dimensions", "photo_ext_invalid", "photo_save_file_invalid")
"""What Telegram says of a picture that it does not take as one."""


def from_telegram(error: TelegramError) -> ChannelError:
    """The failure of ours that `error` is; its detail never holds the token."""
    detail = f"{type(error).__name__}: {error.message}"
    match error:
        case RetryAfter():
            return TryAgainError("Telegram đang quá tải, xin chờ một lát.", detail, wait_of(error))
        case InvalidToken():
            # The library's own words may quote the token.
            return TokenError(WRONG_TOKEN)
        case Forbidden():
            return BlockedError("Không gửi được: cuộc trò chuyện Telegram này đã chặn hoặc đã rời.", detail)
        case ChatMigrated():
            return BlockedError("Không gửi được: nhóm Telegram này đã được nâng cấp và đổi mã.", detail)
        case BadRequest() if any(words in error.message.lower() for words in _GONE):
            return BlockedError("Không gửi được: không có cuộc trò chuyện Telegram này.", detail)
        case BadRequest():
            return RefusedError("Telegram không nhận tin nhắn này.", detail)
        case _:
            return TryAgainError(UNREACHABLE, detail)


def wait_of(error: RetryAfter) -> float:
    """Seconds that Telegram asks us to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_unchanged(error: BadRequest) -> bool:
    """Whether an edit was refused because the message already reads so."""
    return _UNCHANGED in error.message.lower()


def is_no_photo(error: BadRequest) -> bool:
    """Whether a picture was refused as a picture; it may still go as a file."""
    return any(words in error.message.lower() for words in _NO_PHOTO)
