"""What all elements share: unknown keys are refused with a suggestion, positions are kept, sugar for lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic import ValidatorFunctionWrapHandler as Handler

from aftercare.handbook.faults import Faults
from aftercare.handbook.model import Spot
from aftercare.handbook.nodes import Map, Scalar, Seq, is_null, spot_of
from aftercare.handbook.source.words import Words, wrong


@dataclass(slots=True)
class Reading:
    """Passed to the models while they read: where faults go."""

    faults: Faults


class Element(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, populate_by_name=False)

    short: ClassVar[str] = ""  # the key that a bare word stands for
    _spot: Spot = PrivateAttr(default=Spot())

    @property
    def spot(self) -> Spot:
        return self._spot

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        own: dict[str, Any] = handler(core)
        return {"anyOf": [own, {"type": ["string", "number", "boolean"]}]} if cls.short else own

    @classmethod
    def keys(cls) -> frozenset[str]:
        return frozenset(info.alias or name for name, info in cls.model_fields.items())

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, handler: Handler, info: ValidationInfo) -> Self:
        if isinstance(data, Scalar) and cls.short and data.value is not None:
            data = Map([(cls.short, data)], data.spot, {cls.short: data.spot})
        if is_null(data):
            data = Map(spot=data.spot)
        if not isinstance(data, Map):
            raise wrong("not_a_map", "这里要写 键: 值", "`key: value` pairs belong here")
        found = handler(known_part(cls, data, info))
        found._spot = data.spot
        return found


def known_part(model: type[Element], data: Map, info: ValidationInfo) -> Map:
    """`data` without empty keys and without keys the model does not know (noted as faults)."""
    known = model.keys()
    reading = info.context
    for key in data:
        if key not in known and isinstance(reading, Reading):
            spot = data.key_spots.get(key, data.spot)
            reading.faults.unknown("unknown_key", spot, "键", "key", key, known)
    return Map([(k, v) for k, v in data.items() if k in known and not is_null(v)], data.spot, data.key_spots)


E = TypeVar("E", bound=Element)


class Citing(Element):
    """An element that may cite clauses."""

    clauses: Words = Seq()
    clause: Words = Seq()

    @property
    def cited(self) -> list[Scalar]:
        return [*self.clauses, *self.clause]


def elements(name: str = "id", value: str = "") -> Callable[[Any], Any]:
    """A list of elements, or a map whose keys are their ids; `value` is the key a bare value stands for."""

    def spread(node: Any) -> Any:
        if isinstance(node, Map):
            return Seq([_named(node, key, body) for key, body in node.items()], node.spot)
        if isinstance(node, Scalar):
            raise wrong("not_a_list", "这里要写一个列表", "a list belongs here")
        return node

    def _named(node: Map, key: str, body: Any) -> Any:
        spot = node.key_spots.get(key, node.spot)
        own = Scalar(key, spot)
        if is_null(body):
            return Map([(name, own)], spot, {name: spot})
        if isinstance(body, Scalar | Seq) and value:
            return Map([(name, own), (value, body)], spot, {name: spot, value: spot_of(body)})
        if isinstance(body, Map) and name not in body:
            return Map([(name, own), *body.items()], spot, {**body.key_spots, name: spot})
        return body

    return spread


def many(node: Any) -> Any:
    """A list, or one element standing alone."""
    return Seq([node], spot_of(node)) if isinstance(node, Map | Scalar) else node


def list_or_map(item: Any, name: str = "id", value: str = "") -> Any:
    """The type of a list of `item`, also written as a map from id to body."""
    spread = BeforeValidator(elements(name, value), json_schema_input_type=list[item] | dict[str, Any])
    return Annotated[list[item], spread]


def one_or_list(item: Any) -> Any:
    """The type of a list of `item` in which one may stand alone."""
    return Annotated[list[item], BeforeValidator(many, json_schema_input_type=item | list[item])]


def read_element(model: type[E], node: Any, faults: Faults) -> E | None:
    """The element, or None with its faults noted."""
    try:
        return model.model_validate(node, context=Reading(faults))
    except ValidationError as error:
        for one in error.errors(include_url=False):
            _note(one, node, faults)
        return None


def _note(error: Any, node: Any, faults: Faults) -> None:
    spot = spot_of(error["input"])
    spot = spot if spot.line else spot_of(node)
    context = error.get("ctx") or {}
    path = ".".join(str(part) for part in error["loc"])
    if "zh" in context:
        spot = context.get("spot") or spot
        faults.add(error["type"], spot, context["zh"], context["en"], context.get("instead", ""), path)
    elif error["type"] == "missing":
        key = str(error["loc"][-1])
        faults.add("missing_key", spot, f"缺少 {key}", f"{key!r} is missing", f"{key}: ...", path)
    elif error["type"] == "list_type":
        faults.add("not_a_list", spot, "这里要写一个列表", "a list belongs here", "[...]", path)
    else:
        faults.add("wrong_shape", spot, "这里的写法不对", f"this cannot be read here ({error['msg'][:100]})", "", path)
