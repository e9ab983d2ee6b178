"""Drafts of earthquake, weather warning and volcano entries."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.bulletins.bulletin import warning_key
from tabuah.operations.bulletins.entry_bodies import (
    EarthquakeReported,
    VolcanoLevelled,
    WarningIssued,
    WarningWithdrawn,
)
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible

CLOCK_SLACK: Final = timedelta(minutes=10)


def report_earthquake(key: str, body: EarthquakeReported, *, exercise: bool, exercise_id: str = "") -> Draft:
    return Draft(
        subject=subject_of("earthquake", key),
        kind="earthquake.reported",
        body=encode_body(body),
        occurred_at=body.at,
        exercise=exercise,
        exercise_id=exercise_id,
    )


def issue_warning(body: WarningIssued, *, exercise: bool, exercise_id: str = "") -> Draft:
    return Draft(
        subject=subject_of("warning", warning_key(body.identifier)),
        kind="warning.issued",
        body=encode_body(body),
        occurred_at=body.sent,
        exercise=exercise,
        exercise_id=exercise_id,
    )


def withdraw_warning(key: str, body: WarningWithdrawn, *, exercise: bool, exercise_id: str = "") -> Draft:
    return Draft(
        subject=subject_of("warning", key),
        kind="warning.withdrawn",
        body=encode_body(body),
        occurred_at=body.withdrawn_at,
        exercise=exercise,
        exercise_id=exercise_id,
    )


def level_volcano(
    volcano_id: str, body: VolcanoLevelled, *, now: datetime, exercise: bool = False, exercise_id: str = ""
) -> Draft:
    """State the level of a volcano, as read from PVMBG.

    Raises:
        NotPossible: the statement lies in the future, or its source is missing.
    """
    if not body.source.strip():
        raise NotPossible("no_source")
    if body.stated_at > now + CLOCK_SLACK:
        raise NotPossible("stated_in_future")
    return Draft(
        subject=subject_of("volcano", volcano_id),
        kind="volcano.levelled",
        body=encode_body(body),
        occurred_at=body.stated_at,
        exercise=exercise,
        exercise_id=exercise_id,
    )
