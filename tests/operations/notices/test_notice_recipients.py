"""The recipients of a notice: by rule, place, hazard and world."""

from typing import Any

import msgspec
import pytest
from support.contact_samples import contact_id, sample_contact
from support.notice_servers import sample_alarm

from tabuah.operations.codes import Hazard
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.channels import SmtpChannel
from tabuah.operations.notices.recipients import NoticeEvent, alarm_event, find_contact, find_recipients
from tabuah.operations.notices.settings import NoticeOccasion, NoticeSettings, RecipientRule
from tabuah.operations.stations.station import Retirement
from tabuah.operations.tasks.task import OwnerKind, TaskOwner

CAMAT = sample_contact(1)
HEAD = sample_contact(2, name="Kalaksa", function="head", organisation="BPBD", kecamatan=())
CONTACTS = {contact.id: contact for contact in (CAMAT, HEAD)}


def settings_of(*rules: dict[str, Any], **fields: Any) -> NoticeSettings:
    channels = (
        SmtpChannel(name="surel", host="h", sender="a@b"),
        SmtpChannel(name="cadangan", host="h", sender="a@b"),
    )
    built = tuple(
        RecipientRule(**({"name": f"r{number}", "channels": ("surel",)} | rule)) for number, rule in enumerate(rules)
    )
    return NoticeSettings(channel=channels, recipient=built, **fields)


def names(
    event: NoticeEvent, settings: NoticeSettings, contacts: dict[str, Contact] = CONTACTS, duty: str = ""
) -> set[str]:
    return {each.contact.name for each in find_recipients(event, settings, contacts, duty)}


def event_of(kecamatan: str = "", nagari: str = "", **fields: Any) -> NoticeEvent:
    return alarm_event(sample_alarm(1, **fields), kecamatan=kecamatan, nagari=nagari)


ALL = {"functions": ("camat", "head")}


def test_contact_of_a_kecamatan_gets_alarms_of_it_and_of_unknown_places():
    assert names(event_of("13.02.03"), settings_of(ALL)) == {CAMAT.name, HEAD.name}
    assert names(event_of("13.02.07"), settings_of(ALL)) == {HEAD.name}
    assert names(event_of(), settings_of(ALL)) == {CAMAT.name, HEAD.name}


def test_contact_of_a_nagari_gets_its_kecamatan_only_where_the_nagari_is_unknown():
    wali = sample_contact(3, name="Wali", kecamatan=(), nagari=("13.02.03.2001",))
    contacts = {wali.id: wali}
    assert names(event_of("13.02.03", "13.02.03.2001"), settings_of(ALL), contacts) == {"Wali"}
    assert names(event_of("13.02.03", "13.02.03.2002"), settings_of(ALL), contacts) == set()
    assert names(event_of("13.02.03"), settings_of(ALL), contacts) == {"Wali"}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"organisations": ("bpbd",)}, {HEAD.name}),
        ({"contacts": (CAMAT.id,)}, {CAMAT.name}),
        (ALL | {"severities": (AlarmSeverity.ATTENTION,)}, set()),
        (ALL | {"hazards": (Hazard.EARTHQUAKE,)}, set()),
        (ALL | {"hazards": (Hazard.FLOOD,)}, {CAMAT.name, HEAD.name}),
        (ALL | {"kecamatan": ("13.02.07",)}, set()),
        ({"duty": True}, {HEAD.name}),
    ],
)
def test_rule_selects_contacts_and_alarms(rule: dict[str, Any], found: set[str]):
    settings = settings_of(rule, people={"rina": HEAD.id})
    assert names(event_of("13.02.03", hazard=Hazard.FLOOD), settings, duty="rina") == found


def test_contact_for_other_hazards_and_retired_contact_get_nothing():
    wild = msgspec.structs.replace(HEAD, hazards=(Hazard.EARTHQUAKE,))
    gone = msgspec.structs.replace(HEAD, retired=Retirement(by="ani", at=sample_alarm(1).onset_at, reason="x"))
    for contact in (wild, gone):
        assert names(event_of(hazard=Hazard.FLOOD), settings_of(ALL), {contact.id: contact}) == set()


def test_exercise_notifies_test_contacts_only():
    event = event_of(exercise=True)
    assert names(event, settings_of(ALL)) == set()
    assert names(event, settings_of(ALL, exercise_contacts=(CAMAT.id,))) == {CAMAT.name}


