"""Findings: what was found against whom, and what the table of the handbook makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from aftercare import calendar as working_time
from aftercare.engine.judge import Judge
from aftercare.engine.persons import persons_in
from aftercare.engine.rules import first_row
from aftercare.engine.types import Json, Refuse, moment
from aftercare.errors import Fault
from aftercare.handbook.conditions import UNKNOWN, Condition
from aftercare.handbook.duration import Duration
from aftercare.handbook.model import Rule, RuleRow

NOTHING = "none"  # `then: none`: the table says that this is no finding
OWN = ("person", "people", "amount")  # given facts with a place of their own
PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}


def find(judge: Judge, params: Mapping[str, Json], clauses: Sequence[str], element: str) -> None:
    """Note a finding against each person concerned; rows of its rule read what the effect gives as `finding.`.

    Without a row that holds, the finding stands without a consequence and a person must look at it.
    """
    rule = judge.world.handbook.rules[params["rule"]]
    given: Mapping[str, Json] = params["with"]
    env = {**judge.env(), "finding": {"at": judge.at, "task": element, **given}}
    row = first_row(rule, env)
    if row is not None and row.refuse:
        zh, en = (row.reason.zh, row.reason.en) if row.reason else ("按规定不能办理", "The rule does not allow it")
        raise Refuse("decided", Fault("decided", zh, en, clause=",".join(row.clauses)))
    answer = _json(row.then, env) if row and row.then else None
    if answer == NOTHING:
        return
    values = _values(row.values, env) if row else {}
    amount, shares = values.pop("amount", given.get("amount")), values.pop("shares", None)
    people = _people(row, values, given)
    facts = {name: value for name, value in given.items() if name not in OWN and value is not None}
    private = {name: facts.pop(name) for name in params.get("private", ()) if name in facts}
    found = {
        "finding": rule.id, "shares": shares, "severe": values.pop("severe", None), "values": values,
        "element": element, "clause": ",".join((row.clauses if row else ()) or clauses), "open": row is None,
        "answer": answer, "facts": facts, "appeal_until": _appeal_until(judge, rule),
    }  # fmt: skip
    _against(judge, rule, {name: one for name, one in found.items() if one is not None}, people, amount, given, private)


def _against(
    judge: Judge,
    rule: Rule,
    found: Mapping[str, Json],
    people: Sequence[Json],
    amount: Json,
    given: Mapping[str, Json],
    private: Mapping[str, Json],
) -> None:
    """One event per person. `once_per` stops double counting: against all, or per person where it names the person."""
    told = {one.get("once") for one in judge.state["findings"] if one.get("state") != "dropped"}
    for person, part in zip(people or [None], parts(amount, len(people) or 1), strict=True):
        once = _once(judge, rule, {**given, "person": person})
        if once is not None and once in told:
            continue
        one = {**found, "person": person, "amount": part, "bears": _bears(part, found.get("shares")), "once": once}
        one = {name: value for name, value in one.items() if value is not None or name in ("person", "amount")}
        note(judge, {"facts": private}, **one)
        judge.effect("consequence", one)


def note(judge: Judge, personal: Mapping[str, Json] | None = None, /, **found: Json) -> None:
    """The event; it carries its own number, by which it can be appealed against."""
    told = personal if personal and any(personal.values()) else None
    judge.emit("finding", told, n=judge.state["seq"] + 1, **found)


def parts(amount: Json, n: int) -> list[Json]:
    """An amount in equal parts to the fen; what rounding leaves over goes to the first."""
    if isinstance(amount, bool) or not isinstance(amount, int | float | Fraction):
        return [amount] * n
    each, rest = divmod(round(amount), n)
    return [each + rest, *[each] * (n - 1)]


def _bears(part: Json, shares: Json) -> Json:
    """What the person bears of it, where the table shares it out."""
    if not isinstance(part, int) or not isinstance(shares, Mapping) or "person" not in shares:
        return None
    known = [Fraction(str(one)) for one in shares.values() if isinstance(one, int | float)]
    own = shares["person"]
    if not isinstance(own, int | float) or not sum(known):
        return None
    return round(part * Fraction(str(own)) / sum(known))


def _people(row: RuleRow | None, values: dict[str, Json], given: Mapping[str, Json]) -> list[Json]:
    """Whom the row names, even if nobody is known by that name yet; else whom the effect names."""
    if row is not None and {"person", "people"} & set(row.values):
        return persons_in(values.pop("people", None)) + persons_in(values.pop("person", None))
    return persons_in(given.get("people")) or persons_in(given.get("person"))


def _once(judge: Judge, rule: Rule, facts: Mapping[str, Json]) -> str | None:
    if not rule.once_per:
        return None
    local = judge.happened_at.astimezone(ZoneInfo(judge.world.calendar.zone))
    periods = {name: local.strftime(pattern) for name, pattern in PERIODS.items()}
    return "|".join([rule.id, *(str(facts.get(name, periods.get(name))) for name in rule.once_per)])


def _appeal_until(judge: Judge, rule: Rule) -> Json:
    within = judge.ask(rule.appeal) if rule.appeal is not None else None
    if not isinstance(within, Duration):
        return None
    return moment(working_time.after(judge.world.calendar, judge.now, within).at)


def _values(values: Mapping[str, Condition], env: Mapping[str, Json]) -> dict[str, Json]:
    """`shares.person` becomes {shares: {person: ...}}."""
    found: dict[str, Json] = {}
    for path, condition in values.items():
        root, _, name = path.partition(".")
        value = _json(condition, env)
        if name:
            found.setdefault(root, {})[name] = value
        else:
            found[root] = value
    return found


def _json(condition: Condition, env: Mapping[str, Json]) -> Json:
    value = condition.evaluate(env)
    return None if value is UNKNOWN else value
