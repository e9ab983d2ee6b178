"""A planner of notices with a supervisor who reports incidents, sends units and gives tasks."""

from dataclasses import dataclass
from typing import Any

from support.contact_samples import contact_id, sample_contact
from support.operator_device import OperatorDevice
from support.planner_session import PlannerSession
from support.unit_samples import unit_card

from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.notices.settings import NoticeSettings, read_notice_settings
from tabuah.operations.people.roles import Role
from tabuah.operations.tasks.drafts import add_task
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner
from tabuah.operations.units.drafts import move_unit, register_unit
from tabuah.operations.units.unit import UnitState
from tabuah.storage.journal.identifiers import new_uuid

CHANNEL = """
exercise_contacts = ["{head}"]
texts = {texts}
[people]
ani = "{head}"
[[channel]]
name = "surel"
kind = "smtp"
host = "smtp.example.org"
sender = "tabuah@example.org"
"""
WORK = """
[[recipient]]
name = "petugas"
channels = ["surel"]
occasions = [{occasions}]
addressed = true
"""
CREW = sample_contact(
    1, name="Regu TRC-1", function="crew", organisation="BPBD", call_sign="trc-1", emails=("trc1@example.org",)
)
HEAD = sample_contact(
    2, name="Kalaksa", function="head", organisation="BPBD", kecamatan=(), emails=("bpbd@example.org",)
)
PUPR = sample_contact(
    3, name="Dinas PUPR", function="head", organisation="dinas pupr ", kecamatan=(), emails=("pupr@example.org",)
)
PLACE = IncidentPlace(
    lon_deg=100.65,
    lat_deg=-0.85,
    nagari_code="13.02.07.2001",
    nagari="Koto Baru",
    kecamatan_code="13.02.07",
    kecamatan="Kubung",
    landmark_text="rumah Pak Budi",
)


def work_settings(
    more: str = "", *, texts: bool = True, occasions: tuple[str, ...] = ("dispatch", "disposition", "task")
) -> NoticeSettings:
    named = ", ".join(f'"{each}"' for each in occasions)
    channel = CHANNEL.format(head=contact_id(2), texts=str(texts).lower())
    return read_notice_settings(channel + WORK.format(occasions=named) + more)


@dataclass
class WorkSession(PlannerSession):
    """The contacts are a crew with a call sign, the head of its OPD, and another OPD."""

    def __post_init__(self) -> None:
        self.journal.append_drafts([register_contact(each) for each in (CREW, HEAD, PUPR)])
        self.device = OperatorDevice(self.journal, role=Role.SUPERVISOR)
        self.append(register_unit(unit_card("TRC-1")), register_unit(unit_card("DMK-1", opd="Dinas PUPR")))
        super().__post_init__()

    def append(self, *drafts: Draft) -> None:
        found = self.device.push(*drafts)
        assert found == [(Verdict.ACCEPTED, "")] * len(drafts), found

    def value(self, subject: str) -> Any:
        return self.journal.state_of(subject).value

    def report(self, *, exercise: bool = False, **fields: Any) -> Any:
        """Report a flood, and return the incident."""
        key = new_uuid(self.clock.now)
        known = {
            "number": f"SLK-{self.device.key.tag}-{self.journal.head().seq:04d}",
            "hazard": Hazard.FLOOD,
            "title": "Banjir di rumah Pak Budi",
            "severity": Severity.SEVERE,
            "place": PLACE,
        }
        self.append(report_incident(IncidentReported(**(known | fields)), incident_id=key, exercise=exercise))
        return self.value(f"incident/{key}")

    def move(self, incident: Any, to: UnitState = UnitState.ASSIGNED, unit: str = "TRC-1", note: str = "") -> None:
        self.append(move_unit(self.value(f"unit/{unit}"), to, incident=incident.id, note=note))

    def give(self, incident: Any, owner: str | TaskOwner = "Dinas PUPR", **fields: Any) -> str:
        """Give a disposition or another task, and return its subject."""
        key = new_uuid(self.clock.now)
        given = owner if isinstance(owner, TaskOwner) else TaskOwner(kind=OwnerKind.OPD, name=owner)
        known: dict[str, Any] = {"what": "pasang rambu", "kind": TaskKind.DISPOSITION} | fields
        self.append(add_task(key, incident, owner=given, **known))
        return f"task/{key}"

    def new(self) -> list[tuple[str, str, str]]:
        """Plan, and return contact, occasion and state of the messages that are new."""
        before = len(self.queue.deliveries())
        found = self.run()[before:]
        return [(each.contact_name, each.occasion.partition("/")[0], each.state) for each in found]
