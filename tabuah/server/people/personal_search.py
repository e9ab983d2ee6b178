"""Search for a person in the personal values of the server; the result never has a value."""

import re
from collections.abc import Callable
from typing import Final

from tabuah.server.database.personal_values import subjects_with_values
from tabuah.server.journal import ServerJournal
from tabuah.server.people.personal_data import list_personal_data
from tabuah.storage.journal.personal_data_protocol import MOST_FOUND, PersonalDataReply, PersonalRecord

LEAST_LETTERS: Final = 3
LEAST_DIGITS: Final = 5


def is_too_short(text: str) -> bool:
    """Return whether a text would find too many people; an empty one asks for all."""
    return 0 < len("".join(text.split())) < LEAST_LETTERS


def search_personal_data(journal: ServerJournal, text: str) -> PersonalDataReply:
    """Return where a person's data occur, the oldest first; for an empty text, all subjects with personal data."""
    known = list_personal_data(journal)
    if text.strip():
        matches = matcher_of(text)
        subjects = journal.read(lambda connection: subjects_with_values(connection, matches))
        known = [each for each in known if each.subject in subjects or _is_named(each, text, matches)]
    return PersonalDataReply(found=tuple(known[:MOST_FOUND]), total=len(known))


def _is_named(record: PersonalRecord, text: str, matches: Callable[[str], bool]) -> bool:
    """Return whether a text is the number of an incident, or names a contact."""
    return record.number.casefold() == text.strip().casefold() or (bool(record.name) and matches(record.name))


def matcher_of(text: str) -> Callable[[str], bool]:
    """Return whether a value names a person: by the digits of a telephone number, or by all words of a name."""
    digits = digits_of(text)
    if len(digits) >= LEAST_DIGITS and not re.search(r"[^\W\d_]", text):
        return lambda value: digits in digits_of(value)
    words = text.casefold().split()
    return lambda value: all(word in value.casefold() for word in words)


def digits_of(text: str) -> str:
    """Return the digits of a telephone number without country code and leading zeros: +62 812 and 0812 are 812."""
    digits = re.sub(r"\D", "", text).lstrip("0")
    return digits.removeprefix("62") if digits.startswith("628") else digits
