"""The manual in words for paper: chapters, procedures with drawings, forms, figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from aftercare.cases import rule_queries
from aftercare.handbook.model import Field, Procedure
from aftercare.web.naming import Names, listed
from aftercare.web.shown.drawn import PAPER, Look, svg
from aftercare.web.shown.flow import Flow, stage_said
from aftercare.web.shown.manual import ClauseLine, Manual, Step, said_value
from aftercare.web.words import text_in

Json = Any
COLUMNS = 3  # a sheet of paper is narrower than a screen
MM = 0.235  # of a pixel: letters of 12 pixels become eight points


def paper(manual: Manual) -> dict[str, Json]:
    """The data of the printed manual, in the active language."""
    handbook = manual.handbook
    return {
        "title": text_in(handbook.name), "version": handbook.version, "hash": handbook.hash[:8],
        "chapters": [_chapter(number, title, lines) for number, title, lines in manual.clause_chapters],
        "procedures": [_procedure(manual, one) for one in manual.procedures],
        "forms": [
            {"name": text_in(one.name), "fields": [row for field in one.fields for row in _field(field)]}
            for one in handbook.forms.values()
        ],
        "figures": _figures(manual),
    }  # fmt: skip


def _chapter(number: str, title: str, lines: list[ClauseLine]) -> dict[str, Json]:
    return {
        "title": _("Chapter %(number)s %(title)s") % {"number": number, "title": title},
        "clauses": [
            {
                "id": line.clause.id, "text": text_in(line.clause.text), "carried": text_in(line.carried),
                "where": listed(name for _id, name in line.where), "kept": _kept(line),
            }
            for line in lines
        ],
    }  # fmt: skip


def _kept(line: ClauseLine) -> str:
    return "" if line.percent is None else _("kept %(p)s %%") % {"p": line.percent}


def _procedure(manual: Manual, procedure: Procedure) -> dict[str, Json]:
    flow = Flow(Names(manual.handbook, procedure, manual.house), columns=COLUMNS)
    starters = dict.fromkeys(flow.names.role(one) for start in procedure.starts for one in start.by)
    return {
        "name": text_in(procedure.name),
        "starts": _("opened by: %(who)s") % {"who": listed(starters)} if starters else "",
        "drawings": drawings(flow),
        "steps": [_step(n, step) for n, step in enumerate(manual.steps(procedure), 1)],
    }


def drawings(flow: Flow) -> list[dict[str, Json]]:
    """A picture per band: a long procedure runs over several pages. Signs are those that every font has."""
    look = Look(flow.look.title, "", stage=stage_said, style=PAPER)
    made = [svg(flow.drawing, look, n) for n in range(len(flow.drawing.bands))]
    width = round(flow.drawing.width * MM, 1)
    return [{"svg": one.replace("▸", "→").replace("◂", "←").replace("◆", "※"), "width": width} for one in made]


def _step(n: int, step: Step) -> dict[str, Json]:
    facts = [
        (_("Who"), step.who), (_("When"), step.opens), (_("Due"), step.due), (_("Form"), step.form),
        (_("Whose word"), "；".join(step.parties)), (_("Outcomes"), " · ".join(step.outcomes)),
        (_("Refused if"), "↓" if step.gates else ""),
    ]  # fmt: skip
    return {
        "name": f"{n}. {text_in(step.task.name)}", "clauses": [link[0] for link in step.clauses],
        "facts": [list(one) for one in facts if one[1]],
        "gates": [[said, [link[0] for link in clauses]] for said, clauses in step.gates],
    }  # fmt: skip


def _field(field: Field, inside: str = "") -> list[dict[str, Json]]:
    """The field, and of lines their columns below it."""
    required = field.required if isinstance(field.required, bool) else None
    about = [text_in(field.help) if field.help else "", " / ".join(text_in(one.name) for one in field.options[:12])]
    row = {
        "name": inside + text_in(field.name),
        "required": "" if required is False else _("yes") if required else _("by a condition"),
        "about": "　".join(filter(None, about)), "clauses": list(field.clauses),
    }  # fmt: skip
    return [row, *(one for column in field.columns for one in _field(column, "　· "))]


def _figures(manual: Manual) -> list[dict[str, Json]]:
    values, roles = rule_queries.figures(manual.handbook, []), manual.handbook.roles
    return [
        {
            "name": text_in(one.name), "value": said_value(one, values[one.id][None]),
            "role": text_in(roles[one.edit].name) if one.edit in roles else "", "clauses": list(one.clauses),
        }
        for one in manual.settings
    ]  # fmt: skip
