"""The limit over HTTP: the statements of `limit` behind a bare WSGI function, on the server that ships here."""

from __future__ import annotations

import json
import os
import pickle
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from bench import limit

_mine = threading.local()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    if environ["REQUEST_METHOD"] == "POST":
        sent = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
        answer: Any = {"case": _hand().open()} if environ["PATH_INFO"] == "/open" else _hand().advance(sent["case"])
    else:
        db = _hand().db
        match environ["PATH_INFO"]:
            case "/queue":
                answer = limit.queue(db, int(query["person"]))
            case "/case":
                answer = limit.case(db, int(query["case"]))
            case "/search":
                answer = limit.search(db, query["q"])
            case _:
                answer = "ok"
    body = json.dumps(answer, ensure_ascii=False, default=str).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _hand() -> limit.Hand:
    """A connection for each thread, as the product has it."""
    if not hasattr(_mine, "hand"):
        dsn, what = pickle.loads(Path(os.environ["BENCH_LIMIT"]).read_bytes())
        _mine.hand = limit.Hand(limit.connect(dsn), what)
    return _mine.hand  # type: ignore[no-any-return]
