"""Search of contacts by any words: name, function, office, place, hazard, number; personal numbers are left out."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tabuah.operations.codes import Hazard, parse_code
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.functions import contact_functions
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.errors import UnknownCode
from tabuah.text.code_labels import code_label

_FEWEST_DIGITS = 4  # of a part of a telephone number


def search_contacts(contacts: Iterable[Contact], text: str, places: PlaceNames) -> list[Contact]:
    """Return the contacts in which every word of a text is the beginning of a word, the best first.

    Case, diacritics and punctuation do not matter. A word in the name counts more than one elsewhere.
    """
    wanted = search_words(text)
    if not wanted:
        return sorted(contacts, key=_by_name)
    ranked = [(rank, contact) for contact in contacts if (rank := _rank(contact, wanted, places)) is not None]
    return [contact for _rank_of, contact in sorted(ranked, key=lambda pair: (pair[0], *_by_name(pair[1])))]


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters without diacritics; separators of numbers are left out."""
    return tuple(re.findall(r"[a-z0-9]+", _plain(_joined_digits(text[:400]))))


def _rank(contact: Contact, wanted: Sequence[str], places: PlaceNames) -> int | None:
    """Return the number of words that are not in the name; None if a word is nowhere."""
    name, others = search_words(contact.name), _other_words(contact, places)
    missing = [word for word in wanted if not _begins(name, word)]
    if all(_begins(others, word) or _is_in_number(contact, word) or _is_hazard(contact, word) for word in missing):
        return len(missing)
    return None


def _begins(words: Iterable[str], wanted: str) -> bool:
    return any(word.startswith(wanted) for word in words)


def _other_words(contact: Contact, places: PlaceNames) -> tuple[str, ...]:
    function = contact_functions().get(contact.function)
    nagari = [places.nagari[code] for code in contact.nagari if code in places.nagari]
    texts = [
        *(function.words if function is not None else (contact.function,)),
        *(contact.organisation, contact.call_sign, contact.radio, contact.hours, contact.remark, contact.gateway),
        *contact.emails,
        *(word for each in nagari for word in (each.name, each.kecamatan_name)),
        *map(places.kecamatan_label, contact.kecamatan),
        *(word for hazard in contact.hazards for word in _hazard_words(hazard)),
    ]
    return search_words(" ".join(texts))


def _hazard_words(hazard: Hazard) -> tuple[str, str]:
    return hazard.value.replace("_", " "), code_label(hazard)


def _is_hazard(contact: Contact, word: str) -> bool:
    """Return whether a word names a hazard of a contact, in either language."""
    try:
        return parse_code(Hazard, word) in contact.hazards
    except UnknownCode:
        return False


def _is_in_number(contact: Contact, word: str) -> bool:
    if not word.isdigit():
        return False
    numbers = [dialled_digits(number) for number in (*contact.phones, *contact.whatsapp)]
    wanted = dialled_digits(word)
    return any(wanted == number or (len(wanted) >= _FEWEST_DIGITS and wanted in number) for number in numbers)


def dialled_digits(number: str) -> str:
    """Return the digits of a number with 0 instead of the country code of Indonesia."""
    digits = "".join(re.findall(r"[0-9]", number))
    return f"0{digits[2:]}" if digits.startswith("62") and len(digits) > _FEWEST_DIGITS else digits


def _joined_digits(text: str) -> str:
    """Join the groups of a number: 0755-31 123 is one word."""
    return re.sub(r"(?<=[0-9])[ ()./-]+(?=[0-9])", "", text)


@lru_cache(maxsize=8_192)
def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _by_name(contact: Contact) -> tuple[str, str]:
    return (_plain(contact.name), contact.id)
