"""The API as a whole: its nouns, and what every error becomes. No error shows a trace; each carries an id."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from aftercare.api import (
    audit,
    calendar,
    cases,
    company,
    customers,
    day,
    documents,
    findings,
    handbooks,
    health,
    imports,
    keys,
    lists,
    measures,
    money,
    notices,
    orders,
    people,
    products,
    records,
    settings,
    stores,
    worksheets,
)
from aftercare.api.answers import log, refused
from aftercare.api.bodies import worded
from aftercare.api.edge import begin
from aftercare.errors import Fault, NotFound, OutsideFailure, Refused

NOUNS = (
    keys, day, cases, customers, orders, products, money, findings, documents, records, people, stores, company,
    settings, handbooks, notices, imports, audit, health, worksheets, calendar, lists,
    measures,
)  # fmt: skip

api = NinjaAPI(
    title="Aftercare",
    version="1",
    description="Money is whole fen, days are YYYY-MM-DD, moments are UTC. Unsafe calls need an Idempotency-Key.",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
)
for noun in NOUNS:
    api.add_router("", noun.routes.router)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return refused(error, begin(request).mark)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Faults of the address; `loc` begins with the kind of parameter."""
    faults = [worded({**one, "loc": one["loc"][1:]}) for one in error.errors]
    return refused(Refused(faults), begin(request).mark)


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return unknown(request)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    fault = Fault("request.wrong", "请求有误。", "The request is wrong.")
    return refused(Refused(fault, status=error.status_code), begin(request).mark)


@api.exception_handler(SuspiciousOperation)
def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return refused(
        Refused(Fault("request.wrong", "请求有误。", "The request is wrong."), status=400), begin(request).mark
    )


@api.exception_handler(DataError)
def _out_of_range(request: HttpRequest, error: DataError) -> HttpResponse:
    """A value no column can hold that no check of ours named: still the sender's, and nothing was written."""
    mark = begin(request).mark
    log.warning("%s value out of range at %s", mark, request.path, exc_info=error)
    return refused(Refused(Fault("request.range", "有数值超出范围。", "A value is out of range.")), mark)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
@api.exception_handler(OutsideFailure)
def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    mark = begin(request).mark
    log.error("%s cannot serve %s", mark, request.path, exc_info=error)
    zh, en = "系统暂时不可用，请稍后再试。", "Not available at this moment; try again shortly."
    return refused(Refused(Fault("system.away", zh, en), status=503), mark)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    mark = begin(request).mark
    log.error("%s broke %s", mark, request.path, exc_info=error)
    zh = f"系统出错，未作任何更改。请报告编号 {mark}。"
    en = f"This is our fault; nothing was changed. Report the number {mark}."
    return refused(Refused(Fault("system.broken", zh, en), status=500), mark)


def unknown(request: HttpRequest, **_: Any) -> HttpResponse:
    """Any other address under /api/."""
    fault = Fault("request.no_such_address", "没有这个地址。", "There is no such address.")
    return refused(NotFound(fault), begin(request).mark)
