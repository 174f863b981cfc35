"""Lists and measures through the API: the rows of pages, their totals, what stays hidden, and figures that add up."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Program
from tests.showroom import GOODS, Showroom

Programs = Callable[..., Program]
DEAR = [{**GOODS[0], "price": 470000, "amount": 470000}, GOODS[1]]


def test_a_list_comes_in_pages_with_its_totals(shop: Showroom, program: Programs) -> None:
    boss = program("general_manager")
    for _ in range(3):
        shop.open().issue(items=DEAR, total=650000)
    assert {"late_orders", "price_exceptions"} <= {one["id"] for one in boss.get("/lists").json["items"]}
    first = boss.get("/lists/price_exceptions?limit=2").json
    assert len(first["items"]) == 2 and first["totals"] == {"n": 3, "more": False, "sums": first["totals"]["sums"]}
    assert first["totals"]["sums"]["amount"] == 1410000
    second = boss.get(f"/lists/price_exceptions?limit=2&cursor={first['next']}").json
    numbers = [row["values"]["number"] for row in (*first["items"], *second["items"])]
    assert second["next"] is None and len(set(numbers)) == 3
    assert boss.get("/lists/nothing").status == 404 and boss.get("/lists/late_orders?cursor=nonsense").status == 422


def test_another_store_sees_none_of_it(shop: Showroom, program: Programs) -> None:
    story = shop.open()
    story.issue()
    assert program("sales").get("/lists/copies_outstanding").json["totals"]["n"] == 1
    other = {"copies_outstanding": shop.other_store}
    for name, store in other.items():
        assert program("sales").get(f"/lists/{name}?store={store}").json["items"] == []


def test_figures_add_up(shop: Showroom, program: Programs) -> None:
    boss = program("general_manager")
    for _ in range(2):
        shop.open().issue()
    told = boss.get("/numbers").json
    assert told["today"]["kept"] == 2 and sum(one["kept"] for one in told["procedures"]) == 2
    one = boss.get("/measures/contract_sum").json
    assert (one["n"], one["value"]) == (2, 1320000)
    assert {part["by"]: [line["value"] for line in part["values"]] for part in one["parts"]["items"]} == {
        "person": [1320000], "store": [1320000],
    }  # fmt: skip
    assert [line["value"] for line in one["months"]] == [1320000]
    assert boss.get("/measures/late_now").json["value"] == 0
    assert program("sales").get(f"/measures/contract_sum?store={shop.other_store}").json["n"] == 0
