"""The look-up of callers by number or name: it reads personal values themselves, which no index contains."""

import re
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.calls.call import Call
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.personal_access import PersonalReader
from tabuah.operations.incidents.search_query import fold
from tabuah.operations.people.authority import Authority
from tabuah.operations.subject_state import read_state
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.personal_scope import personal_reader

MIN_DIGITS: Final = 4  # of a number; fewer would list callers by chance
MIN_LETTERS: Final = 3  # of a name
MAX_CALLERS: Final = 200
MAX_LOOKUP_CHARS: Final = 100
_VALUES: Final = """SELECT p.field, p.value, j.at, coalesce(s.shown, s.confirmed), p.entry
    FROM personal p JOIN journal j ON j.entry = p.entry JOIN subjects s ON s.subject = j.subject
    WHERE s.kind = 'incident' AND p.field IN ('caller', 'restricted') OR s.kind = 'call' AND p.field = 'caller'
    ORDER BY j.id DESC"""
OF_CALL: Final = "call"
_DIGITS: Final = re.compile(r"\d[\d\s().-]*\d|\d")
_NOT_DIGIT: Final = re.compile(r"\D")


class FoundCaller(msgspec.Struct, frozen=True):
    """A personal value with a caller, and its incident.

    `field` is `caller`, `restricted`, or `call` for the caller of a call that is linked to the incident.
    """

    incident: Incident
    field: str
    value: str
    at: datetime


def find_callers(session: CacheSession, text: str) -> list[FoundCaller] | None:
    """Return the callers with a number or a name that this user may read, the newest first.

    Returns:
        None if the role of the user reads no personal values; an empty list for a text that is too short.
    """
    reader, identity = personal_reader(session), session.meta.identity
    if reader is None and identity is not None:
        reader = PersonalReader(role=identity.role)  # of a grant or user that is not here yet
    if reader is not None and not reader.reads_personal:
        return None
    wanted = text[:MAX_LOOKUP_CHARS]
    digits, words = plain_number(wanted), fold(wanted).split()
    by_number = len(digits) >= MIN_DIGITS and not any(sign.isalpha() for sign in wanted)
    if not by_number and sum(map(len, words)) < MIN_LETTERS:
        return []
    found: list[FoundCaller] = []
    authority = session.authority()
    for field, value, at, state, entry in session.connection.execute(_VALUES):
        fits = _has_number(value, digits) if by_number else all(word in fold(value) for word in words)
        subject = read_state(state).value if fits and state else None
        incident = _linked_incident(session, subject, entry) if isinstance(subject, Call) else subject
        if isinstance(incident, Incident) and _may_read(reader, incident, authority):
            kind = OF_CALL if isinstance(subject, Call) else field
            found.append(FoundCaller(incident, kind, value, datetime.fromisoformat(at)))
        if len(found) == MAX_CALLERS:
            break
    return found


def plain_number(text: str) -> str:
    """Return the digits of a number without the country code or the first zero: +62 812 and 0812 are one number."""
    digits = _NOT_DIGIT.sub("", text)
    is_international = text.strip().startswith("+62") or digits.startswith("628")
    return digits[2:] if is_international else digits.removeprefix("0")


def _linked_incident(session: CacheSession, call: Call, entry: str) -> msgspec.Struct | None:
    """Return the incident of a call whose present caller is in an entry; None if there is none."""
    if not call.incident or call.caller_entry != entry:
        return None
    return session.subjects.read(subject_of("incident", call.incident)).state.value


def _has_number(value: str, digits: str) -> bool:
    return any(digits in plain_number(match.group()) for match in _DIGITS.finditer(value))


def _may_read(reader: PersonalReader | None, incident: Incident, authority: Authority) -> bool:
    return not incident.deleted and (reader is None or reader.may_read(incident, authority))
