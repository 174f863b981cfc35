"""The PostgreSQL beside the program: starts once, survives whoever started it, keeps its options, stops cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from aftercare.config import embedded, paths

START = """
import sys
from pathlib import Path
from aftercare.config.embedded import Server
print(Server(Path(sys.argv[1]), "secret").start(), flush=True)
import time
time.sleep(60)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[embedded.Server]:
    one = embedded.Server(tmp_path / "postgres", "secret", extra={"shared_buffers": "16MB"})
    yield one
    one.stop()


def starter(server: embedded.Server) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(paths.ROOT)}
    command = [sys.executable, "-c", START, str(server.data)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)


def show(server: embedded.Server, name: str) -> str:
    with psycopg.connect(**server.connection_parameters("postgres")) as connection:
        row = connection.execute(f"show {name}").fetchone()
    assert row is not None
    return str(row[0])


def test_the_server_survives_kill_9_of_whoever_started_it(server: embedded.Server) -> None:
    process = starter(server)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "True"
    with psycopg.connect(**server.connection_parameters("postgres"), autocommit=True) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('here')")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.2)
        assert connection.execute("select word from kept").fetchone() == ("here",)
    assert server.running()
    assert server.start() is False


def test_several_processes_may_start_it_at_once(server: embedded.Server) -> None:
    processes = [starter(server) for _ in range(3)]
    said = sorted(process.stdout.readline().strip() for process in processes if process.stdout)
    for process in processes:
        process.kill()
        process.wait()
    assert said == ["False", "False", "True"]


def test_a_restart_keeps_the_options_and_the_data_is_safe(server: embedded.Server) -> None:
    server.start()
    assert server.stop()
    assert not server.running()
    assert server.start()
    assert show(server, "shared_buffers") == "16MB"
    assert show(server, "jit") == "off"
    for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert show(server, name) == "on"
    left_open = psycopg.connect(**server.connection_parameters("postgres"))
    assert server.stop(), "an open connection must not hold up the stop"
    left_open.close()


def test_a_server_killed_outright_is_started_again(server: embedded.Server) -> None:
    server.start()
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert server.start()
    assert show(server, "jit") == "off"


def test_a_wrong_password_is_refused_and_nothing_listens_on_the_network(server: embedded.Server) -> None:
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**(server.connection_parameters("postgres") | {"password": "other"}))
    assert show(server, "listen_addresses") == ""


def test_a_folder_half_made_by_a_killed_start_is_no_obstacle(server: embedded.Server) -> None:
    half = server.data.with_name(f"{server.data.name}.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert server.start()
    assert not half.exists()
