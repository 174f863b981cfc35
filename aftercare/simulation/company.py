"""The invented company of the demo: stores, people with a password, the handbook live, the dials turned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aftercare.cases.handbooks import load_handbook, turn_dial
from aftercare.handbook import load
from aftercare.people.actions import CompanySetup, NewPerson, NewStore, Role, add_person, set_password, set_up_company
from aftercare.people.actor import SYSTEM
from aftercare.people.models import Person, Store
from aftercare.simulation.orderbook import stores
from aftercare.texts import Text
from aftercare.values.pinyin import of_name

HANDBOOKS = Path(__file__).resolve().parent.parent.parent / "handbooks"
NAME = "安居家具"
WARNED = ("DP-05",)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way into the demo."""

    role: Text
    name: str
    sign_in: str


# role, sign-in, name; the role is held in the whole company
COMPANY_STAFF = (
    ("general_manager", "boss", "赵立新"),
    ("service_manager", "service", "刘洋"),
    ("finance", "finance", "孙丽"),
    ("warehouse", "warehouse", "何平"),
)


def found(now: datetime, password: str) -> list[SignIn]:
    """Set up everything up to the first order; returns one sign-in per role. Done once: raises Conflict after."""
    plans = stores()
    administrator = NewPerson("admin", "方敏")
    new_stores = tuple(NewStore(one["code"], Text(**one["name"]), phone="0755-2600") for one in plans)
    set_up_company(CompanySetup(NAME, administrator, new_stores), now)
    handbook = load_handbook(SYSTEM, now, load(HANDBOOKS / "showroom").files)
    turn_dial(SYSTEM, now, handbook.id, "", "refuse", (now - timedelta(days=400)).date())
    ways = [SignIn(Text("管理员", "Administrator"), "方敏", "admin")]
    for role, sign_in, name in COMPANY_STAFF:
        add_person(NewPerson(sign_in, name, roles=(Role(role),)), SYSTEM, now)
        ways.append(SignIn(handbook.roles[role].name, name, sign_in))
    for plan in plans:
        ways += _store_staff(plan, now, handbook.roles["sales"].name, handbook.roles["delivery_lead"].name)
    for person in Person.objects.order_by("pk"):
        set_password(person.pk, password, SYSTEM, now)
    seen: set[str] = set()
    return [way for way in ways if not (way.role.en in seen or seen.add(way.role.en))]


def _store_staff(plan: dict, now: datetime, sales: Text, lead: Text) -> list[SignIn]:  # type: ignore[type-arg]
    store = Store.objects.get(code=plan["code"]).pk
    ways = []
    for name in plan["sellers"]:
        sign_in = of_name(name).replace(" ", "")
        add_person(NewPerson(sign_in, name, roles=(Role("sales", store),)), SYSTEM, now)
        ways.append(SignIn(sales, name, sign_in))
    sign_in = f"delivery-{plan['code'].lower()}"
    add_person(
        NewPerson(
            sign_in,
            {"CD": "周军", "CX": "马超", "BJ": "丁磊"}.get(plan["code"], "周军"),
            roles=(Role("delivery_lead", store),),
        ),
        SYSTEM,
        now,
    )
    return [*ways, SignIn(lead, plan["code"], sign_in)]
