"""Settings: one typed object, read once from the environment and `.env`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import process

from knowledge.errors import KehoachError

PREFIX = "KEHOACH_"


class Settings(BaseSettings):
    """Every setting, described where it is declared; a mistyped name fails."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="forbid")

    home: Path = Field(default=Path("data"), description="Thư mục dữ liệu")
    database_url: str | None = Field(default=None, description="CSDL; để trống là SQLite trong thư mục dữ liệu")
    agencies: Path | None = Field(default=None, description="Tệp YAML bổ sung hoặc sửa danh bạ cơ quan")
    lexicon: Path | None = Field(default=None, description="Tệp YAML bổ sung từ viết tắt và cách hỏi")
    embedding_model: str | None = Field(
        default=None, description="Tên một mô hình sentence-transformers có sẵn trên máy; để trống là mô hình đi kèm"
    )

    @property
    def database(self) -> str:
        """Address of the database, as SQLAlchemy takes it."""
        return self.database_url or f"sqlite:///{(self.home / 'kehoach.db').as_posix()}"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    Raises:
        KehoachError: a name with our prefix that is no setting, or a value that does not fit.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            near = process.extractOne(name, known)
            hint = f" (có phải {near[0]}?)" if near and near[1] >= 80 else ""
            raise KehoachError(f"Không có cài đặt nào tên {name}{hint}.")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper().removeprefix(PREFIX)
        raise KehoachError(f"Cài đặt {name} không hợp lệ: {first['msg']}.", str(error)) from error
