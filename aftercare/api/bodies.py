"""Reading what comes in: strictly typed, nothing unknown taken, every fault named in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from aftercare.errors import Fault, Refused
from aftercare.values.plain import text_faults

LARGEST_ID = 2**63 - 1
_LARGEST_SMALL = 2**31 - 1


class Body(BaseModel):
    """A JSON object; a field that is not listed is refused."""

    model_config = ConfigDict(strict=True, extra="forbid")

    def given(self) -> dict[str, Any]:
        """Only what was sent, as plain Python values."""
        return self.model_dump(exclude_unset=True)


_Body = TypeVar("_Body", bound=Body)
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Version = Annotated[int, Field(ge=0, le=_LARGEST_SMALL)]
Fen = Annotated[int, Field(ge=0, le=10**15)]
Short = Annotated[str, Field(max_length=300)]
Long = Annotated[str, Field(max_length=10_000)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Moment = AwareDatetime


class Words(Body):
    zh: Short
    en: Short


class Reference(Body):
    kind: Annotated[str, Field(max_length=32)]
    id: Id


class Reason(Body):
    reason: Long


class Nothing(Body):
    """No field at all; the body may be empty."""


def raw(request: HttpRequest) -> bytes:
    """The bytes of a request; refuses more than the settings allow."""
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused(Fault("request.large", "请求内容过大。", "The request is too large."), status=413) from None
    except (RawPostDataException, OSError):
        raise Refused(Fault("request.cut", "请求内容不完整。", "The request is cut short."), status=400) from None


def read(model: type[_Body], content: bytes) -> _Body:
    """The body as typed; raises Refused with every fault."""
    if not content and model is Nothing:
        return model()
    try:
        body = model.model_validate_json(content)
        given = body.model_dump()
    except ValidationError as error:
        raise Refused([worded(one) for one in error.errors(include_url=False, include_input=False)]) from None
    except RecursionError:
        raise Refused(Fault("request.deep", "内容嵌套过深。", "The request is nested too deeply.")) from None
    if faults := text_faults(given):
        raise Refused(faults)
    return body


def check_texts(values: Mapping[str, Any]) -> None:
    """Texts of the address (path and query) that no database can keep are refused as those of bodies are."""
    if faults := text_faults(dict(values)):
        raise Refused(faults)


def worded(error: Mapping[str, Any]) -> Fault:
    """A fault found by the typed reading, in words."""
    field = ".".join(str(part) for part in error.get("loc", ()))[:200]
    kind = str(error["type"])
    zh, en = _words(kind, error.get("ctx") or {})
    shown = field or "JSON"
    return Fault(f"request.{kind}", f"“{shown}”{zh}。", f"“{shown}” {en}.", field=_keepable(field))


def _words(kind: str, more: Mapping[str, Any]) -> tuple[str, str]:
    for kinds, zh, en in _SENTENCES:
        if kind in kinds:
            return zh.format(**_limits(more)), en.format(**_limits(more))
    return "的值不对", "has a wrong value"


def _limits(more: Mapping[str, Any]) -> dict[str, Any]:
    names = ("ge", "gt", "le", "lt", "max_length", "min_length", "expected")
    found: dict[str, Any] = {name: more.get(name, "") for name in names}
    return found | {"least": more.get("ge", more.get("gt", "")), "most": more.get("le", more.get("lt", ""))}


def _keepable(field: str) -> str:
    return field.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


_SENTENCES: tuple[tuple[Iterable[str], str, str], ...] = (
    (("missing",), "没有填写", "is missing"),
    (("extra_forbidden",), "不是可以填写的项目", "is not a field that can be given"),
    (("json_invalid", "json_type"), "不是有效的 JSON", "is not valid JSON"),
    (("string_type", "string_unicode"), "应为文字", "must be a text"),
    (("string_too_long",), "最多 {max_length} 个字", "may have {max_length} characters"),
    (("string_too_short",), "至少 {min_length} 个字", "must have at least {min_length} characters"),
    (("too_long",), "最多 {max_length} 项", "may have {max_length} items"),
    (("too_short",), "至少 {min_length} 项", "must have at least {min_length} items"),
    (("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "应为整数", "must be a whole number"),
    (("float_type", "float_parsing", "finite_number"), "应为数字", "must be a number"),
    (("bool_type", "bool_parsing"), "应为 true 或 false", "must be true or false"),
    (("greater_than_equal", "greater_than"), "不能小于 {least}", "must not be below {least}"),
    (("less_than_equal", "less_than"), "不能大于 {most}", "must not be above {most}"),
    (("literal_error", "enum"), "应为以下之一：{expected}", "must be one of {expected}"),
    (
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "应为日期，如 2026-11-21",
        "must be a date such as 2026-11-21",
    ),
    (
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"),
        "应为带时区的时刻，如 2026-11-21T02:00:00Z",
        "must be a moment with a zone, such as 2026-11-21T02:00:00Z",
    ),
    (("dict_type", "model_type", "model_attributes_type"), "应为一组项目", "must be an object"),
    (("list_type", "tuple_type"), "应为列表", "must be a list"),
)
