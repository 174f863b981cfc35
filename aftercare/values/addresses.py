"""Is a place findable: street, building and door?"""

from collections.abc import Mapping

from aftercare.customers.addresses import PARTS, Parts, missing_fault, parse
from aftercare.errors import Fault


def place_fault(value: Mapping[str, str], field: str) -> Fault | None:
    """What a place lacks to find the door, or None. A place given only as `text` is read first."""
    known = {name: value[name] for name in PARTS if value.get(name)}
    return missing_fault(Parts(**known) if known else parse(value.get("text", "")), field)
