"""One line about a call, as the caller speaks, read into the fields of a report.

"kebakaran di Cupak jorong Simpang dekat masjid, Bu Nurlela 0811 1002, 14.05, 3 orang terjebak, api ke dapur"

Each reader takes the parts that it understands with certainty; all other words are the note. A phrase that says more
than its field, such as "3 orang terjebak", stays in the note as well.
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.call_line_places import NamedPlace, find_named_place, find_position
from tabuah.operations.incidents.call_line_times import find_time
from tabuah.operations.incidents.call_line_vocabulary import (
    BEGINS_LANDMARK,
    CALLER_TITLES,
    HAZARD_HINTS,
    HAZARD_NAMES,
    IN_DANGER,
    NUMBER_WORDS,
    PERSONS,
)
from tabuah.operations.incidents.place import MAX_PLACE_WORDS

MAX_LINE: Final = 2_000  # characters; a longer text is a note as a whole
_TAKEN: Final = "\x1f"  # in place of a part that was taken
_MOST_PEOPLE: Final = 100_000
_MOST_LANDMARK_WORDS: Final = 6
_END: Final = r"[,;\n\x1f]"
_NAME: Final = r"[^\W\d_][^\W\d_.'’-]*"
_TITLE: Final = rf"(?:{CALLER_TITLES})\.?"
_PHONE: Final = r"(?<![\w+.,-])(?:\+?62[ -]?[2-9]|0[2-9])\d{1,4}(?:[ -]?\d{3,5}){1,3}(?![.:]?\d)"
_TITLED_NUMBER: Final = re.compile(
    rf"\b(?P<name>{_TITLE}\s+{_NAME}(?:\s+{_NAME}){{0,3}}?)\s*[:(]?\s*(?P<number>{_PHONE})\)?", re.IGNORECASE
)
_BARE_NUMBER: Final = re.compile(
    rf"(?:^|{_END})\s*(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})\s*[:(]?\s*(?P<number>{_PHONE})\)?\s*(?=$|{_END})"
)
_NUMBER_ALONE: Final = re.compile(_PHONE)
_REPORTER: Final = re.compile(
    rf"\b(?:pelapor|penelepon|caller|reporter)\b:?\s+(?P<name>{_NAME}(?:\s+{_NAME}){{0,3}}?)"
    rf"(?:\s+(?P<number>{_PHONE}))?\s*(?=$|{_END})",
    re.IGNORECASE,
)
_TITLED_ALONE: Final = re.compile(
    rf"(?:^|{_END})\s*(?P<name>{_TITLE}\s+{_NAME}(?:\s+{_NAME}){{0,2}}?)\s*(?=$|{_END})", re.IGNORECASE
)
_PEOPLE: Final = re.compile(
    rf"\b(?P<count>\d{{1,6}}|{'|'.join(NUMBER_WORDS)})\s+(?:{PERSONS})\b(?:\s+{_NAME}){{0,2}}?\s+(?:{IN_DANGER})\b",
    re.IGNORECASE,
)
_LANDMARK: Final = re.compile(
    rf"(?:^|{_END})\s*(?P<text>(?:{BEGINS_LANDMARK})(?:\s+[^\s,;\n\x1f]+){{1,{_MOST_LANDMARK_WORDS}}})", re.IGNORECASE
)
_BLANKS: Final = re.compile(r"[^\S\n]+")  # the mark is one of them
_EDGES: Final = re.compile(r"^[\s.:·–-]+|[\s:·–-]+$")
_HANGING: Final = re.compile(r"(?:^|\s+)(?:di|pada|at|in|dan|and)$", re.IGNORECASE)
_PARTS: Final = re.compile(r"[;\n\x1f]|,(?!\d)")
_NO_EVENT: Final = re.compile(r"\b(?:tidak ada|tak ada|bukan|tanpa|no|not)\s+$", re.IGNORECASE)


class CallLine(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a line; empty where it says nothing.

    Attributes:
        place_text: a nagari ("Cupak", "Koto Laweh, Lembang Jaya"), a position or a link, for the search of places.
        occurred_text: a time as the form reads it; it may be in the future, which the form refuses.
        people_at_risk: a number.
        note: every word that no other part contains.
    """

    hazard: Hazard | None = None
    place_text: str = ""
    jorong: str = ""
    landmark: str = ""
    caller_name: str = ""
    caller_number: str = ""
    occurred_text: str = ""
    people_at_risk: str = ""
    note: str = ""


