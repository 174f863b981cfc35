"""What the worker does for imports: carries out the runs that people have asked for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError
from django.db.models import BooleanField, ExpressionWrapper, Q

from aftercare.errors import JSON, Conflict, Refused
from aftercare.imports.actions import carry_out
from aftercare.imports.models import ImportRun
from aftercare.orders.adopting import open_imported
from aftercare.people.actor import SYSTEM, Actor
from aftercare.people.queries import actor_for

ZONE = ZoneInfo("Asia/Shanghai")
FORGOTTEN = {"zh": "原文件已删除，请重新导入。", "en": "The file is gone; import it again."}
BROKEN = {
    "zh": "程序出错，导入中断；已加入的内容保留，重新导入同一文件即可补齐。",
    "en": "Our fault: the import broke off. What was added stays; importing the same file again adds the rest.",
}
log = logging.getLogger(__name__)


def run_waiting(now: datetime) -> int:
    """Carry out the oldest run that was asked for and that no other worker has in hand. Returns how many that were.

    A run whose worker was killed is taken up again: what was added is known by then.
    """
    gone = ExpressionWrapper(Q(data=None), output_field=BooleanField())
    waiting = ImportRun.objects.filter(status=ImportRun.RUNNING).order_by("id")
    for run, by, whole, forgotten in waiting.annotate(gone=gone).values_list("pk", "by", "whole", "gone"):
        if forgotten:
            _fail(run, FORGOTTEN, now)
        elif _carried_out(run, by, whole, now):
            return 1
    return 0


def open_case_of(order: int, adopt: Mapping[str, JSON] | None, actor: Actor, now: datetime) -> object:
    """The right to import is enough: which role opens cases or takes them over is not asked for an order book."""
    return open_imported(order, adopt, SYSTEM, now)


def _carried_out(run: int, by: int, whole: bool, now: datetime) -> bool:
    try:
        carry_out(run, actor_for(by, now), now, now.astimezone(ZONE).date(), whole=whole, open_case=open_case_of)
    except Conflict:
        return False
    except Refused as refusal:
        log.info("import %s refused: %s", run, refusal.faults[0].code)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("import %s broke off", run)
        _fail(run, BROKEN, now)
    return True


def _fail(run: int, error: dict[str, str], now: datetime) -> None:
    ImportRun.objects.filter(pk=run, status=ImportRun.RUNNING).update(
        status=ImportRun.FAILED, error=error, ended_at=now
    )
