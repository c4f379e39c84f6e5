"""The interface for other systems as a page, made of its OpenAPI description: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bot.api.endpoints import PREFIX
from bot.web.context import Context

_TYPES = {
    "string": "chuỗi",
    "integer": "số nguyên",
    "number": "số",
    "boolean": "đúng/sai",
    "array": "danh sách",
    "object": "đối tượng",
    "null": "trống",
}
_FORMATS = {"date": "ngày (2026-11-20)", "binary": "tệp"}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of an object.

    Attributes:
        kind: what it holds, in words; the name of an object as the page lists it.
    """

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with its method.

    Attributes:
        fields: parameters of the address, then fields of the body.
        answers: status, what it means, and the name of the object; those that every endpoint has are told once.
    """

    method: str
    path: str
    summary: str
    about: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str, str], ...]


def show(context: Context) -> Response:
    """How other systems call the assistant."""
    described = context.site.describe_api()
    schemas: Mapping[str, Any] = described["components"]["schemas"]
    objects = [
        (name, [*_fields(schema)])
        for name, schema in sorted(schemas.items())
        if "enum" not in schema and not name.startswith(("Body_", "Asked"))
    ]
    return context.page(
        "api_docs.html",
        about=described["info"]["description"],
        prefix=PREFIX,
        common=sorted(_common(described["paths"])),
        endpoints=[*_endpoints(described["paths"], schemas)],
        objects=objects,
        kinds=[(name, schema["enum"]) for name, schema in sorted(schemas.items()) if "enum" in schema],
    )


def _answers(endpoint: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {(status, told["description"], _answered(told)) for status, told in endpoint["responses"].items()}


def _common(paths: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """What every endpoint may answer."""
    return set.intersection(*(_answers(each) for methods in paths.values() for each in methods.values()))


def _endpoints(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Endpoint]:
    common = _common(paths)
    for path, methods in paths.items():
        for method, each in methods.items():
            sent = [_schema(content, schemas) for content in each.get("requestBody", {}).get("content", {}).values()]
            parameters = (
                Field(
                    told["name"],
                    _kind(told["schema"]),
                    told.get("required", False),
                    told.get("description", ""),
                )
                for told in each.get("parameters", ())
            )
            yield Endpoint(
                method.upper(),
                PREFIX + path,
                each["summary"],
                each.get("description", ""),
                (*parameters, *(field for schema in sent for field in _fields(schema))),
                tuple(sorted(_answers(each) - common)),
            )


def _schema(content: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    named: Mapping[str, Any] = schemas[content["schema"]["$ref"].rpartition("/")[2]]
    return named


def _answered(told: Mapping[str, Any]) -> str:
    kinds = (_kind(content["schema"]) for content in told.get("content", {}).values())
    return next(kinds, "")


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Field(name, _kind(each), name in required, each.get("description", ""))


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value is, in words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " hoặc ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("contentMediaType") or schema.get("format") in _FORMATS:
        return _FORMATS[schema.get("format", "binary")]
    kind = _TYPES.get(schema.get("type", ""), "bất kỳ")
    return f"{kind} {_kind(schema['items'])}" if "items" in schema else kind
