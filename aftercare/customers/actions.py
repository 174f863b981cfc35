"""The one door for changes to customers. Each checks the right, refuses with a reason, and leaves a trace."""

from aftercare.customers.actions_erase import erase
from aftercare.customers.actions_merge import Difference, merge, merge_preview, undo_merge
from aftercare.customers.actions_records import (
    Created,
    add_address,
    add_phone,
    change_customer,
    create_customer,
    create_customers,
    mark,
    relate,
    remove_address,
    remove_phone,
    reveal,
    unrelate,
)
from aftercare.customers.entries import NewAddress, NewCustomer, NewPhone
from aftercare.customers.filing import add_special_day, make_file, move_house, remove_special_day
from aftercare.customers.hooks import on_erase, on_merge, on_panel

__all__ = [
    "Created", "Difference", "NewAddress", "NewCustomer", "NewPhone", "add_address", "add_phone", "add_special_day",
    "change_customer", "create_customer", "create_customers", "erase", "make_file", "mark", "merge", "merge_preview",
    "move_house", "on_erase", "on_merge", "on_panel", "relate", "remove_address", "remove_phone", "remove_special_day",
    "reveal", "undo_merge", "unrelate",
]  # fmt: skip