def read_call_line(
    text: str, *, places: tuple[NamedPlace, ...], hazards: Collection[Hazard], hamlet: str, now: datetime
) -> CallLine:
    """Return the parts of a line.

    Args:
        text: as typed or pasted; one longer than `MAX_LINE` is a note as a whole.
        places: the nagari of the regency.
        hazards: those that the form offers; others stay in the note.
        hamlet: what a jorong is called here.
        now: for "10 minutes ago".
    """
    if len(text) > MAX_LINE:
        return CallLine(note=text.strip())
    line = _Line(text)
    name, number = line.take_caller_with_number()
    place = line.take_place(places, hamlet)
    occurred = line.take_time(now)
    people = line.people_at_risk()
    jorong = line.take_jorong(hamlet)
    landmark = line.take_landmark()
    hazard = line.take_hazard(hazards)
    if not number:
        name, number = line.take_caller(name)
    return CallLine(
        hazard=hazard,
        place_text=place,
        jorong=jorong,
        landmark=landmark,
        caller_name=name,
        caller_number=number,
        occurred_text=occurred,
        people_at_risk=people,
        note=line.rest(),
    )


class _Line:
    """The text of a line; each `take` replaces the part that it understands by a mark."""

    def __init__(self, text: str) -> None:
        self._text = _BLANKS.sub(" ", text)

    def take_caller_with_number(self) -> tuple[str, str]:
        found = _TITLED_NUMBER.search(self._text) or _REPORTER.search(self._text)
        if found is None:
            return "", ""
        self._take(found.start(), found.end())
        return _clean(found["name"]), _clean(found["number"] or "")

    def take_caller(self, known_name: str) -> tuple[str, str]:
        """Take a number with the name that stands alone before it, else a number, else a name with a title."""
        found = _BARE_NUMBER.search(self._text) if not known_name else None
        if found is not None:
            self._take(found.start("name"), found.end())
            return _clean(found["name"]), _clean(found["number"])
        number, name = "", known_name
        if alone := _NUMBER_ALONE.search(self._text):
            self._take(alone.start(), alone.end())
            number = _clean(alone[0])
        if not name and (titled := _TITLED_ALONE.search(self._text)):
            self._take(titled.start("name"), titled.end("name"))
            name = _clean(titled["name"])
        return name, number

    def take_place(self, places: tuple[NamedPlace, ...], hamlet: str) -> str:
        found = find_position(self._text) or find_named_place(self._text, places, hamlet=hamlet)
        if found is None:
            return ""
        self._take(found.start, found.end)
        return found.place_text

    def take_time(self, now: datetime) -> str:
        found = find_time(self._text, now=now)
        if found is None:
            return ""
        self._take(found.start, found.end)
        return found.text

    def people_at_risk(self) -> str:
        """Return the sum of the people in danger; the phrases stay."""
        counts = [found["count"].casefold() for found in _PEOPLE.finditer(self._text)]
        total = sum(NUMBER_WORDS[count] if count in NUMBER_WORDS else int(count) for count in counts)
        return str(total) if counts and total <= _MOST_PEOPLE else ""

    def take_jorong(self, hamlet: str) -> str:
        """Take the words after "jorong": up to three before an end or a landmark, else one."""
        begins = rf"\b(?:jorong|jr\.|{re.escape(hamlet)})\s+"
        word, stop = r"[^\s,;\n\x1f]+", rf"(?=\s*(?:$|{_END})|\s+(?:{BEGINS_LANDMARK})\b)"
        whole = re.compile(rf"{begins}(?P<name>{word}(?:\s+{word}){{0,2}}?){stop}", re.IGNORECASE)
        found = whole.search(self._text) or re.search(rf"{begins}(?P<name>{word})", self._text, re.IGNORECASE)
        if found is None or len(found["name"]) > MAX_PLACE_WORDS:
            return ""
        self._take(found.start(), found.end())
        return _clean(found["name"])

    def take_landmark(self) -> str:
        """Take "dekat masjid" at the beginning of a part, as after a place."""
        found = _LANDMARK.search(self._text)
        if found is None or len(found["text"]) > MAX_PLACE_WORDS:
            return ""
        self._take(found.start("text"), found.end())
        return _clean(found["text"])

    def take_hazard(self, offered: Collection[Hazard]) -> Hazard | None:
        """Return the hazard that is named first; its name stays if it is in the middle of a sentence."""
        found = [
            (match.start(), -len(name), hazard)
            for name, hazard in (HAZARD_NAMES | HAZARD_HINTS).items()
            if hazard in offered
            for match in re.finditer(rf"\b{name}\b", self._text, re.IGNORECASE)
            if not _NO_EVENT.search(self._text[: match.start()])
        ]
        if not found:
            return None
        start, negative_length, hazard = min(found, key=lambda each: each[:2])
        name = self._text[start : start - negative_length]
        if name.casefold() in HAZARD_NAMES and re.search(rf"(?:^|{_END})\s*$", self._text[:start]):
            self._take(start, start + len(name))
        return hazard

    def rest(self) -> str:
        """Return the words that were not taken, their parts separated by commas."""
        parts = (_HANGING.sub("", _clean(part)) for part in _PARTS.split(self._text))
        return ", ".join(part for part in parts if part)

    def _take(self, start: int, end: int) -> None:
        self._text = self._text[:start] + _TAKEN + self._text[end:]


def _clean(text: str) -> str:
    return " ".join(_EDGES.sub("", text).split())
