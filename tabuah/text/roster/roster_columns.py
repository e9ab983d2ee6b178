"""Text about a table of the roster: its columns, and the problems of a row."""

from typing import Final

from tabuah.operations.roster.roster_table import RowProblem, RowProblemCode
from tabuah.resources.localisation import N_, _

_COLUMNS: Final[dict[str, str]] = {
    "date": "day on which the shift begins, such as 2026-12-07 or 07-12-2026",
    "start": "local time of its start, such as 08:00; empty for the usual one",
    "hours": "length in hours; empty for the usual one",
    "crew": "name of the crew, such as Regu B",
    "supervisor": "user name or full name of the supervisor who leads it",
    "members": "user names of the other members, separated by |",
    "label": "name of the shift",
    "note": "further details",
}
_LABELS: Final[dict[str, str]] = {
    "date": N_("Day"),
    "start": N_("Start"),
    "hours": N_("Length in hours"),
    "crew": N_("Crew"),
    "supervisor": N_("Supervisor"),
    "members": N_("Members"),
    "label": N_("Name of the shift"),
    "note": N_("Note"),
}
_PROBLEMS: Final[dict[RowProblemCode, str]] = {
    RowProblemCode.DATE_UNREADABLE: "“{text}” is no date. Write it as 2026-11-24 or 24-11-2026.",
    RowProblemCode.START_UNREADABLE: "“{text}” is no time of day. Write it as 08:00.",
    RowProblemCode.START_MISSING: "Write when the shift begins: a day has several shifts.",
    RowProblemCode.HOURS_UNREADABLE: "“{text}” is no length. Write a number of hours from 0.5 to 48.",
    RowProblemCode.MISSING: "This cell must not be empty.",
    RowProblemCode.TOO_LONG: "The text is too long.",
    RowProblemCode.ONE_SUPERVISOR: "Name one supervisor only.",
    RowProblemCode.TOO_MANY_MEMBERS: "A crew has at most 50 members.",
    RowProblemCode.UNKNOWN_USER: "There is no user {text}.",
    RowProblemCode.LOCKED: "{text} is locked.",
    RowProblemCode.REPEATED: "This shift occurs twice in the file.",
}


def explain_roster_columns() -> list[tuple[str, str]]:
    """Return each column with its explanation."""
    return [(name, _(_COLUMNS[name])) for name in _COLUMNS]


def roster_field_label(name: str) -> str:
    return _(_LABELS[name])


def describe_row_problem(problem: RowProblem) -> str:
    return _(_PROBLEMS[problem.code]).format(text=problem.text)
