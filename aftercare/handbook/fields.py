"""The field words of forms, settings and rules, and the types that conditions see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aftercare.handbook.conditions import (
    Anything,
    Bool,
    Choice,
    Date,
    Duration,
    File,
    List,
    Moment,
    Money,
    Number,
    Person,
    Photo,
    Place,
    Ref,
    Signature,
    Struct,
    Text,
    Time,
    Type,
)
from aftercare.handbook.entities import ENTITIES
from aftercare.handbook.model import Field, Form, Setting


def _entity(kind: str) -> Callable[[], Type]:
    return lambda: Ref(kind, {name: one_type(word) for name, word in ENTITIES[kind].items() if isinstance(word, str)})


FIELD_TYPES: Mapping[str, Callable[[], Type]] = {
    "text": Text, "long_text": Text, "name": Text, "phone": Text, "email": Text,
    "money": Money, "number": Number, "score": Number,
    "date": Date, "time": Time, "moment": Moment, "duration": Duration,
    "choice": Choice, "choices": lambda: List(Choice()), "check": Bool,
    "person": Person, "place": Place, "photo": Photo, "signature": Signature, "file": File,
    "lines": lambda: List(Struct()), "product": Text,
    "customer": _entity("customer"), "order": _entity("order"), "asset": _entity("asset"),
    "case": lambda: Ref("case", {"number": Text()}),
    "record": lambda: Ref("record"), "store": lambda: Ref("store", {"name": Text()}),
}  # fmt: skip
SETTING_TYPES = frozenset({"duration", "number", "money", "text", "choice", "check", "list", "date", "time"})
ORDERED_FIELDS = frozenset({"number", "money", "score", "date", "time", "moment", "duration", "text", "long_text"})


def one_type(word: str) -> Type:
    """The type of a field word; Anything for a word nobody knows (reported elsewhere)."""
    make = FIELD_TYPES.get(word)
    return make() if make else Anything()


def field_named(word: str, forms: Mapping[str, Form]) -> Field | None:
    """`delivery_plan.items` -> that field of that form."""
    form, _, name = word.partition(".")
    return forms[form].field(name) if form in forms else None


def value_type(word: str, forms: Mapping[str, Form]) -> Type:
    """A value of a case: a field word, or typed like a field of a form."""
    found = field_named(word, forms)
    return field_type(found) if found else one_type(word)


def field_type(field: Field) -> Type:
    options = tuple(option.id for option in field.options)
    if field.options_from:
        return Text() if field.type == "choice" else List(Text())
    if field.type == "choice":
        return Choice(options)
    if field.type == "choices":
        return List(Choice(options))
    if field.type == "lines":
        return List(fields_type(field.columns))
    return one_type(field.type)


def fields_type(fields: Iterable[Field]) -> Struct:
    return Struct({field.id: field_type(field) for field in fields})


def form_type(form: Form) -> Struct:
    """What `form.` and `sheets.TASK.` offer."""
    return fields_type(form.fields)


def setting_type(setting: Setting) -> Type:
    if setting.type == "choice":
        return Choice(setting.options)
    if setting.type == "list":
        rows = isinstance(setting.value, list) and any(isinstance(one, Mapping) for one in setting.value)
        return List(fields_type(setting.columns)) if setting.columns else List(Anything() if rows else Text())
    return one_type(setting.type)


def schema_type(schema: Mapping[str, str | Mapping[str, str]]) -> dict[str, Type]:
    """The types of an entity's fields; a mapping inside is a list of rows."""
    return {
        name: one_type(word)
        if isinstance(word, str)
        else List(Struct({key: one_type(one) for key, one in word.items()}))
        for name, word in schema.items()
    }
