"""Customers: search, list, one, entry, changes, phones and addresses, merging, revealing, erasing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from aftercare.api.bodies import Body, Id, Long, Moment, Reason, Short, Version
from aftercare.api.edge import Ask
from aftercare.api.paging import cursor_of, moment, number, values_of
from aftercare.api.records import MAYBE_MOMENT
from aftercare.api.routes import CURSOR, DONE_ANSWER, ID, LIMIT, MAYBE_ID, TEXT, Routes
from aftercare.api.shapes import ANY, BOOL, INT, MADE, MOMENT, OBJECT, WORDS, by_key, listing, many, maybe, obj, page
from aftercare.api.shapes import TEXT as WORD
from aftercare.customers import actions, contacts, filing, greeting, queries
from aftercare.customers.entries import NewAddress, NewCustomer, NewPhone

routes = Routes("customers")
PHONE = obj(id=INT, masked=WORD, label=WORD)
FOUND = obj(id=INT, name=WORD, kind=WORD, store=maybe(INT), mark=WORD, phones=many(PHONE), place=WORD, exact=BOOL)
LISTED = obj(
    id=INT, name=WORD, kind=WORD, store=maybe(INT), mark=WORD, changed_at=MOMENT, phones=many(WORD), place=WORD
)
ONE = obj(
    id=INT, name=WORD, kind=WORD, store=maybe(INT), version=INT, phones=many(PHONE), addresses=many(OBJECT),
    relations=many(OBJECT), missing=many(OBJECT), more=OBJECT, family_size=maybe(INT), filed_on=maybe(WORD),
    file_number=WORD, special_days=many(OBJECT), changes=many(OBJECT), contacts=many(OBJECT),
)  # fmt: skip
FILE = obj(number=WORD, filed_on=maybe(WORD), items=many(OBJECT))
CREATED = obj(id=INT, duplicates=many(obj(id=INT, why=WORD)))
DIFFERENCE = obj(field=WORD, name=WORDS, kept=ANY, other=ANY, same=BOOL, proposed=WORD)
Choice = Literal["kept", "other", "both"]


FamilySize = Annotated[int | None, Field(ge=1, le=99)]


class PhoneIn(Body):
    typed: Short
    label: Short = ""
    primary: bool = False


class AddressIn(Body):
    """The whole text, or its parts."""

    text: Short = ""
    province: Short = ""
    city: Short = ""
    district: Short = ""
    street: Short = ""
    building: Short = ""
    door: Short = ""
    label: Short = ""
    primary: bool = False


class CustomerIn(Body):
    full_name: Short
    store: Id
    kind: Literal["person", "company"] = "person"
    gender: Short = ""
    birthday: Short = ""
    birthday_lunar: bool = False
    notes: Long = ""
    consent: dict[str, Any] = {}
    family_size: FamilySize = None
    phones: Annotated[list[PhoneIn], Field(max_length=20)] = []
    addresses: Annotated[list[AddressIn], Field(max_length=20)] = []


class CustomerFields(Body):
    full_name: Short = ""
    store: Id | None = None
    kind: Literal["person", "company"] = "person"
    gender: Short = ""
    birthday: Short = ""
    birthday_lunar: bool = False
    notes: Long = ""
    consent: dict[str, Any] = {}
    family_size: FamilySize = None


class CustomerChange(Body):
    """`version` is the one that was seen: 409 when somebody was faster."""

    version: Version
    changes: CustomerFields


class Mark(Body):
    mark: Short
    reason: Long = ""


class Relation(Body):
    other: Id
    word: Short


class SpecialDayIn(Body):
    """A day of the year, "10-01"."""

    name: Short
    day: Short
    lunar: bool = False


class Merge(Body):
    """What to keep, field by field; without a choice as the preview proposes."""

    other: Id
    choices: dict[Annotated[str, Field(max_length=64)], Choice] = {}


class Reveal(Body):
    what: Literal["phone", "address", "birthday"]
    item: Id | None = None
    reason: Long


@routes.get("/customers", access="customers.see", answer=page(LISTED))
def customers(
    ask: Ask, store: int | None = MAYBE_ID, mark: str = TEXT, cursor: str = CURSOR, limit: int = LIMIT
) -> Any:
    """The newest change first; what is personal comes masked."""
    held = values_of(cursor, moment, number)
    before = (held[0], held[1]) if held else None
    rows = queries.customers_list(ask.actor, min(limit + 1, 200), before, store, mark)
    more = len(rows) > limit
    rows = rows[:limit]
    return {"items": rows, "next": cursor_of(rows[-1]["changed_at"], rows[-1]["id"]) if more else None}


@routes.get("/customers/birthday-missing", access="customers.see", answer=listing(obj(id=INT, name=WORD, store=INT)))
def birthday_missing(ask: Ask, store: int | None = MAYBE_ID, limit: int = LIMIT) -> Any:
    """Whose birthday nobody has asked yet. One statement."""
    return {"items": greeting.birthday_missing(ask.actor, store, limit)}


@routes.get("/contacts/counts", access="customers.see", answer=by_key(INT))
def contact_counts(
    ask: Ask, kind: str = TEXT, since: Moment | None = MAYBE_MOMENT, until: Moment | None = MAYBE_MOMENT
) -> Any:
    """channel -> how often somebody was in touch that way. One statement."""
    return contacts.counts(ask.actor, kind=kind, since=since, until=until)


@routes.get("/customers/search", access="customers.see", answer=listing(FOUND))
def search(ask: Ask, q: str = TEXT, limit: int = LIMIT) -> Any:
    """By a piece of name, pinyin, initials, number or address. Best first, one statement."""
    return {"items": queries.search(q, ask.actor, limit)}


@routes.post("/customers", access="customers.edit", body=CustomerIn, status=201, answer=CREATED)
def create(ask: Ask, body: CustomerIn) -> Any:
    """A new customer; tells who is likely the same."""
    given = body.model_dump(exclude={"phones", "addresses"})
    phones = tuple(NewPhone(**one.model_dump()) for one in body.phones)
    addresses = tuple(NewAddress(**one.model_dump()) for one in body.addresses)
    made = actions.create_customer(NewCustomer(**given, phones=phones, addresses=addresses), ask.actor, ask.now)
    return {"id": made.id, "duplicates": [{"id": one.id, "why": one.why} for one in made.duplicates]}


@routes.get("/customers/{customer}", access="customers.see", answer=ONE)
def one(ask: Ask, customer: int = ID) -> Any:
    """Who is calling: fields, masked numbers, what is missing, and what the other packages know."""
    return queries.panel(customer, ask.actor)


@routes.patch("/customers/{customer}", access="customers.edit", body=CustomerChange, answer=obj(version=INT))
def change(ask: Ask, body: CustomerChange, customer: int = ID) -> Any:
    """Change the fields given; returns the new version."""
    return {"version": actions.change_customer(customer, body.changes.given(), body.version, ask.actor, ask.now)}


@routes.post("/customers/{customer}/phones", access="customers.edit", body=PhoneIn, status=201, answer=MADE)
def add_phone(ask: Ask, body: PhoneIn, customer: int = ID) -> Any:
    return {"id": actions.add_phone(customer, NewPhone(**body.model_dump()), ask.actor, ask.now)}


@routes.delete("/phones/{phone}", access="customers.edit")
def remove_phone(ask: Ask, phone: int = ID) -> Any:
    """Take a number of a customer away."""
    actions.remove_phone(phone, ask.actor, ask.now)
    return DONE_ANSWER


@routes.get("/customers/{customer}/file", access="customers.see", answer=FILE)
def file(ask: Ask, customer: int = ID) -> Any:
    """The customer's file: what belongs to it, newest first; empty while it has not been made."""
    return filing.file_of(customer, ask.actor)


