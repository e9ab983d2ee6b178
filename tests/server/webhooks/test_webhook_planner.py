"""The planner of webhooks: which entries become events for an OPD, and what these contain."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.operator_device import OperatorDevice
from support.readings_fixture import Clock
from support.unit_samples import unit_card

from tabuah.operations.codes import Hazard, Status
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.incidents.drafts import edit_incident, move_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.people.roles import Role
from tabuah.operations.tasks.drafts import add_task, receive_task
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner
from tabuah.operations.units.drafts import move_unit, register_unit, retire_unit
from tabuah.operations.units.unit import UnitState
from tabuah.operations.webhooks.settings import WebhookEndpoint, read_webhook_settings
from tabuah.server.health import HealthSources, health_of
from tabuah.server.journal import ServerJournal
from tabuah.server.webhooks.service import WebhookService, prune_events, prune_unused_events
from tabuah.server.webhooks.settings_file import rotate_secret
from tabuah.server.webhooks.webhook_planner import WebhookPlanner
from tabuah.server.webhooks.webhook_queue import WebhookQueue
from tabuah.storage.journal.identifiers import new_uuid

ENDPOINT = """
[[endpoint]]
name = "pupr"
url = "https://pupr.example.org/tabuah"
opd = "Dinas PUPR"
secret_file = "webhook-pupr"
"""
TITLE = "Jembatan roboh, rumah Pak Budi"
MANY = 10_000


def endpoint_of(more: str = "") -> WebhookEndpoint:
    return read_webhook_settings(ENDPOINT + more).endpoint[0]


@dataclass
class PlannerSession:
    """A journal with the planner of one endpoint that the test runs."""

    journal: ServerJournal
    clock: Clock
    endpoint: WebhookEndpoint

    def __post_init__(self) -> None:
        self.device = OperatorDevice(self.journal, role=Role.SUPERVISOR)
        self.restart()

    def restart(self) -> None:
        self.queue = WebhookQueue(self.journal.directory.path)
        self.planner = WebhookPlanner(self.journal, self.endpoint, self.queue)
        self.planner.load()

    def restart_with(self, more: str) -> None:
        self.queue.close()
        self.endpoint = endpoint_of(more)
        self.restart()

    def append(self, *drafts: Draft) -> None:
        assert self.device.push(*drafts) == [(Verdict.ACCEPTED, "")] * len(drafts)

    def value(self, subject: str) -> Any:
        return self.journal.state_of(subject).value

    def report(self, *, exercise: bool = False) -> str:
        key = new_uuid(self.clock.now)
        number = f"SLK-{self.device.key.tag}-{self.journal.head().seq:04d}"
        body = IncidentReported(number=number, hazard=Hazard.FLOOD, title=TITLE, description="Rina 0812")
        self.append(report_incident(body, incident_id=key, exercise=exercise))
        return f"incident/{key}"

    def assign(self, subject: str, *offices: str) -> None:
        self.append(edit_incident(self.value(subject), IncidentEdited(assignment=offices)))

    def run(self) -> list[dict[str, Any]]:
        """Plan, and return the new documents, the oldest first."""
        before = len(self.queue.deliveries())
        self.planner.take_entries(MANY)
        return [json.loads(each.body) for each in self.queue.deliveries()[::-1][before:]]

    def types(self) -> list[str]:
        return [document["type"] for document in self.run()]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[PlannerSession]:
    clock = Clock()
    with ServerJournal.open(tmp_path, clock=clock) as journal:
        session = PlannerSession(journal, clock, endpoint_of())
        yield session
        session.queue.close()


def test_incident_is_sent_from_assignment_to_withdrawal(session: PlannerSession):
    incident = session.report()
    assert session.run() == []
    session.assign(incident, "BPBD", " dinas pupr")
    (document,) = session.run()
    assert document["type"] == "incident.assigned"
    data = document["data"]
    assert (data["opd"], data["subject"], data["exercise"]) == ("Dinas PUPR", incident, False)
    assert (data["facts"]["hazard"], data["facts"]["is_lead"]) == ("flood", False)
    session.append(move_incident(session.value(incident), Status.ON_SCENE))
    (document,) = session.run()
    assert document["type"] == "incident.changed"
    assert document["data"]["facts"]["status"] == "on_scene"
    assert document["data"]["seq"] > data["seq"]
    session.assign(incident, "BPBD")
    (document,) = session.run()
    assert (document["type"], document["data"]["facts"]) == ("incident.withdrawn", None)
    session.append(move_incident(session.value(incident), Status.CONTAINED))
    assert session.run() == []


def test_entry_that_changes_no_fact_is_no_event(session: PlannerSession):
    incident = session.report()
    session.assign(incident, "Dinas PUPR")
    session.run()
    session.append(edit_incident(session.value(incident), IncidentEdited(description="lain")))
    assert session.run() == []


def test_personal_and_free_texts_are_not_sent(session: PlannerSession):
    incident = session.report()
    session.assign(incident, "Dinas PUPR")
    owner = TaskOwner(kind=OwnerKind.USER, name="rina", opd="Dinas PUPR")
    session.append(add_task(new_uuid(session.clock.now), session.value(incident), what="hubungi Budi", owner=owner))
    text = json.dumps(session.run())
    assert "incident.assigned" in text
    assert "task.assigned" in text
    assert not any(word in text for word in ("Budi", "Rina", "rina", "0812"))


def test_texts_are_sent_where_the_settings_say_so(session: PlannerSession):
    session.restart_with("texts = true")
    session.assign(session.report(), "Dinas PUPR")
    assert session.run()[0]["data"]["facts"]["title"] == TITLE


def test_disposition_is_sent_with_its_receipt(session: PlannerSession):
    incident = session.report()
    key, owner = new_uuid(session.clock.now), TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")
    other = TaskOwner(kind=OwnerKind.OPD, name="Dinas Sosial")
    kind = TaskKind.DISPOSITION
    session.append(add_task(key, session.value(incident), what="x", owner=owner, kind=kind))
    session.append(add_task(new_uuid(session.clock.now), session.value(incident), what="x", owner=other, kind=kind))
    (document,) = session.run()
    assert document["type"] == "disposition.assigned"
    assert document["data"]["facts"]["incident_number"] == session.value(incident).number
    session.append(receive_task(session.value(f"task/{key}"), name="Pak Budi"))
    (document,) = session.run()
    assert (document["type"], document["data"]["facts"]["status"]) == ("disposition.changed", "received")
    assert document["data"]["facts"]["received_at"]
    assert "Budi" not in json.dumps(document)


def test_call_back_is_not_sent(session: PlannerSession):
    owner = TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")
    incident = session.value(session.report())
    session.append(add_task(new_uuid(session.clock.now), incident, what="x", owner=owner, kind=TaskKind.CALL_BACK))
    assert session.run() == []


def test_dispatch_of_own_units_is_sent(session: PlannerSession):
    units = [register_unit(unit_card("PU-1", opd="Dinas PUPR")), register_unit(unit_card("TRC-1"))]
    session.journal.append_drafts(units)
    (document,) = session.run()
    assert document["type"] == "dispatch.assigned"
    assert "kanal 7" not in json.dumps(document)
    incident = session.value(session.report())
    for unit in ("PU-1", "TRC-1"):
        session.append(move_unit(session.value(f"unit/{unit}"), UnitState.EN_ROUTE, incident=incident.id))
    (document,) = session.run()
    assert document["type"] == "dispatch.changed"
    facts = document["data"]["facts"]
    assert (facts["unit"], facts["state"], facts["incident_number"]) == ("PU-1", "en_route", incident.number)
    session.journal.append_drafts([retire_unit(session.value("unit/PU-1"), reason="rusak")])
    assert session.types() == ["dispatch.withdrawn"]


def test_exercise_is_sent_only_on_request_and_marked(session: PlannerSession):
    session.assign(session.report(exercise=True), "Dinas PUPR")
    assert session.run() == []
    session.restart_with("exercises = true")
    session.assign(session.report(exercise=True), "Dinas PUPR")
    assert session.run()[0]["data"]["exercise"] is True


def test_planner_repeats_and_forgets_nothing_over_restarts(session: PlannerSession):
    incident = session.report()
    session.queue.close()
    session.assign(incident, "Dinas PUPR")
    session.restart()
    assert session.types() == ["incident.assigned"]
    session.restart_with("")
    assert session.types() == []


def test_subject_of_a_cancelled_event_is_sent_whole_or_withdrawn(session: PlannerSession):
    first, second = session.report(), session.report()
    for subject in (first, second):
        session.assign(subject, "Dinas PUPR")
    session.run()
    session.assign(second, "BPBD")
    assert session.types() == ["incident.withdrawn"]
    assert session.queue.cancel("pupr", ("waiting",), session.clock.now) == 3
    session.append(edit_incident(session.value(first), IncidentEdited(description="lain")))  # no fact of it changed
    session.append(move_incident(session.value(second), Status.ON_SCENE))  # its withdrawal was cancelled, too
    assert session.types() == ["incident.changed", "incident.withdrawn"]
    session.append(move_incident(session.value(second), Status.CONTAINED))
    assert session.types() == []


def test_event_that_is_cancelled_while_it_is_sent_stays_cancelled_after_a_failure(session: PlannerSession):
    session.assign(session.report(), "Dinas PUPR")
    session.run()
    (delivery,) = session.queue.deliveries()
    session.queue.cancel("pupr", ("waiting",), session.clock.now)
    session.queue.fail(delivery, "HTTP 500", due_at=session.clock.now, now=session.clock.now)
    assert session.queue.deliveries()[0].state == "cancelled"


def test_planner_takes_no_more_than_may_wait_and_loses_nothing(session: PlannerSession):
    for _number in range(3):
        session.assign(session.report(), "Dinas PUPR")
    assert session.planner.take_entries(0) == 0
    session.clock.now += timedelta(minutes=1)
    assert session.types() == ["incident.assigned"] * 3


def test_new_endpoint_begins_with_the_next_entry(session: PlannerSession):
    session.assign(session.report(), "Dinas PUPR")
    session.queue.close()
    (session.journal.directory.path / "webhooks.db").unlink()
    session.restart()
    assert session.run() == []


def test_old_events_are_deleted_and_those_that_wait_for_an_endpoint_stay(session: PlannerSession):
    session.assign(session.report(), "Dinas PUPR")
    session.run()
    settings = read_webhook_settings(ENDPOINT)
    prune_unused_events(session.journal, read_webhook_settings(""))
    session.clock.now += timedelta(days=15)
    prune_events(session.queue, settings, session.clock.now)
    assert len(session.queue.deliveries()) == 1  # the endpoint may be disabled
    prune_unused_events(session.journal, read_webhook_settings(""))
    assert session.queue.deliveries() == []


def test_health_names_an_endpoint_that_fails_for_an_hour(session: PlannerSession):
    directory = session.journal.directory.path
    settings = read_webhook_settings(ENDPOINT)
    rotate_secret(settings.endpoint[0], directory)
    service = WebhookService(session.journal, settings)
    session.assign(session.report(), "Dinas PUPR")
    session.run()
    (delivery,) = session.queue.deliveries()
    session.queue.fail(delivery, "HTTP 500", due_at=session.clock.now, now=session.clock.now)
    session.clock.now += timedelta(minutes=59)
    assert service.health().failing == ()
    session.clock.now += timedelta(minutes=1)
    assert service.health().failing == ("pupr",)
    assert "webhooks_failing" in health_of(HealthSources(journal=session.journal, webhooks=service.health)).problems
    session.queue.disable("pupr", "HTTP 500", session.clock.now)
    assert (service.health().failing, service.health().disabled) == ((), ("pupr",))
    session.queue.enable("pupr", session.clock.now)
    assert service.health().failing == ()


def test_planner_ends_at_a_stop_and_takes_the_rest_later(session: PlannerSession):
    session.assign(session.report(), "Dinas PUPR")
    assert session.planner.take_entries(MANY, lambda: True) == 0
    assert session.types() == ["incident.assigned"]
