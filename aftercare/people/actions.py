"""The one door for changes to people and company. Each checks the right, refuses with a reason, and leaves a trace."""

from aftercare.people.actions_company import (
    CompanySetup,
    NewStore,
    add_closing_day,
    add_store,
    change_company,
    install_permissions,
    remove_closing_day,
    set_calendar,
    set_up_company,
)
from aftercare.people.actions_keys import (
    Secret,
    accept_invitation,
    create_token,
    end_sessions,
    invite,
    limit_tries,
    revoke_token,
    set_password,
    sign_in,
)
from aftercare.people.actions_staff import (
    NewPerson,
    Role,
    add_person,
    change_person,
    end_leave,
    leaver,
    set_roles,
    stand_in,
    start_leave,
    swap_shift,
)
from aftercare.people.hooks import CalendarChange, on_calendar_change, on_leaver

__all__ = [
    "CalendarChange", "CompanySetup", "NewPerson", "NewStore", "Role", "Secret", "accept_invitation",
    "add_closing_day", "add_person", "add_store", "change_company", "change_person", "create_token", "end_leave",
    "end_sessions", "install_permissions", "invite", "leaver", "limit_tries", "on_calendar_change", "on_leaver",
    "remove_closing_day", "revoke_token", "set_calendar", "set_password", "set_roles", "set_up_company", "sign_in",
    "stand_in", "start_leave", "swap_shift",
]  # fmt: skip
