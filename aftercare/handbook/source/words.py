"""The scalar types of the handbook's files. Each keeps the reader's `Scalar`, so that faults know their spot."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from aftercare.handbook.duration import DurationFault, parse_duration
from aftercare.handbook.faults import nearest
from aftercare.handbook.model import Spot
from aftercare.handbook.nodes import Map, Scalar, Seq, one_or_many, plain, spot_of

RESERVED = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
ID = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_DURATION_LIKE = re.compile(r"[0-9]{1,9}[a-z]{1,5}", re.ASCII)


def wrong(code: str, zh: str, en: str, instead: str = "", spot: Spot | None = None) -> PydanticCustomError:
    """A fault at `spot`, else at the value being read."""
    return PydanticCustomError(code, "{en}", {"zh": zh, "en": en, "instead": instead, "spot": spot})


def _scalar(node: Any) -> Scalar:
    if isinstance(node, Scalar):
        return node
    if isinstance(node, str):
        return Scalar(node)
    if isinstance(node, Map | Seq | dict | list):
        kind = ("一组键值", "a map") if isinstance(node, dict) else ("一个列表", "a list")
        raise wrong(
            "not_a_word",
            f"这里要写一个词或一句话，而不是{kind[0]}（含括号的文字要加引号）",
            f"a single word or text belongs here, not {kind[1]} (quote a text that holds brackets)",
        )
    raise wrong("not_a_word", "这里要写一个词", "a single word belongs here")


def word(node: Any) -> Scalar:
    found = _scalar(node)
    if found.value is None or not found.strip():
        raise wrong("empty", "这里不能空着", "this may not be empty")
    if isinstance(found.value, bool | float):
        raise wrong(
            "quote", f'要写成文字，请加引号："{found}"', f'this must be a text; quote it: "{found}"', f'"{found}"'
        )
    return found


def identifier(node: Any) -> Scalar:
    found = word(node)
    if not ID.fullmatch(found):
        meant = re.sub(r"[^a-z0-9_]+", "_", found.lower()).strip("_0123456789")
        raise wrong(
            "bad_id",
            f"名称 {found[:60]} 只能用小写英文字母、数字和下划线，以字母开头",
            f"the id {found[:60]!r} must be lower-case letters, digits and underscores, starting with a letter",
            meant if ID.fullmatch(meant) else "",
        )
    if found in RESERVED:
        raise wrong(
            "reserved_id",
            f"{found} 是保留字，不能作名称",
            f"{found!r} is a reserved word and cannot be an id",
            f"{found}_",
        )
    return found


def expression(node: Any) -> Scalar:
    """The text of a condition, a duration or a path; compiled later."""
    found = _scalar(node)
    if found.value is None:
        raise wrong("empty", "条件不能空着", "a condition may not be empty")
    if found.cut and not _DURATION_LIKE.fullmatch(found):
        raise wrong(
            "cut_by_comment",
            "条件被 # 截断；请给整个条件加引号",
            "the condition is cut off by #; quote the whole of it",
            f'"{found}"',
        )
    return found


def yes_no(node: Any) -> bool:
    found = _scalar(node)
    if not isinstance(found.value, bool):
        meant = {"yes": "true", "on": "true", "y": "true", "是": "true", "no": "false", "off": "false", "否": "false"}
        instead = meant.get(found.lower(), "true / false")
        raise wrong(
            "not_yes_no",
            f"这里要写 true 或 false，而不是 {found[:40]}",
            f"write true or false here, not {found[:40]!r}",
            instead,
        )
    return found.value


def whole(node: Any) -> int:
    found = _scalar(node)
    if isinstance(found.value, bool) or not isinstance(found.value, int):
        raise wrong(
            "not_whole", f"这里要写整数，而不是 {found[:40]}", f"a whole number belongs here, not {found[:40]!r}"
        )
    return found.value


def decimal(node: Any) -> float:
    """A number; `10%` is read as 10."""
    found = _scalar(node)
    value = found.value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?%", value):
        return float(value[:-1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("not_number", f"这里要写数字，而不是 {found[:40]}", f"a number belongs here, not {found[:40]!r}")
    return float(value)


def words(node: Any) -> Seq:
    """A list of words; one word alone is a list of one."""
    return Seq([word(item) for item in one_or_many(node)], spot_of(node))


def expression_map(node: Any) -> Map:
    if not isinstance(node, Map):
        raise wrong("not_a_map", "这里要写 名称: 值", "`name: value` pairs belong here")
    return Map([(key, expression(value)) for key, value in node.items()], node.spot, node.key_spots)


def word_map(node: Any) -> Map:
    if not isinstance(node, Map):
        raise wrong("not_a_map", "这里要写 名称: 值", "`name: value` pairs belong here")
    return Map([(key, word(value)) for key, value in node.items()], node.spot, node.key_spots)


def duration(node: Any) -> Scalar:
    found = word(node)
    try:
        parse_duration(found)
    except DurationFault as fault:
        raise wrong("duration", fault.zh, fault.en, fault.meant) from None
    return found


def one_of(*known: str) -> Callable[[Any], Scalar]:
    """A validator for a closed list of words."""

    def choose(node: Any) -> Scalar:
        found = word(node)
        if found in known:
            return found
        near = nearest(found, known)
        zh, en = f"{found[:40]} 不在可用的词中：{'、'.join(known)}", f"{found[:40]!r} is none of {', '.join(known)}"
        raise wrong(
            "closed_word",
            zh + (f"，是否应为 {near}？" if near else ""),
            en + (f"; did you mean {near!r}?" if near else ""),
            near,
        )

    return choose


def texts(node: Any) -> Map:
    """`{zh: ..., en: ...}`, both filled."""
    if isinstance(node, Scalar):
        raise wrong(
            "one_language", "要有中文和英文", "the text is needed in zh and en", f"{{zh: {node[:40]}, en: ...}}"
        )
    if not isinstance(node, Map):
        raise wrong("one_language", "要写成 {zh: …, en: …}", "write {zh: ..., en: ...}")
    extra = [key for key in node if key not in ("zh", "en")]
    if extra:
        raise wrong(
            "unknown_key",
            f"这里只有 zh 和 en，没有 {extra[0][:40]}（含逗号的文字要加引号）",
            f"only zh and en belong here, not {extra[0][:40]!r} (quote a text that holds a comma)",
            spot=node.key_spots.get(extra[0]),
        )
    for language, zh in (("zh", "中文"), ("en", "英文")):
        value = node.get(language)
        if not isinstance(value, Scalar) or value.value is None or not value.strip():
            raise wrong("one_language", f"缺{zh}（{language}）", f"the {language} text is missing", f"{language}: ...")
    return node


_TEXT = {"type": "string"}
_LIST = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_ANY_SCALAR = {"type": ["string", "number", "boolean"]}
_ID = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_TEXTS = {
    "type": "object", "required": ["zh", "en"], "additionalProperties": False,
    "properties": {"zh": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
}  # fmt: skip

Word = Annotated[Scalar, PlainValidator(word), WithJsonSchema({"type": ["string", "integer"]})]
Id = Annotated[Scalar, PlainValidator(identifier), WithJsonSchema(_ID)]
Expr = Annotated[Scalar, PlainValidator(expression), WithJsonSchema(_ANY_SCALAR)]
YesNo = Annotated[bool, PlainValidator(yes_no), WithJsonSchema({"type": "boolean"})]
Whole = Annotated[int, PlainValidator(whole), WithJsonSchema({"type": "integer"})]
Decimal = Annotated[float, PlainValidator(decimal), WithJsonSchema({"type": ["number", "string"]})]
Words = Annotated[Seq, PlainValidator(words), WithJsonSchema(_LIST)]
Exprs = Annotated[
    Map, PlainValidator(expression_map), WithJsonSchema({"type": "object", "additionalProperties": _ANY_SCALAR})
]
WordMap = Annotated[
    Map, PlainValidator(word_map), WithJsonSchema({"type": "object", "additionalProperties": _ANY_SCALAR})
]
Texts = Annotated[Map, PlainValidator(texts), WithJsonSchema(_TEXTS)]
Length = Annotated[Scalar, PlainValidator(duration), WithJsonSchema({"type": "string", "pattern": "^[0-9]+[a-z]+$"})]
Raw = Annotated[Any, PlainValidator(lambda node: node), WithJsonSchema({})]
Json = Annotated[Any, PlainValidator(plain), WithJsonSchema({})]


def closed(*known: str) -> Any:
    """The type of a closed list of words."""
    return Annotated[Scalar, PlainValidator(one_of(*known)), WithJsonSchema({"enum": list(known)})]
