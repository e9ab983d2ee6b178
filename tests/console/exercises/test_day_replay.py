"""A replay of a past day carries no personal value into the exercise, and repeats nothing."""

import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.console_stores import add_users, enrol, sync
from support.readings_fixture import gauge

from tabuah.console.exercises.day_replay import DayReplay, ReplayTarget, reports_between
from tabuah.console.exercises.past_readings import PastReadings, PastSeries
from tabuah.console.exercises.replay_file import ReplayProgress, new_progress
from tabuah.console.reports.chat_text import make_chat_text
from tabuah.console.reports.incident_report import ReportKind, make_incident_report
from tabuah.console.reports.report_export import ListFormat, export_incident_list
from tabuah.console.reports.report_sources import read_incident_sources
from tabuah.console.simulator.http_sender import SentReadings
from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.exercises.past_day import ReplaySchedule, copy_of_station
from tabuah.operations.exercises.scope import exercise_scope
from tabuah.operations.incidents import drafts
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited, IncidentReported
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, SeriesPoint, SeriesSummary
from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.operations.stations.drafts import register_station
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.storage.journal.wire import decode_entry

EXERCISE = "galodo-1"
SINCE = datetime(2026, 11, 24, 5, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=2)
SCHEDULE = ReplaySchedule(
    since=SINCE, until=UNTIL, begins_at=SINCE + timedelta(days=7), speed=4, history=timedelta(hours=1)
)
PLACE = IncidentPlace(
    lon_deg=100.634567, lat_deg=-0.812345, nagari_code="1303052001", nagari="Koto Baru", kecamatan="Kubung",
    certainty=PlaceCertainty.OFFICIAL,
)  # fmt: skip


