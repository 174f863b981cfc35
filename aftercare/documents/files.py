"""Bytes kept under their hash, and uploads made harmless.

A file is written beside its place, flushed to disk, renamed, and its folder flushed, before any row names it.
"""

import hashlib
import io
import os
import tempfile
import unicodedata
import warnings
from datetime import datetime
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from aftercare import faults
from aftercare.documents.models import File
from aftercare.errors import Fault, NotFound, Refused
from aftercare.people.actor import Actor

MAX_BYTES = 20 * 1024**2
MAX_PIXELS = 25_000_000
IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_HEX = frozenset("0123456789abcdef")


def place(sha256: str) -> Path:
    """Where bytes of this hash lie."""
    if len(sha256) != 64 or not set(sha256) <= _HEX:
        raise ValueError(f"not a sha256: {sha256!r}")
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def keep_bytes(content: bytes) -> str:
    """Store bytes durably and return their sha256; the same bytes are stored once."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = place(sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as making:
        making.write(content)
        making.flush()
        os.fsync(making.fileno())
    faults.point("file.beside")
    Path(name).replace(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _flush(folder)
    faults.point("file.kept")
    return sha256


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_bytes(sha256: str) -> bytes:
    """The bytes of a hash; raises NotFound when they are gone."""
    try:
        return place(sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound(Fault("documents.file_gone", "文件不在存储中", "The file is not in the store")) from None


def sound(sha256: str) -> bool:
    """True when the bytes are there and still have their hash; reads in pieces."""
    try:
        with place(sha256).open("rb") as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


def harmless_name(name: str) -> str:
    """A name to show and offer: no path, no controls, no direction marks, at most 120 characters, never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*').strip(" .-")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[:110] or 'file'}.{ending}"
    return kept[:120] or "file"


def accept(
    content: bytes, name: str, actor: Actor, now: datetime, store: int | None = None, case_id: int | None = None
) -> File:
    """Take an upload: pictures are made anew without EXIF, PDF is kept for download only, all else is refused.

    Whether `actor` may add to this case or store is asked by the caller, who knows what the file belongs to.
    Raises Refused with the reason; then nothing is stored.
    """
    if len(content) > MAX_BYTES:
        raise _refuse("too_big", "文件超过 20 MB，请压缩后再传", "The file is over 20 MB; make it smaller")
    if content.startswith(b"%PDF-"):
        kept, kind = content, "application/pdf"
    else:
        kept, kind = _picture(content)
    sha256 = keep_bytes(kept)
    return File.objects.create(
        sha256=sha256,
        size=len(kept),
        type=kind,
        name=harmless_name(name),
        uploaded_by=actor.person,
        at=now,
        store_id=store,
        case_id=case_id,
    )


def _picture(content: bytes) -> tuple[bytes, str]:
    """Bytes of the same picture, drawn anew: upright, without metadata, first frame only."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(IMAGE_TYPES)) as given:
                if given.width * given.height > MAX_PIXELS:
                    raise _refuse(
                        "too_many_pixels",
                        "图片超过 2500 万像素，请缩小后再传",
                        "The picture has over 25 megapixels; make it smaller",
                    )
                kind = str(given.format)
                given.load()
                drawn = ImageOps.exif_transpose(given)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refuse(
            "type", "只收 JPEG、PNG、WebP 图片和 PDF 文件", "Only JPEG, PNG, WebP pictures and PDF files are taken"
        ) from None
    except (OSError, SyntaxError, ValueError):
        raise _refuse("broken", "图片已损坏，无法打开", "The picture is broken and cannot be opened") from None
    clean = Image.new(*_plain(drawn))
    clean.paste(drawn.convert(clean.mode))
    out = io.BytesIO()
    clean.save(out, kind, quality=88)
    return out.getvalue(), IMAGE_TYPES[kind]


def _plain(picture: Image.Image) -> tuple[str, tuple[int, int]]:
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return ("RGBA" if see_through and picture.format != "JPEG" else "RGB"), picture.size


def _refuse(code: str, zh: str, en: str) -> Refused:
    return Refused(Fault(f"documents.file_{code}", zh, en, field="file"))