@routes.post("/customers/{customer}/file", access="customers.edit", status=201, answer=obj(number=WORD))
def make_file(ask: Ask, customer: int = ID) -> Any:
    """Make the file; one that is there stays as it is."""
    return {"number": actions.make_file(customer, ask.actor, ask.now)}


@routes.post("/customers/{customer}/special-days", access="customers.edit", body=SpecialDayIn, status=201, answer=MADE)
def add_special_day(ask: Ask, body: SpecialDayIn, customer: int = ID) -> Any:
    """A day to greet the customer on; the same name again moves it."""
    return {"id": actions.add_special_day(customer, body.name, body.day, body.lunar, ask.actor, ask.now)}


@routes.delete("/special-days/{day}", access="customers.edit")
def remove_special_day(ask: Ask, day: int = ID) -> Any:
    actions.remove_special_day(day, ask.actor, ask.now)
    return DONE_ANSWER


@routes.post("/customers/{customer}/addresses", access="customers.edit", body=AddressIn, status=201, answer=MADE)
def add_address(ask: Ask, body: AddressIn, customer: int = ID) -> Any:
    return {"id": actions.add_address(customer, NewAddress(**body.model_dump()), ask.actor, ask.now)}


@routes.delete("/addresses/{address}", access="customers.edit")
def remove_address(ask: Ask, address: int = ID) -> Any:
    """Take an address of a customer away."""
    actions.remove_address(address, ask.actor, ask.now)
    return DONE_ANSWER


