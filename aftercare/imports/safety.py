"""Is this upload safe to open? Nothing is unpacked beyond its limits, whatever its table of contents claims."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from aftercare.errors import Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_PARTS = 2_000
EXPANSION = 30
_SMALL = 1024 * 1024  # below this size the ratio is reckoned from here: small files pack well
_CHUNK = 1024 * 1024
_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r=["']([A-Za-z]{1,4})(\d{1,9})["'][^<>]*(?<!/)>""")
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_DATE1904 = re.compile(rb"""date1904=["'](1|true)["']""", re.IGNORECASE)
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_size(data: bytes) -> None:
    """Raises Refused for an empty or too big upload."""
    if not data:
        raise Refused.because("import.empty", "文件是空的。", "The file is empty.")
    if len(data) > MOST_BYTES:
        raise Refused.because(
            "import.size", "文件超过 20 MB，请分成几个文件。", "The file is over 20 MB; split it into several."
        )


def kind_of(data: bytes) -> str:
    """ "xlsx", "xls" or "text" by content, whatever the name says. Raises Refused for what none of them is."""
    if data.startswith(ZIP):
        return "xlsx"
    if data.startswith(OLE):
        if _ENCRYPTED in data:
            raise password()
        return "xls"
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"%pdf", b"{\\rtf")):
        raise Refused.because(
            "import.kind", "这不是表格文件（可能是网页或文档改了名）。请用“另存为”存成 .xlsx 再导入。",
            "This is no spreadsheet (a web page or document renamed?). Save it as .xlsx and try again.",
        )  # fmt: skip
    return "text"


def check_workbook(data: bytes) -> bool:
    """Raises Refused for a bomb, a declared entity or too many cells; whether its dates count from 1904."""
    from_1904 = False
    budget = EXPANSION * max(len(data), _SMALL)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_parts(archive)
            for part in parts:
                text = _unpacked(data, part, budget)
                budget -= len(text)
                if part.filename.endswith((".xml", ".rels")):
                    _check_xml(text)
                if part.filename.startswith("xl/worksheets/"):
                    _check_cells(text, part.filename)
                if part.filename == "xl/workbook.xml":
                    from_1904 = bool(_DATE1904.search(text))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError) as error:
        raise damaged() from error
    return from_1904


def damaged() -> Refused:
    return Refused.because("import.damaged", "文件已损坏，打不开。", "The file is damaged and cannot be opened.")


def password() -> Refused:
    return Refused.because(
        "import.password", "文件有密码，请去掉密码再导入。", "The file has a password; remove it and try again."
    )


def too_many_rows(sheet: str) -> Refused:
    return Refused.because(
        "import.rows", f"工作表“{sheet}”超过 {MOST_ROWS} 行，请分成几个文件。",
        f"Sheet “{sheet}” has more than {MOST_ROWS} rows; split it into several files.", sheet=sheet,
    )  # fmt: skip


def _check_parts(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if len(archive.infolist()) > MOST_PARTS:
        raise _bomb()
    if "EncryptedPackage" in names:
        raise password()
    if "xl/workbook.xml" not in names:
        raise Refused.because("import.kind", "这不是 Excel 工作簿（.xlsx）。", "This is no Excel workbook (.xlsx).")


def _unpacked(data: bytes, part: zipfile.ZipInfo, budget: int) -> bytes:
    """The bytes of a part. Unpacked by us: the size written in the archive may lie."""
    head = data[part.header_offset : part.header_offset + 30]
    if len(head) < 30 or head[:4] != ZIP or part.flag_bits & 1:
        raise zipfile.BadZipFile(part.filename)
    start = part.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = data[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        return packed
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(part.filename)
    return b"".join(_inflated(packed, budget))


def _inflated(packed: bytes, budget: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-15)
    while packed and not unpacker.eof:
        chunk = unpacker.decompress(packed, _CHUNK)
        budget -= len(chunk)
        if budget < 0:
            raise _bomb()
        yield chunk
        packed = unpacker.unconsumed_tail


def _bomb() -> Refused:
    return Refused.because(
        "import.expansion", "文件解压后过大，拒绝打开。", "Unpacked, the file is far too big; it is not opened."
    )


def _check_xml(text: bytes) -> None:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or _DECLARED.search(text):
        raise Refused.because(
            "import.entities", "文件里有外部实体声明，拒绝打开。", "The file declares entities; it is not opened."
        )


def _check_cells(text: bytes, name: str) -> None:
    """A single cell in the last corner of a sheet would make the reader lay out the whole grid before it."""
    for column, row in _CELL.findall(text):
        if int(row) > MOST_ROWS + 20:
            raise too_many_rows(name.rsplit("/", 1)[-1].removesuffix(".xml"))
        if len(column) > 2 or (len(column) == 2 and column.upper() > b"GR"):
            raise Refused.because(
                "import.columns", f"工作表超过 {MOST_COLUMNS} 列。", f"A sheet has more than {MOST_COLUMNS} columns."
            )
