"""Settings: one typed object, read once from the environment and `.env`."""

from __future__ import annotations

import os
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from rapidfuzz import fuzz, process

from bot.channels.contract import Sender
from bot.log import LogFormat
from bot.people.accounts import read_senders
from knowledge.errors import KehoachError
from knowledge.store import database

PREFIX = "KEHOACH_"
_FILE = ".env"
"""May hold other programs' variables as well, as the one beside a docker-compose.yml does."""
_SECRETS = f"{PREFIX}SECRETS_DIR"
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what LoadCredential= names."""
_WEB = r"^https?://"
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a page is opened by where every address is listened on
_NEAR = 70
"""Likeness, of 100, from which a mistyped name is worth a hint."""


class ServiceRole(StrEnum):
    """What a process of the service does, where there are several."""

    ALL = "all"
    WEB = "web"
    """The page, the HTTP interface, deliveries of platforms into the inbox."""
    WORKER = "worker"
    """All else: answering messages, asking platforms for them, reading plans, planning and sending reminders."""


class Settings(BaseSettings):
    """Every setting, described where it is declared; a mistyped name fails."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Field(default=Path("data"), description="Thư mục dữ liệu")
    secrets_dir: Path | None = Field(
        default=None, description="Thư mục các tệp bí mật; mỗi tệp mang tên một cài đặt, như kehoach_telegram_token"
    )
    database_url: str | None = Field(default=None, description="CSDL; để trống là SQLite trong thư mục dữ liệu")
    agencies: Path | None = Field(default=None, description="Tệp YAML bổ sung hoặc sửa danh bạ cơ quan")
    lexicon: Path | None = Field(default=None, description="Tệp YAML bổ sung từ viết tắt và cách hỏi")
    embedding_model: str | None = Field(
        default=None, description="Tên một mô hình sentence-transformers có sẵn trên máy; để trống là mô hình đi kèm"
    )
    reranker: str | None = Field(
        default=None, description="Tên một CrossEncoder sentence-transformers có sẵn trên máy; để trống là không dùng"
    )
    role: ServiceRole = Field(
        default=ServiceRole.ALL,
        description="Tiến trình `serve` làm gì: all (mọi việc), web (trang web, giao diện HTTP, nhận webhook), "
        "worker (trả lời, nhắc việc, hỏi tin mới); web và worker cần PostgreSQL",
    )
    chroma_url: str | None = Field(
        default=None, pattern=_WEB, description="Địa chỉ máy chủ Chroma; để trống là chỉ mục trong thư mục dữ liệu"
    )
    llm: str | None = Field(
        default=None,
        description="Mô hình ngôn ngữ, như LangChain gọi: ollama:TÊN, openai:TÊN; để trống là không dùng",
    )
    llm_base_url: str | None = Field(
        default=None, description="Địa chỉ máy chủ mô hình ngôn ngữ; chỉ Ollama trên máy này được để trống"
    )
    llm_timeout: float = Field(default=8.0, gt=0, description="Số giây chờ mô hình ngôn ngữ cho một lần nhờ")
    llm_key: SecretStr | None = Field(default=None, description="Khóa của máy chủ mô hình ngôn ngữ, nếu máy chủ cần")
    telegram_token: SecretStr | None = Field(default=None, description="Mã trợ lý Telegram, do @BotFather cấp")
    telegram_api: str = Field(
        default="https://api.telegram.org", pattern=_WEB, description="Địa chỉ Bot API của Telegram"
    )
    telegram_webhook: str | None = Field(
        default=None, pattern=_WEB, description="Địa chỉ HTTPS để Telegram chuyển tin đến; để trống là tự hỏi tin mới"
    )
    telegram_secret: SecretStr | None = Field(
        default=None, description="Khóa bí mật của webhook Telegram; để trống là tự tạo"
    )
    zalo_token: SecretStr | None = Field(default=None, description="Mã truy cập do Zalo Bot Manager cấp")
    zalo_api: str = Field(
        default="https://bot-api.zaloplatforms.com", pattern=_WEB, description="Địa chỉ của Zalo Bot Platform"
    )
    zalo_webhook: str | None = Field(
        default=None, pattern=_WEB, description="Địa chỉ HTTPS để Zalo chuyển tin đến; để trống là tự hỏi tin mới"
    )
    zalo_secret: SecretStr | None = Field(default=None, description="Khóa bí mật của webhook Zalo, 8 đến 256 ký tự")
    oa_app_id: str | None = Field(default=None, description="Mã ứng dụng gắn với Zalo Official Account")
    oa_app_secret: SecretStr | None = Field(
        default=None, description="Khóa bí mật của ứng dụng, để làm mới mã truy cập"
    )
    oa_secret: SecretStr | None = Field(
        default=None, description="Khóa bí mật để kiểm chữ ký webhook của Official Account"
    )
    oa_refresh_token: SecretStr | None = Field(
        default=None, description="Mã làm mới đầu tiên; các mã sau được giữ trong CSDL"
    )
    oa_api: str = Field(default="https://openapi.zalo.me", pattern=_WEB, description="Địa chỉ OpenAPI của Zalo")
    oa_oauth: str = Field(
        default="https://oauth.zaloapp.com", pattern=_WEB, description="Địa chỉ cấp mã truy cập của Zalo"
    )
    host: str = Field(default="127.0.0.1", description="Địa chỉ máy chủ web lắng nghe")
    port: int = Field(default=8080, ge=0, le=65535, description="Cổng máy chủ web lắng nghe")
    web_address: str | None = Field(
        default=None, pattern=_WEB, description="Địa chỉ mọi người mở trang web, khi có máy chủ HTTPS đứng trước"
    )
    report_day: int = Field(
        default=14, ge=1, le=31, description="Ngày chốt số liệu báo cáo hằng tháng; 31 là ngày cuối tháng"
    )
    log_format: LogFormat = Field(default="text", description="Nhật ký ghi dạng chữ (text) hay JSON (json)")
    metrics_from: str = Field(
        default="", description="Mạng được xem /metrics ngoài máy này, cách nhau dấu phẩy, như 10.0.0.0/8"
    )
    retention_days: int = Field(
        default=180, ge=0, description="Số ngày giữ những gì mọi người đã viết; 0 là giữ mãi mãi"
    )
    admins: Annotated[tuple[Sender, ...], NoDecode] = Field(
        default=(), description="Các quản trị viên đầu tiên, như telegram:123,zalo:abc"
    )

    @field_validator("metrics_from")
    @classmethod
    def _read_networks(cls, text: str) -> str:
        for each in filter(None, (piece.strip() for piece in text.split(","))):
            ip_network(each, strict=False)
        return text

    @field_validator("admins", mode="before")
    @classmethod
    def _read_admins(cls, text: object) -> object:
        """Accounts as they are written; an error of ours goes through pydantic unchanged."""
        if not isinstance(text, str):
            return text
        try:
            return read_senders(text)
        except KehoachError as error:
            raise KehoachError(f"Cài đặt {PREFIX}ADMINS: {error.sentence}.") from error

    def page_address(self, port: int | None = None) -> str:
        """Address at which people open the web page.

        Args:
            port: listened on, where it is another than the one set.
        """
        if self.web_address:
            return self.web_address.rstrip("/")
        host = _HERE.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{port or self.port}"

    @property
    def database(self) -> str:
        """Address of the database, as SQLAlchemy takes it."""
        return self.database_url or database.database_url(self.home)


