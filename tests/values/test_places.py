"""Can the door be found, and what is missing if not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.values.places import address_fault, parse

FINDABLE = {
    "广东省深圳市南山区科苑路15号3栋2单元501": ("广东省", "深圳市", "南山区", "科苑路", "15号3栋", "2单元501"),
    "上海市浦东新区张杨路500弄3号1201室": ("上海市", "上海市", "浦东新区", "张杨路", "500弄", "3号1201室"),
    "重庆市渝北区龙溪街道金龙路22号金龙小区5栋3-2":
        ("重庆市", "重庆市", "渝北区", "龙溪街道金龙路", "22号金龙小区5栋", "3-2"),
    "幸福小区3-2-501": ("", "", "", "幸福小区", "3", "2-501"),
    "江苏省昆山市花桥镇绿地大道231弄28号楼602": ("江苏省", "昆山市", "", "花桥镇绿地大道", "231弄28号楼", "602"),
    "湖南省浏阳市大瑶镇李家村12号": ("湖南省", "浏阳市", "", "大瑶镇李家村", "12号", "12号"),
    "内蒙古自治区呼和浩特市新城区海拉尔东路12号院5号楼3单元402":
        ("内蒙古自治区", "呼和浩特市", "新城区", "海拉尔东路", "12号院5号楼", "3单元402"),
    "成都市高新区天府大道中段1388号美年广场C座1205":
        ("", "成都市", "高新区", "天府大道中段", "1388号美年广场C座", "1205"),
    "西湖区文三路123号 莲花公寓 2幢 301": ("", "", "西湖区", "文三路", "123号莲花公寓2幢", "301"),
    "幸福小区3号楼2单元5楼东户": ("", "", "", "幸福小区", "3号楼", "2单元5楼东户"),
    "南山区科苑路１５号３栋５０１室": ("", "", "南山区", "科苑路", "15号3栋", "501室"),
}  # fmt: skip
VAGUE = {
    "深圳市南山区": ["street", "building", "door"],
    "南山区": ["street", "building", "door"],
    "浙江省杭州市西湖区文三路": ["building", "door"],
    "阳光小区": ["building", "door"],
    "文三路阳光小区3栋": ["door"],
    "海淀区中关村南大街5号院2号楼": ["door"],
    "3栋501": ["street"],
    "": ["street", "building", "door"],
}


@pytest.mark.parametrize("text", FINDABLE)
def test_an_address_is_read_into_its_parts(text: str) -> None:
    parts = parse(text)
    read = (parts.province, parts.city, parts.district, parts.street, parts.building, parts.door)
    assert read == FINDABLE[text]
    assert parts.is_findable and address_fault(text) is None


@pytest.mark.parametrize("text", VAGUE)
def test_a_vague_address_says_what_is_missing(text: str) -> None:
    fault = address_fault(text, "delivery.address")
    assert fault and fault.field == "delivery.address"
    assert fault.data["missing"] == VAGUE[text]


def test_a_district_alone_is_asked_for_street_building_and_door() -> None:
    fault = address_fault("南山区")
    assert fault
    assert all(word in fault.zh for word in ("街道", "楼栋", "门牌"))
    assert all(word in fault.en for word in ("street", "building", "door"))


def test_a_nul_is_named() -> None:
    fault = address_fault("科苑路15号\x003栋501")
    assert fault and fault.code == "text.unkeepable"


@given(st.text(max_size=80))
def test_nothing_written_is_lost(text: str) -> None:
    """All visible characters stand somewhere in the parts."""
    import re
    import unicodedata

    bare = re.sub(r"[\s,，、;；。]+", "", unicodedata.normalize("NFKC", text))
    parts = parse(text)
    assert sorted(parts.text()) == sorted(bare) or parts.province == parts.city


@given(
    st.sampled_from(["科苑路", "人民大道", "幸福小区", "阳光花园"]),
    st.integers(1, 99),
    st.sampled_from(["栋", "幢", "号楼", "座"]),
    st.integers(1, 9),
    st.integers(101, 3205),
)
def test_street_building_unit_and_room_are_enough(street: str, house: int, word: str, unit: int, room: int) -> None:
    parts = parse(f"{street}{house}{word}{unit}单元{room}室")
    assert (parts.street, parts.building, parts.door) == (street, f"{house}{word}", f"{unit}单元{room}室")
