"""Templates, and what they write values with."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.clock import HANOI
from knowledge.wording import sentence_case, short_label

_STATIC = ("style.css", "page.js", "icon.svg", "htmx.min.js", "htmx-LICENSE.txt")
_TYPES = {"css": "text/css", "js": "text/javascript", "txt": "text/plain", "svg": "image/svg+xml"}


class Pages:
    """The templates and the static files of the page, read once."""

    def __init__(self) -> None:
        self.static = {name: (files("bot.web") / "static" / name).read_bytes() for name in _STATIC}
        self._digest = sha256(b"".join(self.static.values())).hexdigest()[:12]
        self._templates = Environment(
            loader=PackageLoader("bot.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["day"] = _day
        self._templates.filters["moment"] = _moment
        self._templates.filters["sentence"] = sentence_case
        self._templates.filters["plan"] = short_label
        self._templates.globals["static"] = self._address

    def render(self, template: str, /, **values: object) -> str:
        """The template with these values, each escaped."""
        return self._templates.get_template(template).render(**values)

    def type_of(self, name: str) -> str:
        """The media type of a static file."""
        return f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8"

    def _address(self, name: str) -> str:
        """Changes with the files, so that browsers may keep them."""
        return f"/static/{name}?v={self._digest}"


def _day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def _moment(value: datetime | None) -> str:
    return value.astimezone(HANOI).strftime("%H:%M %d/%m/%Y") if value else ""