class MinuteSeries:
    """A source with one reading a minute, from an hour before the period; none is kept from before `kept_from`."""

    name = "server"

    def __init__(self, kept_from: datetime = SINCE - timedelta(hours=1)) -> None:
        self._kept_from = kept_from

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        minutes = range(int((until - since).total_seconds() // 60) + 1)
        assert points >= len(minutes)
        times = [since + timedelta(minutes=n) for n in minutes]
        return tuple(SeriesPoint(at, 1.0, 1.0, 1.0, 1) for at in times if at >= self._kept_from)

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: RollUpSpan
    ) -> tuple[SeriesSummary, ...]:
        return ()

    def values_from(self) -> datetime | None:
        return self._kept_from


class RecordingSender:
    """Keeps what a replay sends."""

    def __init__(self) -> None:
        self.sent, self.readings = SentReadings(), list[Reading]()

    def send(self, readings: Sequence[Reading]) -> bool:
        self.readings += readings
        return True


def past_readings(works: Sequence[MaintenanceWindow] = (), source: MinuteSeries | None = None) -> PastReadings:
    series = [PastSeries(gauge(), "stage_m", 120)]
    return PastReadings(source or MinuteSeries(), series, works, exercise_id=EXERCISE, schedule=SCHEDULE)


def player(store: ConsoleStore, sender: RecordingSender, saved: list[ReplayProgress]) -> DayReplay:
    return DayReplay(
        target=ReplayTarget(exercise_id=EXERCISE, store=store, sender=sender, push=lambda: None),
        progress=saved[-1] if saved else new_progress(SCHEDULE, incidents=True),
        readings=past_readings(),
        reports=reports_between(store.incidents(), SCHEDULE),
        on_progress=saved.append,
        on_trouble=lambda _reason: None,
    )


def test_schedule_keeps_intervals_and_ends_in_the_present():
    assert SCHEDULE.ends_at - SCHEDULE.begins_at == timedelta(minutes=30)
    for minute in range(0, 31, 5):
        now = SCHEDULE.begins_at + timedelta(minutes=minute)
        played = SCHEDULE.played_until(now)
        assert played == SINCE + timedelta(minutes=4 * minute)
        assert played + SCHEDULE.shift <= now
    assert SCHEDULE.played_until(SCHEDULE.begins_at - timedelta(hours=1)) == SINCE
    assert SCHEDULE.played_until(SCHEDULE.ends_at + timedelta(hours=1)) == UNTIL


def test_readings_get_new_times_and_codes():
    found = past_readings().readings_between(SCHEDULE.first_at, UNTIL)
    assert len(found) == 180
    assert {reading.station for reading in found} == {f"{EXERCISE}~SLK-AWLR-03"}
    assert (found[0].at, found[-1].at) == (
        SCHEDULE.first_at + SCHEDULE.shift,
        SCHEDULE.ends_at - timedelta(minutes=1),
    )


def test_readings_under_maintenance_and_summaries_stay_behind():
    work = MaintenanceWindow(
        id="w", stations=("SLK-AWLR-03",), since=SINCE, until=SINCE + timedelta(minutes=30), reason="x",
        planned_by="ani", planned_at=SINCE, exercise=False,
    )  # fmt: skip
    assert len(past_readings([work]).readings_between(SINCE, UNTIL)) == 90
    pruned = past_readings(source=MinuteSeries(kept_from=SINCE + timedelta(minutes=90)))
    assert len(pruned.readings_between(SCHEDULE.first_at, UNTIL)) == 30


def test_copy_of_station_keeps_rules_only():
    station = msgspec.structs.replace(gauge(), owner="Pak Budi", gateway="gerbang")
    copy = copy_of_station(station, EXERCISE)
    assert (copy.code, copy.exercise_id, copy.owner, copy.gateway) == (f"{EXERCISE}~SLK-AWLR-03", EXERCISE, "", "")
    assert (copy.parameters, copy.river) == (station.parameters, station.river)


SECRETS = st.lists(
    st.text(st.characters(categories=["L"]), min_size=6, max_size=30).map(lambda text: f"ß{text}þ"),
    min_size=12, max_size=12, unique=True,
)  # fmt: skip


@given(secrets=SECRETS)
@settings(max_examples=3, phases=[Phase.generate], deadline=None)
def test_replay_carries_no_personal_value(secrets: list[str], tmp_path_factory: pytest.TempPathFactory):
    directory = tmp_path_factory.mktemp("replay")
    clock = [SINCE - timedelta(hours=1)]
    with (
        ServerJournal.open(directory / "server", clock=lambda: clock[0]) as journal,
        closing(ConsoleStore(directory / "budi", clock=lambda: clock[0])) as budi,
        closing(ConsoleStore(directory / "ani", clock=lambda: clock[0])) as ani,
    ):
        add_users(journal, budi=Role.OPERATOR, ani=Role.SUPERVISOR)
        enrol(journal, budi, "budi")
        journal.append_drafts([register_station(msgspec.structs.replace(gauge(), owner=secrets[0]))])
        sync(budi, journal)
        clock[0] = SINCE + timedelta(minutes=30)
        write_incident(budi, secrets)
        sync(budi, journal)
        clock[0] = SCHEDULE.ends_at
        enrol(journal, ani, "ani")
        sync(ani, journal)
        ani.save(start_exercise("Galodo", known=(), suffix="1"))
        sender, saved = RecordingSender(), list[ReplayProgress]()
        assert player(ani, sender, saved).run(now=lambda: clock[0], stopping=threading.Event())
        sync(ani, journal)
        written = [record for record in journal.records_after(0) if decode_entry(record.text).exercise]
        assert {decode_entry(record.text).kind for record in written} == {"incident.reported"}
        assert all(record.verdict.value == "accepted" for record in written)
        carried = [record.text for record in written] + [repr(sender.readings)]
        carried += [repr(journal.personal_values_of(written)), *exports(ani)]
        assert [secret for secret in secrets if any(secret in text for text in carried)] == []
        (incident,) = exercise_scope(EXERCISE).select(ani.incidents())
        assert (incident.attachments, incident.severity, incident.hazard) == ((), Severity.SEVERE, Hazard.FLOOD)
        assert (incident.place.lon_deg, incident.place.lat_deg, incident.place.jorong) == (100.63, -0.81, "")
        assert_nothing_is_repeated(ani, saved)


def assert_nothing_is_repeated(store: ConsoleStore, saved: list[ReplayProgress]) -> None:
    """Play again from the middle, as after a stop before the progress was on disk."""
    halfway = msgspec.structs.replace(saved[-1], played=SINCE)
    player(store, RecordingSender(), [halfway]).run(now=lambda: SCHEDULE.ends_at, stopping=threading.Event())
    assert len(exercise_scope(EXERCISE).select(store.incidents())) == 1


def write_incident(store: ConsoleStore, secrets: list[str]) -> None:
    """Write an incident of the real world with a secret in every field that people fill in."""
    place = msgspec.structs.replace(PLACE, jorong=secrets[1])
    body = IncidentReported(
        number=store.next_incident_number(), hazard=Hazard.FLOOD, title=secrets[2], severity=Severity.SEVERE,
        place=place, description=secrets[3],
    )  # fmt: skip
    incident_id = new_uuid(store.now())
    caller = drafts.caller_value(secrets[4], salt=new_salt())
    store.save(drafts.report_incident(body, incident_id=incident_id, caller=caller))
    incident = store.incident(incident_id)
    file = Attachment(sha256="a" * 64, name=secrets[5], size=10, media_type="image/jpeg", caption=secrets[6])
    store.save(drafts.note_incident(incident, secrets[7]))
    store.save(drafts.add_restricted_note(incident, secrets[8], salt=new_salt()))
    store.save(drafts.attach_to_incident(incident, file))
    store.save(drafts.report_figures(incident, Figures(deaths=2), source=secrets[9]))
    edited = IncidentEdited(assignment=(secrets[10],), title=secrets[11], severity=Severity.CATASTROPHIC)
    store.save(drafts.edit_incident(store.incident(incident_id), edited))


def exports(store: ConsoleStore) -> list[str]:
    """Return the exports of the exercise as text."""
    scope = exercise_scope(EXERCISE)
    lists = [
        export_incident_list(store, list_format=form, scope=scope) for form in (ListFormat.CSV, ListFormat.GEOJSON)
    ]
    reports = [
        make_chat_text(make_incident_report(read_incident_sources(store, incident.id), ReportKind.INITIAL))
        for incident in scope.select(store.incidents())
    ]
    return [*(each.content.decode("utf-8-sig") for each in lists), *reports]
