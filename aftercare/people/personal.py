"""Which fields of staff are personal, and how they are masked for those who may not see them. Complete: a test asks."""

from __future__ import annotations

# Field -> mask: phone, hidden (secrets too), shown (personal, but needed to work together).
PERSONAL: dict[str, str] = {
    "Person.sign_in": "shown",
    "Person.password": "hidden",
    "Person.full_name": "shown",
    "Person.pinyin": "shown",
    "Person.phone": "phone",
    "StandIn.reason": "shown",
    "ShiftSwap.reason": "shown",
    "SignInTry.sign_in": "hidden",
    "Token.sha256": "hidden",
    "Token.name": "shown",
    "Invitation.sha256": "hidden",
}
NOT_PERSONAL = frozenset({
    "Person.language", "Person.theme", "Company.name", "Company.logo_type", "Company.settings", "Store.code",
    "Store.name", "Store.kind", "Store.address", "Store.phone", "Store.calendar", "Membership.role", "StandIn.role",
    "ClosingDay.reason", "Permission.role", "Permission.action", "Permission.scope", "RoleName.role",
    "RoleName.name", "Token.scopes", "Invitation.purpose",
})  # fmt: skip
