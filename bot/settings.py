"""Settings: one typed object, read once from the environment and `.env`."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import process

from knowledge.errors import KehoachError

PREFIX = "KEHOACH_"
_FILE = ".env"
"""May hold other programs' variables as well, as the one beside a docker-compose.yml does."""
_NEAR = 80
"""Likeness, of 100, from which a mistyped name is worth a hint."""


class Settings(BaseSettings):
    """Every setting, described where it is declared; a mistyped name fails."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=_FILE, env_file_encoding="utf-8", extra="ignore")

    home: Path = Field(default=Path("data"), description="Thư mục dữ liệu")
    database_url: str | None = Field(default=None, description="CSDL; để trống là SQLite trong thư mục dữ liệu")
    agencies: Path | None = Field(default=None, description="Tệp YAML bổ sung hoặc sửa danh bạ cơ quan")
    lexicon: Path | None = Field(default=None, description="Tệp YAML bổ sung từ viết tắt và cách hỏi")
    embedding_model: str | None = Field(
        default=None, description="Tên một mô hình sentence-transformers có sẵn trên máy; để trống là mô hình đi kèm"
    )
    reranker: str | None = Field(
        default=None, description="Tên một CrossEncoder sentence-transformers có sẵn trên máy; để trống là không dùng"
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

    @property
    def database(self) -> str:
        """Address of the database, as SQLAlchemy takes it."""
        return self.database_url or f"sqlite:///{(self.home / 'kehoach.db').as_posix()}"


def read_settings() -> Settings:
    """The settings of this process, from its environment and from `.env` in the working folder.

    Raises:
        KehoachError: a name with our prefix that is no setting, or a value that does not fit.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in [*os.environ, *dotenv_values(_FILE)]:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = process.extractOne(name.upper(), known)
            hint = f" (có phải {near[0]}?)" if near and near[1] >= _NEAR else ""
            raise KehoachError(f"Không có cài đặt nào tên {name}{hint}.")
    try:
        settings = Settings()
    except ValidationError as error:
        name = PREFIX + str(error.errors()[0]["loc"][0]).upper()
        raise KehoachError(f"Cài đặt {name} có giá trị không hợp lệ.", str(error)) from error
    if settings.home.exists() and not settings.home.is_dir():
        raise KehoachError(f"{PREFIX}HOME phải là một thư mục, mà {settings.home} là một tệp.")
    return settings
