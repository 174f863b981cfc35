"""Conditions of a handbook: CEL syntax, typed at load, three-valued at run time.

scope = Scope({"form": Struct({"total": Money(), "paid": Money()})})
compile_condition("form.paid >= form.total", scope).evaluate({"form": {"total": 10000, "paid": None}}) is UNKNOWN
"""

from aftercare.handbook.conditions.condition import Condition, compile_condition
from aftercare.handbook.conditions.errors import ConditionFault, ConditionFaults
from aftercare.handbook.conditions.functions import METHODS as BUILTIN_FUNCTIONS
from aftercare.handbook.conditions.lexis import RESERVED
from aftercare.handbook.conditions.scope import Scope
from aftercare.handbook.conditions.types import (
    Anything,
    AnyType,
    Bool,
    Choice,
    Date,
    Duration,
    File,
    FunctionType,
    List,
    Moment,
    Money,
    Number,
    Person,
    Photo,
    Place,
    Ref,
    Signature,
    Struct,
    Text,
    Time,
    Type,
)
from aftercare.handbook.conditions.values import UNKNOWN, Unknown

__all__ = [
    "BUILTIN_FUNCTIONS", "RESERVED", "UNKNOWN", "AnyType", "Anything", "Bool", "Choice", "Condition", "ConditionFault",
    "ConditionFaults", "Date", "Duration", "File", "FunctionType", "List", "Moment", "Money", "Number", "Person",
    "Photo", "Place", "Ref", "Scope", "Signature", "Struct", "Text", "Time", "Type", "Unknown", "compile_condition",
]  # fmt: skip
