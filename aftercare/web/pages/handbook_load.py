"""A new version of a handbook by page: files in, faults with their places, what changes, and only then into force."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.cases.candidates import PARTS, put_in_force, try_handbook
from aftercare.errors import Refused
from aftercare.handbook.faults import place
from aftercare.handbook.folder import MAX_FILES, MAX_TOTAL, SUFFIXES
from aftercare.web import frame
from aftercare.web.access import route
from aftercare.web.once import once

ROOM = "handbook"


def load(request: Any) -> HttpResponse:
    """The files are checked and compared; nothing is in force until it is confirmed."""
    if request.method != "POST":
        return frame.page(request, "handbook/load.html", room=ROOM)
    try:
        candidate = try_handbook(request.actor, request.now, files_of(request.FILES.getlist("files")))
    except Refused as refusal:
        if refusal.status != 422:
            raise
        faults = [(place(one), one) for one in refusal.faults]
        return frame.page(request, "handbook/load.html", {"faults_at": faults}, room=ROOM, status=422)
    changes = [(PARTS[part], *three) for part, three in candidate.changes.items()]
    context = {
        "candidate": candidate,
        "changes": changes,
        "warnings_at": [(place(one), one) for one in candidate.warnings],
    }
    return frame.page(request, "handbook/candidate.html", context, room=ROOM)


def confirm(request: Any) -> HttpResponse:
    def save() -> str:
        put_in_force(request.actor, request.now, request.POST.get("hash", "")[:64])
        return reverse("handbook")

    return once(request, save, _("The new version is in force. Running cases keep the one they began with."))


def files_of(uploads: list[Any]) -> dict[str, str]:
    """name -> text of a zip or of several files; a single folder around everything is taken off."""
    if not uploads:
        raise Refused.because("load.files", "请选择手册文件。", "Choose the files of the handbook.", field="files")
    found: dict[str, bytes] = {}
    for upload in uploads:
        content = upload.read(MAX_TOTAL + 1)
        found |= _unpacked(content) if upload.name.lower().endswith(".zip") else {_folder(upload.name): content}
    return {name: _text(name, content) for name, content in _without_root(found).items()}


def _unpacked(content: bytes) -> dict[str, bytes]:
    """What a zip holds, within limits: a small file may unpack to a huge one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [one for one in archive.infolist() if _is_wanted(one.filename)]
            if len(wanted) > MAX_FILES or sum(one.file_size for one in wanted) > MAX_TOTAL:
                raise Refused.because("load.size", "手册太大。", "The handbook is too large.", field="files")
            found = {}
            for one in wanted:
                with archive.open(one) as inner:
                    found[one.filename.replace("\\", "/")] = inner.read(MAX_TOTAL + 1)
            return found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise Refused.because("load.zip", "压缩包无法打开。", "The zip cannot be opened.", field="files") from None


def _is_wanted(name: str) -> bool:
    plain = name.replace("\\", "/")
    parts = plain.split("/")
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return plain.endswith(SUFFIXES) and not hidden and ".." not in parts and not plain.startswith("/")


def _folder(name: str) -> str:
    """Single files tell no folder: the handbook's own file and clauses stand at the top, a template with the papers."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return f"documents/{last}" if last.endswith(".typ") else last


def _without_root(found: dict[str, bytes]) -> dict[str, bytes]:
    if "handbook.yaml" in found or not found:
        return found
    roots = {name.split("/")[0] for name in found}
    root = next(iter(roots))
    if len(roots) == 1 and f"{root}/handbook.yaml" in found:
        return {name[len(root) + 1 :]: content for name, content in found.items()}
    return found


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        zh, en = f"{name}：文件不是 UTF-8 编码。", f"{name}: the file is not UTF-8."
        raise Refused.because("load.encoding", zh, en, field="files", data={"file": name}) from None


routes = [
    route("handbook/load/", load, access="handbook.load", name="load_handbook", post=True),
    route("handbook/load/confirm/", confirm, access="handbook.load", name="confirm_handbook", post=True, get=False),
]
