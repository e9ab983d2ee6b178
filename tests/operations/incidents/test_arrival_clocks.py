"""The profile of the regency says how long the way to an incident may take."""

from datetime import UTC, datetime, timedelta

import msgspec
from support.judged_journal import JudgedJournal
from support.regencies import eastern_regency, regency_in_use

from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.clocks import next_clock
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.regency_profile import HazardSettings

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def incident_of(hazard: Hazard) -> Incident:
    room = JudgedJournal(decide_version=3)
    return msgspec.structs.replace(room.report(room.author("ani")), hazard=hazard)


def test_shipped_profile_has_a_clock_for_fires_only():
    clock = next_clock(incident_of(Hazard.FIRE), LATER)
    assert clock is not None
    assert clock.allowed == timedelta(minutes=15)
    assert next_clock(incident_of(Hazard.FLOOD), LATER) is None


def test_profile_gives_other_hazards_a_clock():
    with regency_in_use(eastern_regency(hazards=(HazardSettings(code="flood", arrival_min=60),))):
        clock = next_clock(incident_of(Hazard.FLOOD), LATER)
        assert clock is not None
        assert clock.allowed == timedelta(hours=1)
        assert next_clock(incident_of(Hazard.FIRE), LATER) is None
