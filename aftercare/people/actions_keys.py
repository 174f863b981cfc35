"""Passwords, invitations and tokens of programs. Secrets are shown once and kept as hashes only."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation

from aftercare.audit.actions import trace
from aftercare.errors import Fault, Refused
from aftercare.people import checks
from aftercare.people.actor import Actor
from aftercare.people.models import Invitation, Person, SignInTry, Token
from aftercare.people.queries import absent, day_of
from aftercare.people.rights import ACTIONS

INVITE_GOOD_FOR = timedelta(hours=72)
RESET_GOOD_FOR = timedelta(minutes=30)
TRIES = 10
TRIES_WITHIN = timedelta(minutes=15)
LONGEST_PASSWORD = 1000
Random = Callable[[int], bytes]  # secrets.token_bytes at the edges


@dataclass(frozen=True, slots=True)
class Secret:
    """Shown once: `raw` cannot be had again."""

    id: int
    raw: str


@transaction.atomic
def create_token(
    person: int,
    name: str,
    scopes: Collection[str],
    expires: datetime | None,
    actor: Actor,
    now: datetime,
    random: Random,
) -> Secret:
    """A key for programs, for oneself or somebody one manages. `scopes` are actions; empty = all the owner's."""
    if person != actor.person:
        checks.require_over(actor, person)
    unknown = sorted(set(scopes) - set(ACTIONS))
    faults = [
        checks.fault("action_unknown", f"没有名为“{a}”的权限。", f"There is no right “{a}”.", "scopes") for a in unknown
    ]
    if expires is not None and expires <= now:
        faults.append(checks.fault("expired", "到期时间已过。", "That moment has passed.", "expires"))
    checks.stop_on([*checks.texts({"name": name}, ["name"]), *faults])
    raw = "ac_" + random(32).hex()
    row = Token.objects.create(
        person_id=person, name=name, sha256=_hash(raw), scopes=sorted(scopes), created_at=now, expires_at=expires
    )
    trace(actor, "token.create", ("person", person), now=now, data={"token": row.pk, "scopes": sorted(scopes)})
    return Secret(row.pk, raw)


@transaction.atomic
def revoke_token(token: int, actor: Actor, now: datetime) -> None:
    """The key is dead from the next request on."""
    row = Token.objects.select_for_update().filter(pk=token).first()
    if row is None:
        raise absent("token")
    if row.person_id != actor.person:
        checks.require_over(actor, row.person_id)
    if row.revoked_at is None:
        Token.objects.filter(pk=token).update(revoked_at=now)
        trace(actor, "token.revoke", ("person", row.person_id), now=now, data={"token": token})


@transaction.atomic
def invite(person: int, actor: Actor, now: datetime, random: Random, purpose: str = "invite") -> Secret:
    """The secret of a link to set a password: "invite" for 72 hours, "reset" for 30 minutes; older links die."""
    checks.require_over(actor, person)
    checks.person_locked(person)
    Invitation.objects.filter(person=person, used_at=None).delete()
    raw = random(32).hex()
    good_for = INVITE_GOOD_FOR if purpose == "invite" else RESET_GOOD_FOR
    row = Invitation.objects.create(person_id=person, purpose=purpose, sha256=_hash(raw), expires_at=now + good_for)
    trace(actor, f"people.{purpose}", ("person", person), now=now)
    return Secret(row.pk, raw)


@transaction.atomic
def accept_invitation(raw: str, password: str, now: datetime) -> int:
    """Set a password by a link, once. Returns the person's id; refuses unknown, used and old links all alike."""
    row = Invitation.objects.select_for_update().filter(sha256=_hash(raw), used_at=None, expires_at__gt=now).first()
    if row is None:
        zh = "链接无效或已过期，请联系管理员重新发送。"
        raise Refused(checks.fault("link", zh, "The link is not valid any more; ask an administrator for a new one."))
    person = checks.person_locked(row.person_id)
    _store_password(person, password, now)
    Invitation.objects.filter(pk=row.pk).update(used_at=now)
    trace(Actor(person.pk, person.full_name), "people.password", ("person", person.pk), now=now)
    return person.pk


