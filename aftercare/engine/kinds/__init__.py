"""Every kind of event: its sentence, what in it is personal, and what it does to the state."""

from aftercare.engine.kinds import of_cases, of_deadlines, of_tasks, of_things
from aftercare.engine.kinds.registry import KINDS, Kind

__all__ = ["KINDS", "Kind", "of_cases", "of_deadlines", "of_tasks", "of_things"]
