"""Declaring operations: one line says method, path, right, body and answer; the rest follows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from aftercare.api import bodies
from aftercare.api.answers import dumps, ready
from aftercare.api.edge import SAFE, Ask, Door, begin
from aftercare.api.once import once
from aftercare.api.shapes import DONE, Shape
from aftercare.errors import Refused

ID: Any = Path(..., ge=1, le=bodies.LARGEST_ID)
MAYBE_ID: Any = Query(None, ge=1, le=bodies.LARGEST_ID)
LIMIT: Any = Query(50, ge=1, le=200)
CURSOR: Any = Query("", max_length=500)
TEXT: Any = Query("", max_length=300)
DONE_ANSWER: Mapping[str, bool] = {"done": True}
Work = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the OpenAPI text and the tests read of an operation."""

    method: str
    path: str
    access: str
    answer: Shape
    status: int
    body: type[bodies.Body] | None
    content_type: str
    once: bool
    keeps_refusal: bool
    once_shown: tuple[str, ...]


DECLARED: dict[tuple[str, str], Declared] = {}


class Routes:
    """The operations of one noun."""

    def __init__(self, tag: str) -> None:
        self.tag, self.router = tag, Router(tags=[tag])

    def get(
        self, path: str, *, access: str, answer: Shape, content_type: str = "application/json"
    ) -> Callable[..., Work]:
        return self._declare("GET", path, access, answer, content_type=content_type)

    def post(self, path: str, *, access: str, body: type[bodies.Body] | None = bodies.Nothing, **more: Any) -> Any:
        return self._declare("POST", path, access, more.pop("answer", DONE), body, **more)

    def put(self, path: str, *, access: str, body: type[bodies.Body], **more: Any) -> Any:
        return self._declare("PUT", path, access, more.pop("answer", DONE), body, **more)

    def patch(self, path: str, *, access: str, body: type[bodies.Body], **more: Any) -> Any:
        return self._declare("PATCH", path, access, more.pop("answer", DONE), body, **more)

    def delete(self, path: str, *, access: str, **more: Any) -> Any:
        return self._declare("DELETE", path, access, more.pop("answer", DONE), bodies.Nothing, **more)

    def _declare(
        self,
        method: str,
        path: str,
        access: str,
        answer: Shape,
        body: type[bodies.Body] | None = None,
        *,
        status: int = 200,
        content_type: str = "application/json",
        once: bool = True,
        keeps_refusal: bool = False,
        once_shown: tuple[str, ...] = (),
    ) -> Callable[[Work], Work]:
        declared = Declared(
            method,
            path,
            access,
            answer,
            status,
            body,
            content_type,
            once and method not in SAFE,
            keeps_refusal,
            once_shown,
        )

        def register(work: Work) -> Work:
            if (method, path) in DECLARED:
                raise ValueError(f"declared twice: {method} {path}")
            DECLARED[method, path] = declared
            view = _view(work, declared)
            name = f"{self.tag}_{work.__name__}"
            self.router.api_operation([method], path, auth=[Door(access)], operation_id=name)(view)
            return work

        return register


def _view(work: Work, declared: Declared) -> Callable[..., HttpResponse]:
    """What ninja sees: the same parameters, with the request in place of `ask`, and without the body."""

    def view(request: HttpRequest, **values: Any) -> HttpResponse:
        bodies.check_texts(values)
        return _answered(begin(request), declared, work, values)

    signature = inspect.signature(work, eval_str=True)
    kept = [one for name, one in signature.parameters.items() if name not in ("ask", "body")]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    view.__signature__ = inspect.Signature([request, *kept])  # type: ignore[attr-defined]
    view.__name__, view.__doc__, view.__module__ = work.__name__, work.__doc__, work.__module__
    return view


def _answered(ask: Ask, declared: Declared, work: Work, values: dict[str, Any]) -> HttpResponse:
    content = b""
    if declared.content_type == "multipart/form-data":
        content = _digest_of_upload(ask.request)
    elif declared.body is not None:
        content = bodies.raw(ask.request)
        values["body"] = bodies.read(declared.body, content) if declared.body is not bodies.Nothing else None
        if declared.body is bodies.Nothing:
            bodies.read(declared.body, content)
            del values["body"]
    job = partial(work, ask, **values)
    if declared.once:
        more = {"keeps_refusal": declared.keeps_refusal, "once_shown": declared.once_shown}
        return once(ask, content, job, declared.status, **more)  # type: ignore[arg-type]
    answer = job()
    return answer if isinstance(answer, HttpResponse) else ready(dumps(answer), declared.status)


def _digest_of_upload(request: HttpRequest) -> bytes:
    """What the key of an upload stands for: fields and bytes of the file, not the borders between them."""
    try:
        upload = request.FILES.get("file")
        fields = sorted(request.POST.items())
    except Exception as error:  # Django raises several kinds for a damaged upload
        raise Refused.because("request.upload", "上传内容损坏。", "The upload is damaged.", field="file") from error
    content = upload.read() if upload else b""
    if upload:
        upload.seek(0)
    return dumps(fields) + b"\x00" + content