@transaction.atomic
def set_password(person: int, password: str, actor: Actor, now: datetime) -> None:
    """A new password for oneself or by whoever manages the person; ends all other sessions."""
    if person != actor.person:
        checks.require_over(actor, person)
    _store_password(checks.person_locked(person), password, now)
    trace(actor, "people.password", ("person", person), now=now)


def sign_in(name: str, password: str, address: str, now: datetime, device: str = "") -> int:
    """The id of the person with this name and password; raises Refused alike for every reason but too many tries.

    At most ten tries within fifteen minutes are judged, exactly counted also when they come at once. `device` is the
    id of a known device of this person (a signed cookie): it has a count of its own, so a stranger locks nobody out.
    """
    counted = f"{name.lower()[:100]}\n{device}" if device else name.lower()[:100]
    checks.stop_on(checks.texts({"sign_in": name, "password": password, "device": device}, (), LONGEST_PASSWORD))
    limit_tries(counted, now)
    person = Person.objects.filter(sign_in=name).first()
    if not _is_right(person, password, now) or person is None:
        trace(Actor(0, ""), "people.sign_in", ("person", person.pk if person else None), now=now, result="refused",
              address=address)  # fmt: skip
        raise Refused(checks.fault("sign_in_wrong", "登录名或密码不正确。", "Sign-in name or password is wrong."))
    SignInTry.objects.filter(pk=counted).delete()
    Person.objects.filter(pk=person.pk).update(last_login=now)
    trace(Actor(person.pk, person.full_name), "people.sign_in", ("person", person.pk), now=now, address=address)
    return person.pk


def limit_tries(counted: str, now: datetime, most: int = TRIES) -> None:
    """Counts a try of whatever strangers may try; raises Refused (429) after `most` of them within fifteen minutes."""
    if _count_try(counted, now) > most:
        raise Refused(
            checks.fault("tries", "尝试次数过多，请 15 分钟后再试。", "Too many tries; wait 15 minutes."), status=429
        )


@transaction.atomic
def end_sessions(person: int, actor: Actor, now: datetime) -> None:
    """Whoever is signed in under this name has to sign in again, everywhere."""
    if person != actor.person:
        checks.require_over(actor, person)
    Person.objects.filter(pk=person).update(sessions_from=now)
    trace(actor, "people.end_sessions", ("person", person), now=now)


def _is_right(person: Person | None, password: str, now: datetime) -> bool:
    if person is None or not person.has_usable_password():
        make_password(password)  # as slow as a real check, so that unknown names cannot be told by time
        return False
    is_here = person.active and (person.left_on is None or person.left_on >= day_of(now))
    return person.check_password(password) and is_here


def _count_try(counted: str, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_signintry AS t (sign_in, failed, first_at) VALUES (%s, 1, %s)
            ON CONFLICT (sign_in) DO UPDATE SET
                failed = CASE WHEN t.first_at <= %s THEN 1 ELSE t.failed + 1 END,
                first_at = CASE WHEN t.first_at <= %s THEN EXCLUDED.first_at ELSE t.first_at END
            RETURNING failed""",
            [counted, now, now - TRIES_WITHIN, now - TRIES_WITHIN],
        )
        return int(cursor.fetchone()[0])


def _store_password(person: Person, password: str, now: datetime) -> None:
    checks.stop_on(_password_faults(password, person))
    person.set_password(password)
    person.sessions_from = now
    person.save(update_fields=["password", "sessions_from"])


def _password_faults(password: str, person: Person) -> list[Fault]:
    found = checks.texts({"password": password}, ["password"], LONGEST_PASSWORD)
    if found:
        return found
    try:
        validate_password(password, person)
    except ValidationError as error:
        with translation.override("zh-hans"):
            zh = " ".join(error.messages)
        with translation.override("en"):
            en = " ".join(error.messages)
        return [checks.fault("password_weak", zh, en, "password")]
    return []


def _hash(raw: str) -> str:
    return sha256(raw.encode("utf-8", "replace")).hexdigest()
