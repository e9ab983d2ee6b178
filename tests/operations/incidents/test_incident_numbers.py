"""The number of a reported incident."""

import pytest
from support.judged_journal import FIRST, JudgedJournal

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import ACCEPT, Decision, rejected
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.policy.policy import FIRST_VERSION, PROVENANCE_VERSION, STRICT_VERSION

ARABIC_INDIC = "\u0660\u0660\u0660\u0661"  # the digits 0001


@pytest.mark.parametrize("counter", [ARABIC_INDIC, "000\u0661"])
@pytest.mark.parametrize(
    ("version", "expected"),
    [(FIRST_VERSION, ACCEPT), (STRICT_VERSION, ACCEPT), (PROVENANCE_VERSION, rejected("malformed_body"))],
)
def test_incident_number_has_only_ascii_digits_from_version_3_on(version: int, expected: Decision, counter: str):
    assert report(version, counter) == expected


def test_incident_number_with_ascii_digits_is_accepted():
    assert report(PROVENANCE_VERSION, "0001") == ACCEPT
    assert report(PROVENANCE_VERSION, "12345") == ACCEPT


def report(version: int, counter: str) -> Decision:
    room = JudgedJournal(decide_version=version)
    ani = room.author("ani")
    body = IncidentReported(number=f"SLK-{ani.tag}-{counter}", hazard=Hazard.FLOOD, title="Banjir")
    return room.write(ani, report_incident(body, incident_id=FIRST))
