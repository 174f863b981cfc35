"""input-5, input-10: whatever is sent, the answer is a sentence naming what is wrong; never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from aftercare.api.routes import DECLARED, Declared
from aftercare.customers.models import Customer
from tests.api.conftest import Program
from tests.showroom import Showroom

Programs = Callable[..., Program]
DEEP = b'{"full_name":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BODIES = {
    "no JSON": b"{",
    "not an object": b"[1]",
    "null": b"null",
    "not UTF-8": b'{"full_name":"\xff"}',
    "lone surrogate": b'{"full_name":"\\ud800","store":1}',
    "NUL": b'{"full_name":"a\\u0000b","store":1}',
    "deep": DEEP,
    "NaN": b'{"full_name":NaN}',
    "number far too large": b'{"full_name":"x","store":1' + b"0" * 400 + b"}",
    "wrong kinds": b'{"full_name":["x"],"store":"1","phones":{}}',
}
NAUGHTY = [
    "",
    "'",
    '"',
    "\\",
    "%",
    "_",
    ";--",
    "\u202e",
    "王\u200b",
    "𬱖",
    "x" * 5000,
    "a\x00b",
    "{{7*7}}",
    "../..",
    "~",
    "~~1",
]
NUMBERS = ["10" * 30, "1e309", "-1", "0", "0x10", "１", "NaN", "true", "", "1.5", "9" * 19]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_wrong_is_refused_with_words(shop: Showroom, program: Programs, name: str) -> None:
    answer = program("sales").post("/customers", BODIES[name])
    assert answer.status == 422, answer.json
    assert all(one["message"]["zh"] and one["message"]["en"] for one in answer.json["errors"])
    assert not Customer.objects.exists()


def test_a_body_that_is_too_large_is_refused(shop: Showroom, program: Programs) -> None:
    answer = program("sales").post("/customers", b'{"notes":"' + b"x" * 6_000_000 + b'"}')
    assert answer.status == 413 and answer.codes == ["request.large"]


def test_the_fault_names_the_field(shop: Showroom, program: Programs) -> None:
    sent = {"full_name": "李小满", "store": shop.store, "phones": [{"typed": 5}], "is_staff": True}
    answer = program("sales").post("/customers", sent)
    assert {one["field"] for one in answer.json["errors"]} == {"phones.0.typed", "is_staff"}


def test_rare_signs_are_kept_point_by_point(shop: Showroom, program: Programs) -> None:
    sales = program("sales")
    for name in ("𠮷野家𬱖", "e\u0301", "\ufdd0", "👩‍👩‍👧", "\u202eabc", "A\ufeff"):
        made = sales.post("/customers", {"full_name": name, "store": shop.store})
        assert made.status == 201, (name, made.json)
        assert sales.get(f"/customers/{made.json['id']}").json["name"] == name


def reading() -> list[Declared]:
    return [one for one in DECLARED.values() if one.method == "GET" and one.path != "/health"]


def parameters() -> dict[str, list[dict[str, object]]]:
    from aftercare.api.openapi import document

    return {path: ways["get"].get("parameters", []) for path, ways in document()["paths"].items() if "get" in ways}


def test_every_parameter_of_every_list_bears_everything(shop: Showroom, program: Programs) -> None:
    """Exhaustive over parameters, one at a time; a 5xx is a fault of ours by definition."""
    boss, broken, tried = program("general_manager"), [], 0
    for path, known in parameters().items():
        address = path.removeprefix("/api").format(**{one["name"]: 1 for one in known if one["in"] == "path"})
        for one in known:
            values = [*NAUGHTY, *NUMBERS] if one["in"] == "query" else []
            for value in values:
                tried += 1
                answer = boss.get(address, **{str(one["name"]): value})
                if answer.status >= 500:
                    broken.append((address, one["name"], value, answer.content))
    assert tried > 1000 and not broken, broken[:5]


def test_ids_that_no_row_can_have_are_refused(shop: Showroom, program: Programs) -> None:
    boss = program("general_manager")
    for one in reading():
        for value in ("0", "-1", "1e309", "9" * 30, "a", "%00", "%ED%A0%80"):
            if "{" in one.path:
                path = "".join(
                    value if part.endswith("}") else part
                    for part in one.path.replace("{", "\0{").replace("}", "}\0").split("\0")
                )
                assert boss.get(path).status in (404, 422) or "dial" in path or "versions" in path, path


def test_sorting_and_pages_are_only_what_is_listed(shop: Showroom, program: Programs) -> None:
    boss = program("general_manager")
    for path in ("/orders", "/cases"):
        for sort in ("-password", "owner__password", "id;drop", "?"):
            assert boss.get(path, sort=sort).status == 422
    for path in ("/cases", "/tasks", "/customers", "/notices", "/documents", "/records/envelope", "/traces"):
        for cursor in ("!", "W10", "WzFd", "WyJhIiwxXQ", "WzEsMSwxXQ", "eyJhIjoxfQ"):
            assert boss.get(path, cursor=cursor).status in (200, 422), (path, cursor)
        assert boss.get(path, limit=10**9).status == 422 and boss.get(path, page="1e309").status == 200


def test_other_addresses_and_methods_are_told_apart(shop: Showroom, program: Programs) -> None:
    boss = program("general_manager")
    assert boss.get("/nothing").codes == ["request.no_such_address"]
    assert boss.send("DELETE", "/customers").status == 405
    assert boss.send("TRACE", "/customers").status == 405


def test_an_error_of_ours_shows_an_id_and_no_trace(
    shop: Showroom, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr("aftercare.customers.queries.search", broken)
    answer = program("sales").get("/customers/search", q="王")
    assert answer.status == 500 and answer.json["id"] in answer.json["errors"][0]["message"]["en"]
    assert b"secret" not in answer.content and b"Traceback" not in answer.content


def test_json_is_read_as_text_whatever_the_declared_kind(shop: Showroom, program: Programs) -> None:
    sent = json.dumps({"full_name": "李小满", "store": shop.store}).encode()
    assert program("sales").post("/customers", sent).status == 201
