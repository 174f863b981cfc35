"""Addresses of homes: reads a written one into parts, says which part is missing to find the door. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from aftercare.errors import Fault
from aftercare.texts import Text
from aftercare.values.plain import text_fault

PARTS: dict[str, Text] = {
    "province": Text("省", "province"),
    "city": Text("市", "city"),
    "district": Text("区县", "district"),
    "street": Text("街道、路或小区", "street or estate"),
    "building": Text("楼栋或门牌号", "building or house number"),
    "door": Text("门牌（房号）", "door"),
}
NEEDED = ("street", "building", "door")
_MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
_REGIONS = ("内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门")

_PROVINCE = re.compile(rf"[^省市区县]{{2,6}}?省|({'|'.join(_REGIONS)})([^省市县]{{0,5}}?自治区|特别行政区)?")
_CITY = re.compile(
    rf"({'|'.join(_MUNICIPALITIES)})市?|[^省市区县路街镇乡村号]{{2,8}}?(市|自治州|地区|盟)(?!场|民|政|区)"
)
_DISTRICT = re.compile(r"[^省市区县路街道镇乡村号栋]{1,8}?(?<!小)(?<!社)(?<!园)(?<!校)(自治县|新区|区|县|旗|市)(?!城)")
_STREET_END = "路街道巷弄里镇乡村屯庄苑园府城庭湾轩居邸阁寓郡墅"
_STREET_WORD = "大道|胡同|小区|花园|公寓|社区|新村|广场|大厦|家园|名邸|山庄|中心|宿舍|大院|片区|开发区"
_STREET = re.compile(
    rf"\S*?([{_STREET_END}]|{_STREET_WORD}|[期区])(?=[\dA-Za-z一二三四五六七八九十百零〇东西南北甲乙丙丁第]|$)"
)
_NUMBER = r"[\dA-Za-z一二三四五六七八九十百零〇东西南北甲乙丙丁][\dA-Za-z一二三四五六七八九十百零〇之\-]*"
_HOUSE = re.compile(rf"(第?{_NUMBER})(号院|号(?!楼|房|室)|弄)")
_BUILDING = re.compile(rf"(第?{_NUMBER})(号楼|栋|幢|座|楼(?!\s*层)|棟)")
_UNIT = re.compile(rf"{_NUMBER}\s*(单元|门洞|梯)")
_FLOOR = re.compile(rf"(?:{_NUMBER})(层|楼)")
_DOOR = re.compile(
    r"[\dA-Za-z]+(-\d+)?(室|号房|房|户|号)|[A-Za-z]?\d{3,4}[A-Za-z]?(?!\d)|\d+[A-Za-z]|\d+-\d+|[东西南北中左右]+(户|室|手|边)"
)
_DASHED = re.compile(r"(\d{1,3}|[A-Za-z])-(?:\d{1,2}-)?(\d{2,4}[A-Za-z]?)$")
_VILLAGE = re.compile(r"村|屯|庄|寨|组|镇|乡")


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of an address as written; empty where not given. `rest` is what belongs to none of them."""

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    building: str = ""
    door: str = ""
    rest: str = ""

    @property
    def is_findable(self) -> bool:
        return not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of street, building and door are not given."""
        return tuple(part for part in NEEDED if not getattr(self, part))

    def text(self) -> str:
        """All parts in the order they are written on an envelope."""
        shown = replace(self, door="") if self.door == self.building else self
        return "".join(getattr(shown, part.name) for part in fields(shown))


def parse(text: str) -> Parts:
    """Read an address as people write it: 广东省深圳市南山区科苑路15号3栋2单元501. Nothing is guessed or corrected.

    A house in a village has no building: its number is both building and door.
    """
    rest = re.sub(r"[\s,，、;；。]+", "", unicodedata.normalize("NFKC", text))
    province, rest = _take(_PROVINCE, rest)
    city, rest = _take(_CITY, rest)
    district, rest = _take(_DISTRICT, rest)
    if district.endswith("市") and not city:
        city, district = district, ""
        district, rest = _take(_DISTRICT, rest)
    if not province and city.rstrip("市") in _MUNICIPALITIES:
        province = city
    return _within(rest, Parts(province=province, city=city, district=district))


def address_fault(text: str, field: str = "address") -> Fault | None:
    """Why nobody could find the door by this text, naming the missing parts, or None."""
    return text_fault(text, field) or missing_fault(parse(text), field)


def missing_fault(parts: Parts, field: str = "address") -> Fault | None:
    """The same for an address already in parts. `data.missing` lists the names of the parts."""
    if not parts.missing:
        return None
    names = [PARTS[part] for part in parts.missing]
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    return Fault(
        "address.vague",
        f"按这个地址找不到门，还缺：{zh}。",
        f"The door cannot be found by this address; missing: {en}.",
        field=field,
        data={"missing": list(parts.missing)},
    )


def _take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)


def _within(rest: str, parts: Parts) -> Parts:
    """What lies inside a district: street (or estate), building, door."""
    house = _HOUSE.search(rest)
    building = _BUILDING.search(rest)
    first = min((m.start() for m in (house, building) if m), default=None)
    if first is None:
        return _without_building(rest, parts)
    street = rest[:first]
    after = max(m.end() for m in (house, building) if m)
    tail = _UNIT.sub("", rest[after:])
    door = _DOOR.search(_FLOOR.sub("", tail, count=1) if _FLOOR.match(tail) else tail)
    numbers = rest[first:after]
    if not door and house and not building and _VILLAGE.search(street):
        return replace(parts, street=street, building=numbers, door=house[0], rest=rest[after:])
    if not door:
        return replace(parts, street=street, building=numbers, rest=rest[after:])
    return replace(parts, street=street, building=numbers, door=rest[after:])


def _without_building(rest: str, parts: Parts) -> Parts:
    dashed = _DASHED.search(rest)
    if dashed and dashed.start() > 1:
        dash = dashed[0].index("-")
        head = rest[: dashed.start()]
        return replace(parts, street=head, building=dashed[0][:dash], door=dashed[0][dash + 1 :])
    street, left = _take(_STREET, rest)
    if not street:
        return replace(parts, rest=rest)
    return replace(parts, street=street, rest=left)


def place_fault(value: Mapping[str, str], field: str = "address") -> Fault | None:
    """What a place as a form holds it lacks to find the door, or None. One given only as `text` is read first."""
    known = {name: value[name] for name in PARTS if value.get(name)}
    return missing_fault(Parts(**known) if known else parse(value.get("text", "")), field)