def read_settings() -> Settings:
    """The settings of this process, from its environment, from `.env` in the working folder, then from secret files.

    Raises:
        KehoachError: a name with our prefix that is no setting, or a value that does not fit.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    folders = _secret_folders()
    for name in [*os.environ, *dotenv_values(_FILE), *_files_of(folders)]:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = process.extractOne(name.upper(), known, scorer=fuzz.ratio, processor=_after_prefix)
            hint = f" (có phải {near[0]}?)" if near and near[1] >= _NEAR else ""
            raise KehoachError(f"Không có cài đặt nào tên {name}{hint}.")

    class FoundSettings(Settings):
        model_config = SettingsConfigDict(secrets_dir=folders)

    try:
        settings: Settings = FoundSettings()
    except OSError as error:
        raise KehoachError(f"Không đọc được các tệp bí mật trong {_told(folders)}.", str(error)) from error
    except ValidationError as error:
        name = PREFIX + str(error.errors()[0]["loc"][0]).upper()
        raise KehoachError(f"Cài đặt {name} có giá trị không hợp lệ.", str(error)) from error
    if settings.home.exists() and not settings.home.is_dir():
        raise KehoachError(f"{PREFIX}HOME phải là một thư mục, mà {settings.home} là một tệp.")
    return settings


def _secret_folders() -> list[Path]:
    """Where secrets stand as files, so that they are in no environment: ours to name, or what systemd hands over."""
    named = os.environ.get(_SECRETS) or dotenv_values(_FILE).get(_SECRETS)
    if named and not Path(named).is_dir():
        raise KehoachError(f"{_SECRETS} phải là một thư mục, mà {named} không phải.")
    handed = os.environ.get(_CREDENTIALS)
    return [Path(each) for each in (handed, named) if each and Path(each).is_dir()]


def _files_of(folders: list[Path]) -> list[str]:
    try:
        return [each.name for folder in folders for each in folder.iterdir()]
    except OSError as error:
        raise KehoachError(f"Không đọc được các tệp bí mật trong {_told(folders)}.", str(error)) from error


def _told(folders: list[Path]) -> str:
    return ", ".join(map(str, folders))


def _after_prefix(name: str) -> str:
    """What tells one name from another; the common beginning would make all of them alike."""
    return name.removeprefix(PREFIX)
