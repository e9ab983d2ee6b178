"""The search document of an incident: its text by part. It contains no personal value: the state has none."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.incident import Incident

MAX_NOTES_CHARS: Final = 200_000  # of one incident: every new note writes its index again


class SearchDocument(NamedTuple):
    """The text of an incident by part, in the order in which an excerpt prefers them."""

    title: str
    description: str
    notes: str
    units: str
    files: str


def search_document(incident: Incident, notes: Iterable[str]) -> SearchDocument:
    """Return the search document of an incident.

    Args:
        incident: the incident.
        notes: its open notes, newest first; those beyond `MAX_NOTES_CHARS` are left out.
    """
    return SearchDocument(
        title=" \n".join((_numbers(incident.number), incident.title, *_places(incident))),
        description=" \n".join(filter(None, (incident.description, *_answers(incident)))),
        notes=_joined(notes),
        units=" \n".join(_units(incident)),
        files=" \n".join(f"{file.name} {file.caption}".strip() for file in incident.attachments),
    )


def _numbers(number: str) -> str:
    """Return the number, and its counter without zeros, as people say it."""
    counter = number.rpartition("-")[2].lstrip("0")
    return f"{number} {counter}" if counter else number


def _places(incident: Incident) -> Iterable[str]:
    place = incident.place
    if place is not None:
        yield from filter(None, (place.jorong, place.landmark, place.nagari, place.kecamatan, place.outside_reason))


def _answers(incident: Incident) -> Iterable[str]:
    """Yield the answers of callers in words."""
    return (each.value for each in incident.intake.answers.values() if isinstance(each.value, str))


def _units(incident: Incident) -> list[str]:
    """Return assigned units and offices, and those that were assigned before."""
    named = list(incident.assignment)
    for written in incident.writings.get("assignment", ()):
        value = decode_value("assignment", written.value)
        if isinstance(value, tuple | list):
            named.extend(str(each) for each in value)
    return list(dict.fromkeys(named))


def _joined(notes: Iterable[str]) -> str:
    kept, room = [], MAX_NOTES_CHARS
    for note in notes:
        if room <= 0:
            break
        kept.append(note[:room])
        room -= len(note)
    return " \n".join(kept)
