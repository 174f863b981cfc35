"""Uploads: pictures are made anew, PDF is kept, all else is refused and leaves nothing behind."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from aftercare.documents import files
from aftercare.documents.models import File
from aftercare.errors import NotFound, Refused
from tests.documents.papers import NOW, SALES

pytestmark = pytest.mark.django_db


def jpeg(**more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "JPEG", **more)
    return out.getvalue()


def gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0)}
    exif[0x010F] = "SECRET CAMERA"
    return exif


def bomb() -> bytes:
    """The head of a PNG of 30,000 by 30,000 pixels."""
    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def test_a_photo_is_kept_upright_without_place_or_camera() -> None:
    row = files.accept(jpeg(exif=gps()), "现场.jpg", SALES, NOW, case_id=3)
    content = files.read_bytes(row.sha256)
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (20, 40) and not kept.getexif()
    assert b"SECRET" not in content and (row.type, row.name, row.case_id) == ("image/jpeg", "现场.jpg", 3)


def test_what_follows_a_picture_is_not_kept() -> None:
    row = files.accept(jpeg() + b"<script>alert(1)</script>", "a.jpg", SALES, NOW)
    assert b"script" not in files.read_bytes(row.sha256)


def test_a_pdf_is_kept_as_it_is() -> None:
    row = files.accept(b"%PDF-1.7 anything", "合同.pdf", SALES, NOW)
    assert row.type == "application/pdf" and files.read_bytes(row.sha256) == b"%PDF-1.7 anything"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"PK\x03\x04zip",
        jpeg()[:300],
        bomb(),
        b"GIF89a" + b"\x00" * 50,
        b"\x00" * (files.MAX_BYTES + 1),
        b"<html>",
    ],
)
def test_everything_else_is_refused_with_a_reason_and_nothing_stored(content: bytes, settings: Any) -> None:
    with pytest.raises(Refused) as refused:
        files.accept(content, "x", SALES, NOW)
    assert refused.value.faults[0].zh and refused.value.faults[0].field == "file"
    assert not File.objects.exists() and not [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        ".htaccess",
        "a\u202egpj.exe",
        "CON\x00.txt",
        "好" * 300 + ".jpg",
        "-rf",
        "",
        "a\nb",
        "C:\\x\\y.jpg",
        "\u200b",
    ],
)
def test_names_are_made_harmless(name: str) -> None:
    made = files.harmless_name(name)
    assert made and len(made) <= 120 and made[0] not in ".-" and not set(made) & set("/\\\n\x00\u202e\u200b")


def test_the_same_bytes_are_stored_once_under_their_hash(settings: Any) -> None:
    first, second = files.keep_bytes(b"same"), files.keep_bytes(b"same")
    assert first == second and files.sound(first)
    assert len([path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]) == 1


def test_bytes_are_on_disk_before_the_row_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = files.os.fsync
    monkeypatch.setattr(files.os, "fsync", lambda handle: (order.append("fsync"), real(handle)))
    create = File.objects.create
    monkeypatch.setattr(File.objects, "create", lambda **values: (order.append("row"), create(**values))[1])
    files.accept(jpeg(), "a.jpg", SALES, NOW)
    assert order == ["fsync"] * 4 + ["row"]


def test_damage_and_loss_are_seen() -> None:
    sha256 = files.keep_bytes(b"content")
    files.place(sha256).write_bytes(b"c0ntent")
    assert not files.sound(sha256)
    files.place(sha256).unlink()
    assert not files.sound(sha256)
    with pytest.raises(NotFound):
        files.read_bytes(sha256)


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_a_hash_leads_to_a_file(wrong: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        files.place(wrong)
