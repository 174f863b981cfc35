"""Tables of people: who works here, where, in which role, and who stands in for whom."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
THEMES = [("auto", "auto"), ("light", "light"), ("dark", "dark")]


class People(BaseUserManager["Person"]):
    """Finds a person for Django's sign-in; new persons come through `people.actions`."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(sign_in=username)


class Person(AbstractBaseUser):
    """A member of staff. `left_on` is the last day of work."""

    sign_in = models.TextField(unique=True)
    full_name = models.TextField()
    pinyin = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    language = models.TextField(choices=LANGUAGES, default="zh-hans")
    theme = models.TextField(choices=THEMES, default="auto")
    active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    # Whoever signed in before this moment must do so again: set by a new password, a leaver, "sign out everywhere".
    sessions_from = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "sign_in"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.active


class Company(models.Model):
    """The one company of this database."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField()
    logo = models.BinaryField(default=b"")
    logo_type = models.TextField(default="", blank=True)
    set_up_at = models.DateTimeField(null=True)
    settings = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="people_company_single")]


class Store(models.Model):
    """A branch, workshop, warehouse or region. `name` is {"zh", "en"}; `calendar` overrides the company's."""

    KINDS = ("showroom", "workshop", "warehouse", "office", "region")

    code = models.TextField(unique=True)
    name = models.JSONField()
    kind = models.TextField(default="showroom")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    address = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    calendar = models.JSONField(default=dict)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="people_store_not_own_parent")]


class Membership(models.Model):
    """A role of a person in a store (null = the whole company), from day to day, both included."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    store = models.ForeignKey(Store, models.PROTECT, null=True)
    role = models.TextField()
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["role", "store"], name="people_member_role")]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="people_member_days")
        ]


class Leave(models.Model):
    """Days away, both included; the deputy holds all roles of the person meanwhile."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves")
    starts = models.DateField()
    ends = models.DateField()
    deputy = models.ForeignKey(Person, models.PROTECT, null=True, related_name="deputises")

    class Meta:
        indexes = [models.Index(fields=["deputy", "ends"], name="people_leave_deputy")]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="people_leave_days"),
            models.CheckConstraint(condition=~Q(deputy=F("person")), name="people_leave_not_own_deputy"),
        ]


class StandIn(models.Model):
    """A role of a store taken over for some days: how a shop of six keeps four eyes apart."""

    role = models.TextField()
    store = models.ForeignKey(Store, models.PROTECT, null=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="stand_ins")
    starts = models.DateField()
    ends = models.DateField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["role", "store"], name="people_standin_role")]
        constraints = [models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="people_standin_days")]


class ShiftSwap(models.Model):
    """Two people of a store change shifts: `person` does not work on `day`, `takes_over` does."""

    store = models.ForeignKey(Store, models.PROTECT)
    day = models.DateField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="swaps_given")
    takes_over = models.ForeignKey(Person, models.CASCADE, related_name="swaps_taken")
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "day", "person"], name="people_swap_once"),
            models.CheckConstraint(condition=~Q(person=F("takes_over")), name="people_swap_two"),
        ]


class ClosingDay(models.Model):
    """A day a store (null = every store) is closed, entered by page."""

    store = models.ForeignKey(Store, models.CASCADE, null=True)
    day = models.DateField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "day"], name="people_closing_once", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["day"], name="people_closing_day")]


class Permission(models.Model):
    """What a role may do and how far: the table installed from a handbook."""

    role = models.TextField()
    action = models.TextField()
    scope = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "action"], name="people_permission_once"),
            models.CheckConstraint(condition=Q(scope__in=["own", "store", "company"]), name="people_permission_scope"),
        ]


class RoleName(models.Model):
    """How people call a role: {"zh", "en"}."""

    role = models.TextField(primary_key=True)
    name = models.JSONField()


class Token(models.Model):
    """A key for programs. Only its hash is kept; it never allows more than its owner may at that moment."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.TextField()
    sha256 = models.TextField(unique=True)
    scopes = models.JSONField(default=list)  # action names; empty = all the owner's
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """A link, good once, with which a person sets a password: for the first time or anew."""

    person = models.ForeignKey(Person, models.CASCADE)
    purpose = models.TextField()  # invite | reset
    sha256 = models.TextField(unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInTry(models.Model):
    """Counts wrong passwords per sign-in name, so that guessing stops; one row per name, locked while counting."""

    sign_in = models.TextField(primary_key=True)
    failed = models.IntegerField(default=0)
    first_at = models.DateTimeField()
