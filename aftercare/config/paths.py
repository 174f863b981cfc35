"""Where things lie: the source tree and the one folder that is written to."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def var() -> Path:
    """The folder of everything that is written (database, files, backups); AFTERCARE_VAR moves it."""
    folder = Path(os.environ.get("AFTERCARE_VAR") or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def files() -> Path:
    """Uploaded files and rendered papers."""
    return _made(var() / "files")


def backups() -> Path:
    """Backups, one folder each; AFTERCARE_BACKUPS moves them, best to another disk."""
    elsewhere = os.environ.get("AFTERCARE_BACKUPS")
    return _made(Path(elsewhere) if elsewhere else var() / "backups")


def secret(name: str) -> str:
    """A random secret kept in var/, made when first asked for. Several processes may ask at once."""
    path = var() / name
    try:
        handle = os.open(path.with_suffix(f".{os.getpid()}"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        if not path.exists():
            os.write(handle, secrets.token_urlsafe(48).encode())
            os.fsync(handle)
            os.link(path.with_suffix(f".{os.getpid()}"), path)
    except FileExistsError:
        pass
    finally:
        os.close(handle)
        path.with_suffix(f".{os.getpid()}").unlink(missing_ok=True)
    return path.read_text().strip()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
