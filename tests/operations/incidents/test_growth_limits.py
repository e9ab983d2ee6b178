"""No account makes the state of an incident, a station or an alarm so large that it delays everyone."""

from uuid import uuid4

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, MORNING, JudgedJournal
from support.sensor_samples import gauge

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmLinked, AlarmRaised
from tabuah.operations.alarms.subject import MAX_LINKS
from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS, Attachment
from tabuah.operations.codes import Severity
from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.drafts import report_figures
from tabuah.operations.incidents.entry_bodies import Figures, IncidentAttached, IncidentEdited
from tabuah.operations.incidents.growth_limits import MAX_STATEMENTS
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import NEWEST_VERSION, STRICT_VERSION
from tabuah.operations.stations.entry_bodies import StationAttachmentAdded, StationRegistered

ACCEPTED, SHA256 = Decision(Verdict.ACCEPTED), "a" * 64
PHOTO = {"sha256": SHA256, "name": "foto.jpg", "media_type": "image/jpeg", "size": 5}


@pytest.fixture(params=[STRICT_VERSION, NEWEST_VERSION])
def room(request: pytest.FixtureRequest) -> JudgedJournal:
    return JudgedJournal(decide_version=request.param)


def expected(room: JudgedJournal, reason: str) -> Decision:
    """Return the decision on what is too much: earlier rules accept it."""
    return ACCEPTED if room.decide_version < NEWEST_VERSION else Decision(Verdict.REJECTED, reason)


def draft(subject: str, kind: str, body: msgspec.Struct) -> Draft:
    return Draft(subject=subject, kind=kind, body=encode_body(body))


def test_incident_takes_limited_attachments(room: JudgedJournal):
    ani, budi = room.author("ani"), room.author("budi")
    room.report(ani)
    attach = draft(FIRST_SUBJECT, "incident.attached", IncidentAttached(**PHOTO))
    for _number in range(MAX_ATTACHMENTS):
        assert room.write(ani, attach) == ACCEPTED
    assert room.write(budi, attach) == expected(room, "too_many_attachments")


def test_incident_takes_limited_figures_of_a_person(room: JudgedJournal):
    ani, budi = room.author("ani"), room.author("budi")
    room.report(ani)
    for number in range(MAX_STATEMENTS):
        assert room.write(ani, report_figures(room.incident(), Figures(deaths=1), source=f"S{number}")) == ACCEPTED
    too_much = report_figures(room.incident(), Figures(deaths=1), source="PMI")
    assert room.write(ani, too_much) == expected(room, "too_many_of_author")
    assert room.write(budi, too_much) == ACCEPTED


def test_guarded_field_takes_limited_values_of_a_person(room: JudgedJournal):
    ani, budi = room.author("ani"), room.author("budi")
    room.report(ani)
    severities = (Severity.SEVERE, Severity.MINOR)

    def edit(number: int) -> Draft:
        body = IncidentEdited(severity=severities[number % 2])
        base = {"severity": room.incident().last_writer("severity")}
        return msgspec.structs.replace(draft(FIRST_SUBJECT, "incident.edited", body), base=base)

    for number in range(MAX_STATEMENTS - 1):  # the report is the first value
        assert room.write(ani, edit(number)) == ACCEPTED
    assert room.write(ani, edit(1)) == expected(room, "too_many_of_author")
    assert room.write(budi, edit(0)) == ACCEPTED


def test_station_takes_limited_attachments(room: JudgedJournal):
    admin = room.author("admin", Role.ADMIN)
    station = gauge()
    room.write(admin, draft(f"station/{station.code}", "station.registered", StationRegistered(station=station)))
    attach = draft(
        f"station/{station.code}", "station.attachment_added", StationAttachmentAdded(attachment=Attachment(**PHOTO))
    )
    for _number in range(MAX_ATTACHMENTS):
        assert room.write(admin, attach) == ACCEPTED
    assert room.write(admin, attach) == expected(room, "too_many_attachments")


def test_alarm_takes_limited_links(room: JudgedJournal):
    ani = room.author("ani")
    subject = f"alarm/{uuid4()}"
    raised = AlarmRaised(
        rule="r", station="X-1", parameter="rain_mm", severity=AlarmSeverity.CRITICAL, onset_at=MORNING
    )
    assert room.write(ani, draft(subject, "alarm.raised", raised)) == ACCEPTED
    link = draft(subject, "alarm.linked", AlarmLinked(incident=str(uuid4())))
    for _number in range(MAX_LINKS):
        assert room.write(ani, link) == ACCEPTED
    assert room.write(ani, link) == expected(room, "too_many_links")
    assert isinstance(room.states[subject].value, Alarm)
