"""Files are opened within limits, whatever they claim to be."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from aftercare.errors import Refused
from aftercare.imports.columns import looks_like_header
from aftercare.imports.reading import column_letter, read


def workbook(rows: list[list[Any]], **options: Any) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd", **options})
    page = book.add_worksheet("表")
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return buffer.getvalue()


def repacked(data: bytes, change: dict[str, bytes], drop: tuple[str, ...] = ()) -> bytes:
    """The same workbook with some parts replaced or left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in drop and part.filename not in change:
                new.writestr(part.filename, old.read(part.filename))
        for name, text in change.items():
            new.writestr(name, text)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook([["姓名", "电话"], ["王建国", "13900000001"]])


def sheet_xml(cells: str, head: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{head}<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{r}"><c r="{c}{r}"><v>1</v></c></row>'
LYING = zipfile.ZipFile.writestr


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b"x" * (20 * 1024 * 1024 + 1), "import.size"),
        (b"PK\x03\x04 no archive at all", "import.damaged"),
        (PLAIN[:-200], "import.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "import.password"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "import.kind"),
        (b"%PDF-1.7", "import.kind"),
        (repacked(PLAIN, {}, drop=("xl/workbook.xml",)), "import.kind"),
        (repacked(PLAIN, {"xl/media/zeros.bin": b"\0" * (40 * 1024 * 1024)}), "import.expansion"),
        (repacked(PLAIN, {SHEET: sheet_xml("", ENTITY)}), "import.entities"),
        (repacked(PLAIN, {"xl/drawings/x.xml": sheet_xml("", ENTITY)}), "import.entities"),
        (repacked(PLAIN, {SHEET: sheet_xml(FAR.format(c="A", r=1_048_576))}), "import.rows"),
        (repacked(PLAIN, {SHEET: sheet_xml(FAR.format(c="XFD", r=2))}), "import.columns"),
        (b"\n".join(b"a,b" for _ in range(50_002)), "import.rows"),
        (b"a\0b,c\n" * 3 + b"1", "import.encoding"),
        (b"a," * 300, "import.csv"),
    ],
)
def test_what_must_not_be_opened_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(data)
    assert [fault.code for fault in refusal.value.faults] == [code]
    assert refusal.value.faults[0].zh and refusal.value.faults[0].en


def test_an_archive_that_lies_about_its_size_is_not_unpacked() -> None:
    data = bytearray(repacked(PLAIN, {"xl/media/zeros.bin": b"\0" * (40 * 1024 * 1024)}))
    size = (40 * 1024 * 1024).to_bytes(4, "little")
    assert data.count(size) >= 1
    with pytest.raises(Refused) as refusal:
        read(bytes(data.replace(size, (10).to_bytes(4, "little"))))
    assert refusal.value.faults[0].code in ("import.expansion", "import.damaged")


def test_empty_but_formatted_rows_far_down_do_no_harm() -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"><c r="A1048576" s="1"/></row>'
    )
    assert read(repacked(PLAIN, {SHEET: sheet_xml(cells)})).sheets[0].rows == [["x"]]


def test_dates_of_1900_and_1904_are_the_same_day() -> None:
    for from_1904 in (False, True):
        (sheet,) = read(workbook([[date(2026, 3, 5)]], date_1904=from_1904)).sheets
        assert (sheet.rows[0][0], sheet.from_1904) == (date(2026, 3, 5), from_1904)


def test_a_workbook_named_otherwise_is_known_by_its_content() -> None:
    assert read(PLAIN).kind == "xlsx"
    assert read("姓名\t电话\n王建国\t1".encode()).sheets[0].rows == [["姓名", "电话"], ["王建国", "1"]]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_found(encoding: str) -> None:
    text = "姓名,电话\n王建国,13900000001\n"
    rows = read(text.encode(encoding), looks_right=looks_like_header).sheets[0].rows
    assert rows[1] == ["王建国", "13900000001"]


def test_rare_characters_survive_gb18030() -> None:
    text = "姓名,电话\n𬱖𠮷,13900000001\n"
    assert read(text.encode("gb18030"), looks_right=looks_like_header).sheets[0].rows[1][0] == "𬱖𠮷"


def test_an_unclear_encoding_is_asked_with_samples_and_then_taken() -> None:
    data = "名前,電話\n山田,1".encode("shift-jis")
    with pytest.raises(Refused) as refusal:
        read(data, looks_right=looks_like_header)
    fault = refusal.value.faults[0]
    assert fault.code == "import.encoding"
    options: Any = fault.data["options"]
    assert {option["encoding"] for option in options} >= {"gb18030", "utf-8", "big5"}
    traditional = "姓名,電話\n王建國,1".encode("big5")
    assert read(traditional, encoding="big5", looks_right=looks_like_header).sheets[0].rows[1][0] == "王建國"
    with pytest.raises(Refused):
        read(traditional, encoding="rot13")


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [column_letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