def test_escalation_reaches_the_rule_of_its_step_and_the_named_person():
    settings = settings_of(
        {"contacts": (CAMAT.id,), "escalated_to": ("Kalaksa BPBD",)},
        {"duty": True},
        {"contacts": (CAMAT.id,), "occasions": (NoticeOccasion.ALARM,)},
        people={"rina": HEAD.id},
    )
    step = alarm_event(sample_alarm(1), NoticeOccasion.ESCALATION, step=1, to="Penyelia", person="rina")
    assert names(step, settings, duty="dedi") == {HEAD.name}
    assert names(msgspec.structs.replace(step, to="Kalaksa BPBD", person=""), settings) == {CAMAT.name}
    assert step.key == "escalation/1"


def test_contact_of_two_rules_gets_the_channels_of_both_once():
    settings = settings_of(ALL | {"channels": ("cadangan",)}, {"contacts": (HEAD.id,)})
    found = {each.contact.id: each.channels for each in find_recipients(event_of(), settings, CONTACTS, "")}
    assert found == {HEAD.id: ("surel", "cadangan"), CAMAT.id: ("cadangan",)}


def test_contact_is_found_by_id_and_name():
    assert find_contact(CONTACTS.values(), contact_id(2)) == [HEAD]
    assert find_contact(CONTACTS.values(), " kalaksa ") == [HEAD]
    assert find_contact(CONTACTS.values(), "x") == []


CREW = sample_contact(4, name="Regu", function="crew", organisation="BPBD", call_sign="trc-1", hazards=(Hazard.FIRE,))
PUPR = sample_contact(5, name="PUPR", function="head", organisation="Dinas PUPR", kecamatan=())
WORKERS = {contact.id: contact for contact in (HEAD, CREW, PUPR)}


def work_of(kind: OwnerKind, name: str, opd: str = "", **fields: Any) -> NoticeEvent:
    known: dict[str, Any] = {"occasion": NoticeOccasion.DISPATCH, "severity": AlarmSeverity.ATTENTION} | fields
    owner = TaskOwner(kind=kind, name=name, opd=opd)
    return NoticeEvent(subject="unit/x", addressees=(owner,), entry="e", hazard=Hazard.FLOOD, **known)


@pytest.mark.parametrize(
    ("kind", "name", "opd", "found"),
    [
        (OwnerKind.UNIT, "TRC-1", "BPBD", {"Regu"}),
        (OwnerKind.UNIT, "latihan-1~TRC-1", "BPBD", {"Regu"}),
        (OwnerKind.UNIT, "TRC-9", "bpbd", {"Kalaksa", "Regu"}),
        (OwnerKind.UNIT, "TRC-9", "", set()),
        (OwnerKind.USER, "rina", "Dinas PUPR", {"Kalaksa"}),
        (OwnerKind.USER, "dedi", "Dinas PUPR", {"PUPR"}),
        (OwnerKind.OPD, " dinas  PUPR", "", {"PUPR"}),
    ],
)
def test_addressed_work_reaches_its_owner_or_else_the_office(kind: OwnerKind, name: str, opd: str, found: set[str]):
    rule = {"addressed": True, "occasions": (NoticeOccasion.DISPATCH,)}
    settings = settings_of(rule, people={"rina": HEAD.id})
    assert names(work_of(kind, name, opd), settings, WORKERS) == found


def test_addressed_rule_is_narrowed_by_function():
    rule = {"addressed": True, "functions": ("head",), "occasions": (NoticeOccasion.DISPATCH,)}
    assert names(work_of(OwnerKind.UNIT, "TRC-1", "BPBD"), settings_of(rule), WORKERS) == {"Kalaksa"}


def test_rule_without_addressed_gets_all_work_of_any_severity():
    rule = {"functions": ("head",), "occasions": (NoticeOccasion.DISPATCH,)}
    assert names(work_of(OwnerKind.UNIT, "X-1"), settings_of(rule), WORKERS) == {"Kalaksa", "PUPR"}
    assert names(work_of(OwnerKind.UNIT, "X-1"), settings_of({"functions": ("head",)}), WORKERS) == set()


@pytest.mark.parametrize(("urgent", "found"), [({}, True), ({"urgent": ()}, False)])
def test_rule_says_which_work_is_urgent(urgent: dict[str, Any], found: bool):
    rule = {"functions": ("crew",), "addressed": True, "occasions": (NoticeOccasion.DISPATCH,)} | urgent
    (each,) = find_recipients(work_of(OwnerKind.UNIT, "TRC-1"), settings_of(rule), WORKERS, "")
    assert each.is_urgent is found


def test_work_in_an_exercise_reaches_test_contacts_only():
    rule = {"addressed": True, "occasions": (NoticeOccasion.DISPATCH,)}
    event = work_of(OwnerKind.UNIT, "TRC-1", "BPBD", exercise=True)
    assert names(event, settings_of(rule), WORKERS) == set()
    assert names(event, settings_of(rule, exercise_contacts=(HEAD.id,)), WORKERS) == {"Kalaksa"}
