"""What a machine outside is told about health."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from aftercare import clock
from aftercare.config.models import Heartbeat


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_readyz_is_red_without_a_worker_and_green_with_one(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["ok"] is True
    assert answer.json()["checks"]["worker"]["ok"] is False
    now = clock.now()
    Heartbeat.objects.create(worker="w1", started_at=now, beat_at=now)
    assert client.get("/readyz").json()["checks"]["worker"]["ok"] is True
    Heartbeat.objects.update(beat_at=now - timedelta(minutes=5))
    assert client.get("/readyz").json()["checks"]["worker"]["ok"] is False
