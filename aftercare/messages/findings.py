"""Who hears of a finding: the person concerned at once, those who manage the store when it is appealed against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aftercare.cases.models import FindingRow
from aftercare.cases.registry import EffectContext, listen
from aftercare.engine import Event, State
from aftercare.handbook.model import Handbook, Procedure
from aftercare.messages.actions import notify
from aftercare.people.queries import who_may

ANSWERED = {"finding_upheld": ("维持", "upheld"), "finding_dropped": ("撤销", "dropped")}


def on_events(context: EffectContext, procedure: Procedure, state: State, events: Sequence[Event]) -> None:
    for seq, event in enumerate(events, context.seq):
        person = event.data.get("person")
        if event.kind == "finding" and person:
            _tell(context, [person], seq, "made", *_made(context.handbook, str(event.data.get("clause") or "")))
        elif event.kind == "finding_appealed":
            zh, en = "有人对问责提出申诉，请处理", "Somebody appeals against a finding; please answer"
            _tell(context, who_may("cases.manage", context.store, context.now) - {person}, seq, "appealed", zh, en)
        elif event.kind in ANSWERED and person:
            zh, en = ANSWERED[event.kind]
            _tell(context, [person], seq, "answered", f"您的申诉已处理：{zh}", f"Your appeal was answered: {en}")


def _made(handbook: Handbook, cited: str) -> tuple[str, str]:
    """What the clause asks, before anything else: a notice teaches."""
    clause = handbook.clauses.get(cited.split(",")[0])
    if clause is None:
        return "登记了一条与您有关的问责", "A finding concerning you was registered"
    return (
        f"登记了一条与您有关的问责。规定是：{clause.text.zh}",
        f"A finding concerning you was registered. The rule is: {clause.text.en}",
    )


def _tell(context: EffectContext, people: Iterable[int], seq: int, what: str, zh: str, en: str) -> None:
    """`seq`: number of the event; of a turn of a finding the link goes to the list."""
    row = FindingRow.objects.filter(case_id=context.case, seq=seq).values_list("pk", flat=True).first()
    link = f"/findings/{row}/" if row else "/findings/"
    text = {"zh": f"{context.number} {zh}", "en": f"{context.number}: {en}"}
    notify(people, "told", text, context.now, case=context.case, link=link, once=f"finding:{context.case}:{seq}:{what}")


def register() -> None:
    listen(on_events)