@routes.put("/customers/{customer}/mark", access="customers.edit", body=Mark)
def mark(ask: Ask, body: Mark, customer: int = ID) -> Any:
    """Mark as "vip" or "blacklist" with a reason, or take the mark away with ""."""
    actions.mark(customer, body.mark, body.reason, ask.actor, ask.now)
    return DONE_ANSWER


@routes.post("/customers/{customer}/relations", access="customers.edit", body=Relation, status=201, answer=MADE)
def relate(ask: Ask, body: Relation, customer: int = ID) -> Any:
    return {"id": actions.relate(customer, body.other, body.word, ask.actor, ask.now)}


@routes.delete("/relations/{relation}", access="customers.edit")
def unrelate(ask: Ask, relation: int = ID) -> Any:
    actions.unrelate(relation, ask.actor, ask.now)
    return DONE_ANSWER


@routes.get("/customers/{customer}/merge/{other}", access="customers.merge", answer=listing(DIFFERENCE))
def merge_preview(ask: Ask, customer: int = ID, other: int = ID) -> Any:
    """What merging `other` into this customer would choose, field by field."""
    return {"items": actions.merge_preview(customer, other, ask.actor)}


@routes.post("/customers/{customer}/merge", access="customers.merge", body=Merge, answer=obj(merge=INT))
def merge(ask: Ask, body: Merge, customer: int = ID) -> Any:
    """Make `other` part of this customer; `merge` is what undoes it."""
    return {"merge": actions.merge(customer, body.other, body.choices, ask.actor, ask.now)}


@routes.post("/merges/{merge}/undo", access="customers.merge")
def undo_merge(ask: Ask, merge: int = ID) -> Any:
    """Two customers again, each with what it had."""
    actions.undo_merge(merge, ask.actor, ask.now)
    return DONE_ANSWER


@routes.post(
    "/customers/{customer}/reveal",
    access="customers.reveal",
    body=Reveal,
    answer=obj(text=maybe(WORD)),
    keeps_refusal=True,
    once_shown=("text",),
)
def reveal(ask: Ask, body: Reveal, customer: int = ID) -> Any:
    """One masked field in full, with a reason that is kept; a replay has null in its place."""
    text = actions.reveal(customer, body.what, body.item, body.reason, ask.actor, ask.now, ask.address)
    return {"text": text}


@routes.post("/customers/{customer}/erase", access="customers.erase", body=Reason, answer=obj(report=OBJECT))
def erase(ask: Ask, body: Reason, customer: int = ID) -> Any:
    """Erase what is personal of the customer and of all merged into it."""
    return {"report": actions.erase(customer, body.reason, ask.actor, ask.now)}
