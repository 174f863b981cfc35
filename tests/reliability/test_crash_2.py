"""crash-2 and crash-4: the worker is killed at every write of each kind of job; another ends it, each effect once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from aftercare.cases.clock import run_due
from aftercare.cases.models import Deadline, Event
from aftercare.config import backups
from aftercare.documents.models import Document, Rendering
from aftercare.documents.press import render_due
from aftercare.messages import channels
from aftercare.messages.actions import queue, send_due
from aftercare.messages.digest import send_digest
from aftercare.messages.models import Notice, Outbound
from tests.reliability.killing import forked
from tests.reliability.served import work_once
from tests.reliability.stage import ills, set_clock
from tests.showroom import NOW, Showroom

DAY = timedelta(days=1)
RESUMED = timedelta(minutes=2)  # a dead worker's jobs go on after at most this


def killed_everywhere(job: Callable[[datetime], object], at: datetime, every: bool) -> int:
    """Kill the job at step 1, 2, ... each time anew, until it comes through. Returns how often it was killed."""

    def work() -> object:
        job(at)
        return True

    for n in range(1, 400):
        if not forked(work, n, every=every).killed:
            return n - 1
    raise AssertionError("the job never came through")


def test_crash_2_deadlines(shop: Showroom, full: bool) -> None:
    story = shop.open()
    story.issue()
    at = NOW + 3 * DAY
    assert killed_everywhere(run_due, at, full) > 5
    while run_due(at).fired:
        pass
    assert not Deadline.objects.filter(fired_at=None, at__lte=at).exists()
    fired = Event.objects.filter(case_id=story.id, kind__in=["deadline_missed", "warned", "escalated"])
    once = Counter((event.data["element"], event.data["level"], event.data["round"]) for event in fired)
    assert len(once) > 5 and set(once.values()) == {1}
    assert set(Counter(Notice.objects.values_list("person_id", "once")).values()) == {1}
    assert ills(at) == []


def test_crash_2_papers(shop: Showroom, full: bool) -> None:
    shop.open().issue()
    assert killed_everywhere(render_due, NOW, full) >= 3
    render_due(NOW)
    document = Document.objects.get()
    assert document.rendered_at == NOW and document.render_tries == 0
    assert Rendering.objects.filter(document=document).count() == 1
    assert ills() == []


@pytest.mark.parametrize("point", ["file.beside", "file.kept", "paper.rendered"])
def test_crash_2_a_file_without_a_row_or_half_written(shop: Showroom, point: str) -> None:
    shop.open().issue()
    assert forked(lambda: render_due(NOW), fault=f"{point}:die").killed
    assert not Rendering.objects.exists(), "the row comes after its file, and they stay together"
    assert render_due(NOW) == 1
    assert Rendering.objects.count() == 1
    assert ills() == []


def test_crash_2_the_digest(shop: Showroom, full: bool) -> None:
    shop.open().issue()
    killed_everywhere(send_digest, NOW, full)
    send_digest(NOW)
    told = Counter(Notice.objects.filter(kind="digest").values_list("person_id", flat=True))
    assert told and set(told.values()) == {1}


@pytest.mark.parametrize("point", ["backup.dumped", "backup.whole", "backup.placed"])
def test_crash_2_the_nightly_backup(
    shop: Showroom, point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aftercare.cli.worker import back_up_when_due

    monkeypatch.setenv("AFTERCARE_BACKUPS", str(tmp_path / "shelf"))
    assert forked(lambda: back_up_when_due(NOW), fault=f"{point}:die").killed
    backups._listed.cache_clear()
    assert len(backups.list_backups()) == (1 if point == "backup.placed" else 0), "half a backup is none"
    back_up_when_due(NOW)
    backups._listed.cache_clear()
    (made,) = backups.list_backups()
    backups.check(made.folder)


class Sink:
    """A service on loopback that takes messages and remembers them."""

    def __init__(self) -> None:
        taken: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                taken.append(str(said["message"]))  # accepted from here on, whoever dies
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.taken, self.server = taken, ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}"


def by_hand(message: str, recipient: str, body: str) -> None:
    """A channel without threads of its own, which a forked process would lack."""
    port = int(recipient.rsplit(":", 1)[1])
    client = HTTPConnection("127.0.0.1", port, timeout=5)
    client.request("POST", "/", json.dumps({"message": f"{body}\n[{message}]"}))
    assert client.getresponse().status == 200


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setitem(channels.CHANNELS, "by hand", by_hand)
    one = Sink()
    yield one
    one.server.shutdown()


def message(sink: Sink, case: int | None = None, channel: str = "by hand") -> Outbound:
    return queue(NOW, channel_name=channel, recipient=sink.address, message="news", body="您的订单已到货", case=case)


@pytest.mark.parametrize(
    ("point", "delivered", "state"),
    [("message.claimed", 1, "uncertain"), ("message.sent", 2, "uncertain"), ("message.noted", 1, "sent")],
)
def test_crash_4_a_message_keeps_its_id(shop: Showroom, sink: Sink, point: str, delivered: int, state: str) -> None:
    row = message(sink)
    assert forked(lambda: send_due(NOW), fault=f"{point}:die").killed
    send_due(NOW + timedelta(seconds=30))
    send_due(NOW + RESUMED)
    row.refresh_from_db()
    assert len(sink.taken) == delivered
    assert all(f"[{row.id}]" in taken for taken in sink.taken), "the same id each time"
    assert row.state == state, "sent or uncertain, never silence"


def test_crash_4_killed_at_every_write_of_sending(shop: Showroom, sink: Sink, full: bool) -> None:
    for n in range(1, 100):
        row, before = message(sink), len(sink.taken)
        killed = forked(lambda: send_due(NOW), n, every=full).killed
        send_due(NOW + RESUMED)
        row.refresh_from_db()
        deliveries = sink.taken[before:]
        assert 1 <= len(deliveries) <= 2 and all(f"[{row.id}]" in taken for taken in deliveries)
        assert row.state in ("sent", "uncertain")
        if not killed:
            break
    assert n > 4


def test_crash_2_the_worker_itself(shop: Showroom, tmp_path: Path, sink: Sink) -> None:
    """`aftercare worker` is killed between firing and telling; the next one ends everything."""
    story = shop.open()
    story.issue()
    row = message(sink, story.id, "apprise")
    at = NOW + DAY
    set_clock(tmp_path, at)
    assert work_once(tmp_path, "timer.committed:die:3") == -9
    assert Deadline.objects.filter(fired_at=at).count() == 3
    assert work_once(tmp_path) == 0
    assert not Deadline.objects.filter(fired_at=None, at__lte=at).exists()
    row.refresh_from_db()
    assert (row.state, len(sink.taken)) == ("sent", 1)
    assert Document.objects.filter(rendered_at=None).count() == 0
    assert ills(at) == []
