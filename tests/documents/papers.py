"""An invented shop's papers, for the stories of this folder."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from pypdf import PdfReader

from aftercare.documents import actions, effects, templates
from aftercare.documents.models import Document
from aftercare.people.actor import SYSTEM, Actor
from aftercare.texts import Text

NOW = datetime(2026, 11, 21, 2, 35, tzinfo=UTC)
SALES = Actor(7, "陈小雨", rights=SYSTEM.rights)
FOLDER = Path(__file__).resolve().parents[2] / "handbooks" / "showroom" / "documents"
COPIES = (
    actions.CopyPlan(1, Text("第一联 财务", "Copy 1 finance"), "finance"),
    actions.CopyPlan(2, Text("第二联 客服", "Copy 2 service"), "service_manager"),
    actions.CopyPlan(3, Text("第三联 客户", "Copy 3 customer"), "customer"),
)


def plan(**changed: Any) -> actions.Plan:
    """A sales contract of store 1 in three copies."""
    name = changed.pop("template", "sales-contract.typ")
    values: dict[str, Any] = {
        "kind": "sales_contract",
        "title": Text("销售合同清单", "Sales contract list"),
        "pattern": "HT{yyyy}{mm}{dd}-{n:04}",
        "bundle": templates.gather(name, templates.folder_sources(FOLDER)),
        "copies": COPIES,
        "store": 1,
        "case": 31,
    }
    return actions.Plan(**values | changed)


def signature() -> dict[str, str]:
    out = io.BytesIO()
    Image.new("RGBA", (300, 110), (20, 20, 60, 255)).save(out, "PNG")
    return {"png": base64.b64encode(out.getvalue()).decode()}


def line(place: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "code": f"YS-{place:04}",
        "name": "三人位布艺沙发",
        "spec": "2.35×0.98 m",
        "colour": "雾灰",
        "quantity": 2,
        "unit": "套",
        "price": 689900,
        "amount": 1379800,
        "note": "左贵妃",
    } | changed


def contract(**changed: Any) -> dict[str, Any]:
    """The data of a contract with one line."""
    return {
        "company": {"name": "云杉家居"},
        "store": {"name": "城东店", "phone": "0571-5550 0182", "address": "望江路 1 号"},
        "signed_on": "2026-11-21",
        "customer": {"name": "王建国", "phones": ["138 0013 8000"], "address": "文澜路 88 号 12 幢 502 室"},
        "sales": {"name": "陈小雨", "phone": "139 0000 0001"},
        "lines": [line()],
        "total": 1379800,
        "deposit": 500000,
        "balance": 879800,
        "payment": {"way": "card"},
        "delivery": {"date": "2026-12-20", "agreed": [{"who": "客服主管", "name": "周明", "at": "2026-11-21 10:31"}]},
        "terms": ["余款送货前一日付清。"],
        "signatures": {"customer": {"name": "王建国", "at": "2026-11-21 10:08", "image": signature()}},
    } | changed


def issue(**changed: Any) -> Document:
    data = changed.pop("data", None) or contract()
    return actions.issue(plan(**changed), data, SALES, NOW)


def where(case: int = 31) -> effects.Where:
    return effects.Where(case, {"kind": "order", "id": 5}, 1, "CD")


def pdf(pages: list[bytes]) -> PdfReader:
    return PdfReader(io.BytesIO(pages[0]))


def words(text: str) -> str:
    """Text without any space or invisible break: what the eye reads in a row."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "\u200b\ufeff")


def millimetres(page: Any) -> tuple[float, float]:
    return round(float(page.mediabox.width) / 72 * 25.4, 1), round(float(page.mediabox.height) / 72 * 25.4, 1)
