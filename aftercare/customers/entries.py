"""What comes in about a customer, and what is wrong with it. No queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercare.customers.birthdays import birthday_fault
from aftercare.customers.models import Address, Customer, Phone
from aftercare.customers.rows import fault
from aftercare.customers.terms import initials_of
from aftercare.errors import JSON, Fault, Refused
from aftercare.people.actor import Actor
from aftercare.values import phones as numbers
from aftercare.values import places
from aftercare.values.pinyin import of_name
from aftercare.values.plain import text_faults

LONGEST = {"notes": 10_000}
LONGEST_TEXT = 300
CHANGEABLE = ("full_name", "kind", "store", "gender", "birthday", "birthday_lunar", "notes", "consent", "family_size")
PART_NAMES = ("province", "city", "district", "street", "building", "door")
_CHOICES: dict[str, tuple[str, ...]] = {"kind": (Customer.PERSON, Customer.COMPANY), "gender": Customer.GENDERS}
_KINDS: dict[str, type] = {"birthday_lunar": bool, "consent": dict}


@dataclass(frozen=True, slots=True)
class NewPhone:
    typed: str
    label: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class NewAddress:
    """The whole text, or parts, or both: parts given win over those read from the text."""

    text: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    building: str = ""
    door: str = ""
    label: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """`birthday` is "1980-05-17" or "05-17"; `row` is where it stood in an import, for the faults."""

    full_name: str
    kind: str = Customer.PERSON
    store: int | None = None
    gender: str = ""
    birthday: str = ""
    birthday_lunar: bool = False
    notes: str = ""
    consent: Mapping[str, JSON] = field(default_factory=dict)
    family_size: int | None = None
    phones: tuple[NewPhone, ...] = ()
    addresses: tuple[NewAddress, ...] = ()
    row: int | None = None

    def fields(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in CHANGEABLE}
        return {**values, "consent": dict(self.consent)}


def field_faults(values: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with fields of a customer: unknown, of a wrong kind, too long, not keepable, no such choice."""
    found = [
        fault("field", f"没有“{name}”这一项。", f"There is no field “{name}”.", name)
        for name in sorted(set(values) - set(CHANGEABLE))
    ]
    found += [one for name, value in values.items() if (one := _kind_fault(name, value))]
    if found:
        return found
    found += text_faults(dict(values))
    found += [one for name, value in values.items() if (one := _length_fault(name, value))]
    if "full_name" in values and not values["full_name"].strip():
        found.append(fault("name", "请填写客户姓名。", "Enter the customer's name.", "full_name"))
    for name, choices in _CHOICES.items():
        if name in values and values[name] not in choices:
            found.append(fault("choice", f"“{name}”的值无效。", f"“{name}” has an unknown value.", name))
    if "birthday" in values:
        found.append(birthday_fault(values["birthday"], bool(values.get("birthday_lunar"))))  # type: ignore[arg-type]
    return [one for one in found if one]


def phone_row(new: NewPhone, name: str = "phone") -> Phone:
    """A row without its customer; raises Refused when nobody can be reached by it."""
    number = numbers.normalise(new.typed, name)
    _refuse_texts({f"{name}.label": new.label})
    return Phone(
        typed=new.typed,
        e164=number.e164,
        digits=number.digits,
        tail4=number.tail4,
        label=new.label,
        primary=new.primary,
    )


def address_row(new: NewAddress, name: str = "address") -> Address:
    """A row without its customer. A vague address is kept, and known as not findable."""
    given = {part: getattr(new, part) for part in PART_NAMES}
    _refuse_texts({name: new.text, f"{name}.label": new.label, **{f"{name}.{p}": v for p, v in given.items()}})
    read = places.parse(new.text)
    parts = places.Parts(**{part: value or getattr(read, part) for part, value in given.items()}, rest=read.rest)
    text = new.text or parts.text()
    if not text.strip():
        raise Refused(fault("address_empty", "请填写地址。", "Enter the address.", name))
    return Address(
        text=text,
        **{part: getattr(parts, part) for part in PART_NAMES},
        is_findable=parts.is_findable,
        label=new.label,
        primary=new.primary,
    )


def customer_row(values: Mapping[str, Any], actor: Actor, now: datetime) -> Customer:
    """A row from checked fields."""
    changes = {("store_id" if name == "store" else name): value for name, value in values.items()}
    return Customer(
        **changes,
        pinyin=of_name(values["full_name"]),
        initials=initials_of(values["full_name"]),
        created_at=now,
        changed_at=now,
        changed_by=actor.person,
        changed_by_name=actor.name,
    )


def one_primary(rows: Iterable[Phone | Address]) -> None:
    """Exactly one is the first to use: the first marked one, else the first."""
    listed: list[Phone | Address] = list(rows)
    chosen = next((row for row in listed if row.primary), listed[0] if listed else None)
    for row in listed:
        row.primary = row is chosen


def _kind_fault(name: str, value: Any) -> Fault | None:
    if name == "family_size":
        is_right = value is None or (type(value) is int and 1 <= value <= 99)
    elif name == "store":
        is_right = value is None or (isinstance(value, int) and not isinstance(value, bool))
    else:
        is_right = isinstance(value, _KINDS.get(name, str))
    if is_right:
        return None
    return fault("kind_of_value", f"“{name}”的值类型不对。", f"“{name}” has a value of a wrong kind.", name)


def _length_fault(name: str, value: Any) -> Fault | None:
    most = LONGEST.get(name, LONGEST_TEXT)
    if isinstance(value, str) and len(value) > most:
        return fault("long", f"“{name}”最多 {most} 个字。", f"“{name}” may have {most} characters.", name)
    return None


def _refuse_texts(values: Mapping[str, str]) -> None:
    found = [one for name, value in values.items() for one in text_faults(value, name)]
    found += [one for name, value in values.items() if (one := _length_fault(name, value))]
    if found:
        raise Refused(found)
