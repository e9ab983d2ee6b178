"""Text of actions on incidents: report, edit, place, figures, note and dispatch of units."""

from collections.abc import Sequence

from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_number


def reported_text(number: str) -> str:
    return _("{number} is reported.").format(number=number)


def title_too_long_text(limit: int) -> str:
    return _("A title has at most {n} characters.").format(n=limit)


def noted_text(number: str) -> str:
    return _("Noted at {number}. A note stays in the history.").format(number=number)


def note_too_long_text(limit: int) -> str:
    return _("A note has at most {n} characters.").format(n=limit)


def dispatch_title(incident: Incident) -> str:
    return _("Dispatch to {number}").format(number=incident.number)


def dispatch_button() -> str:
    return _("Dispatch")


def units_hint() -> str:
    return _("Such as TRC-1, Damkar Arosuka")


def no_units_error() -> str:
    return _("Enter the units, separated by commas.")


def dispatched_text(incident: Incident, units: Sequence[str]) -> str:
    return _("{units} dispatched to {number}.").format(units=", ".join(units), number=incident.number)


def answered_text(number: str) -> str:
    return _("{number}: answers saved").format(number=number)


def caller_changed_text(number: str) -> str:
    return _("{number}: caller saved").format(number=number)


def caller_hint() -> str:
    return _("Name and number. Only authorised roles can see them; empty removes the caller.")


def caller_length_text(n: int) -> str:
    return _("Write name and number in at most {n} characters.").format(n=n)


def edited_text(number: str) -> str:
    return _("{number} is changed.").format(number=number)


def edit_undone_text(number: str) -> str:
    return _("{number} has its previous values again; both versions are in its history.").format(number=number)


def title_length_text(limit: int) -> str:
    return _("A title has 1 to {n} characters.").format(n=limit)


def description_length_text(limit: int) -> str:
    return _("A description has at most {n} characters. Nothing was saved; your text is still here.").format(
        n=format_number(limit)
    )


def unknown_place_text() -> str:
    return _("No place of this name. Write a nagari or coordinates.")


def ambiguous_place_text(example: str) -> str:
    """Return the error for a name of several places; the example has its kecamatan."""
    return _("This name occurs twice. Write the kecamatan, too: {example}").format(example=example)


def outside_place_text() -> str:
    return _("This place is outside the regency. Close the form and pick it on the map (P).")


def figures_recorded_text(number: str, source: str) -> str:
    message = _("The figures of {number} are recorded as stated by {source}.")
    return message.format(number=number, source=source)


def choose_place_text(number: str) -> str:
    message = _("Choose the place of {number}: click, or use the arrow keys and Enter; Esc cancels.")
    return message.format(number=number)


def outside_title(number: str) -> str:
    return _("Move {number} outside the regency?").format(number=number)


def outside_reason_required() -> str:
    return _("Outside the regency a place needs a reason.")


def moved_text(number: str, place: str) -> str:
    return _("{number} is now at {place}.").format(number=number, place=place)
