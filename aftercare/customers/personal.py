"""Which fields of customers are personal, and how they are masked where they may not be seen. Complete: a test asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """`mask`: phone (138****1234), address (district***), birthday (1980-**-**), hidden (nothing), shown (no mask).

    `shown` fields are personal, hence erased and exported on request, but visible to whoever may see the customer.
    """

    mask: str


PERSONAL: dict[str, Personal] = {
    "Customer.full_name": Personal("shown"),
    "Customer.pinyin": Personal("shown"),
    "Customer.initials": Personal("shown"),
    "Customer.gender": Personal("shown"),
    "Customer.birthday": Personal("birthday"),
    "Customer.birthday_lunar": Personal("shown"),
    "Customer.mark": Personal("shown"),
    "Customer.mark_reason": Personal("shown"),
    "Customer.notes": Personal("shown"),
    "Customer.consent": Personal("shown"),
    "SpecialDay.name": Personal("shown"),
    "SpecialDay.day": Personal("shown"),
    "Change.old": Personal("hidden"),
    "Change.new": Personal("hidden"),
    "Contact.about": Personal("shown"),
    "Contact.answer": Personal("shown"),
    "Contact.note": Personal("shown"),
    "Phone.typed": Personal("phone"),
    "Phone.e164": Personal("phone"),
    "Phone.digits": Personal("phone"),
    "Phone.tail4": Personal("shown"),
    "Phone.label": Personal("shown"),
    "Address.text": Personal("address"),
    "Address.province": Personal("shown"),
    "Address.city": Personal("shown"),
    "Address.district": Personal("shown"),
    "Address.street": Personal("hidden"),
    "Address.building": Personal("hidden"),
    "Address.door": Personal("hidden"),
    "Address.label": Personal("shown"),
    "Relation.word": Personal("shown"),
    "SearchEntry.grams": Personal("hidden"),
    "SearchEntry.plain": Personal("hidden"),
    "SearchEntry.coded": Personal("hidden"),
    "SearchEntry.digits": Personal("hidden"),
    "MergeRecord.before": Personal("hidden"),
    "MergeRecord.after": Personal("hidden"),
}
NOT_PERSONAL = frozenset(
    {
        "Customer.kind", "Customer.changed_by_name", "Customer.file_number", "MergeRecord.moved", "MergeRecord.effects",
        "Change.field", "Change.by_name", "Change.source", "Contact.kind", "Contact.channel", "Contact.by_name",
        "Contact.source",
    }
)  # fmt: skip
