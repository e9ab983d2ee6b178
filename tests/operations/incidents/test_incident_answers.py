"""Answers of callers: reading typed ones, their entries, and their state."""

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, JudgedJournal
from support.regencies import eastern_regency

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.incidents.answers import (
    AnswerFault,
    InvalidAnswer,
    format_answers,
    read_answer,
    read_people_at_risk,
    stated_answers,
)
from tabuah.operations.incidents.drafts import answer_questions, answer_report
from tabuah.operations.incidents.entry_bodies import Answer, IncidentAnswered
from tabuah.operations.incidents.growth_limits import MAX_QUESTIONS
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import STRICT_VERSION
from tabuah.operations.subject_state import read_state, state_text
from tabuah.resources.hazard_questions import HazardQuestion, QuestionKind
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import HazardSettings

ACCEPTED = Decision(Verdict.ACCEPTED)
WATER = HazardQuestion(code="water_cm", text="Air?", kind=QuestionKind.NUMBER, unit="cm", at_most=2000.0)
RISING = HazardQuestion(code="rising", text="Naik?", kind=QuestionKind.YES_NO)
HIT = HazardQuestion(code="hit", text="Apa?", kind=QuestionKind.CHOICE, choices=("Rumah", "Rumah dan jalan", "Jalan"))
SEEN = HazardQuestion(code="seen", text="Di mana?")


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (WATER, "80", 80.0),
        (WATER, " 1,5 CM ", 1.5),
        (WATER, "", None),
        (RISING, "Ya", True),
        (RISING, "no", False),
        (HIT, "rumah", "Rumah"),
        (HIT, "j", "Jalan"),
        (SEEN, "di  hulu\tsungai", "di hulu sungai"),
    ],
)
def test_answer_is_read_by_the_kind_of_its_question(question, text, value):
    assert read_answer(question, text) == value


@pytest.mark.parametrize(
    ("question", "text", "fault"),
    [
        (WATER, "selutut", AnswerFault.NO_NUMBER),
        (WATER, "1_0", AnswerFault.NO_NUMBER),
        (WATER, "nan", AnswerFault.NO_NUMBER),
        (WATER, "2001", AnswerFault.OUT_OF_LIMITS),
        (WATER, "-1", AnswerFault.OUT_OF_LIMITS),
        (RISING, "mungkin", AnswerFault.NOT_YES_OR_NO),
        (HIT, "sawah", AnswerFault.NO_CHOICE),
        (HIT, "r", AnswerFault.NO_CHOICE),
        (SEEN, "x" * 201, AnswerFault.TOO_LONG),
        (SEEN, "a\u202eb", AnswerFault.HIDDEN_CHARACTERS),
    ],
)
def test_answer_that_does_not_fit_is_refused(question, text, fault):
    with pytest.raises(InvalidAnswer) as refused:
        read_answer(question, text)
    assert refused.value.fault is fault


@pytest.mark.parametrize(("text", "people"), [("12", 12), ("0", 0), ("none", 0), ("tidak ada", 0), ("unknown", None)])
def test_people_at_risk_are_read(text, people):
    assert read_people_at_risk(text) == people


@pytest.mark.parametrize("text", ["banyak", "-1", "1.5", "9999999999", "١٢"])
def test_people_at_risk_are_a_whole_number(text):
    with pytest.raises(ValueError, match="people"):
        read_people_at_risk(text)


def answered(*pairs: tuple[str, object], **people: int | None) -> IncidentAnswered:
    return IncidentAnswered(answers=tuple(Answer(question=code, value=value) for code, value in pairs), **people)


def write(room: JudgedJournal, author, body: IncidentAnswered) -> Decision:
    return room.write(author, answer_questions(room.incident(), body))


def values(room: JudgedJournal) -> dict[str, object]:
    return {code: stated.value for code, stated in room.incident().intake.answers.items()}


def test_last_answer_counts_and_an_empty_one_takes_it_back():
    room = JudgedJournal()
    ani, budi = room.author("ani"), room.author("budi", Role.FIELD, opd="PMI")
    room.report(ani)
    assert room.incident().intake.people_at_risk is None
    assert write(room, ani, answered(("water_cm", 80), ("rising", True), people_at_risk=12)) == ACCEPTED
    assert write(room, budi, answered(("water_cm", 120.5))) == ACCEPTED  # figures are never out of scope
    assert values(room) == {"water_cm": 120.5, "rising": True}
    assert room.incident().intake.answers["water_cm"].actor == "budi"
    assert room.incident().intake.people_at_risk == 12
    assert write(room, ani, answered(("rising", None), people_at_risk=None)) == ACCEPTED
    assert values(room) == {"water_cm": 120.5}
    assert room.incident().intake.people_at_risk is None
    state = room.states[FIRST_SUBJECT]
    assert read_state(state_text(state)) == state


def test_answers_are_unknown_to_older_rules():
    room = JudgedJournal(decide_version=STRICT_VERSION)
    ani = room.author("ani")
    room.report(ani)
    assert write(room, ani, answered(people_at_risk=3)) == Decision(Verdict.REJECTED, "unknown_kind")


def test_answers_need_a_role_that_works_on_incidents():
    room = JudgedJournal()
    room.report(room.author("ani"))
    refused = write(room, room.author("tamu", Role.VIEWER), answered(people_at_risk=3))
    assert refused == Decision(Verdict.REJECTED, "role_forbids")


@pytest.mark.parametrize("value", ["x" * 201, "a\nb", 1e12, {"a": 1}, [1]])
def test_answers_are_bounded(value):
    room = JudgedJournal()
    ani = room.author("ani")
    room.report(ani)
    body = msgspec.json.encode({"answers": [{"question": "water_cm", "value": value}]})
    draft = Draft(subject=FIRST_SUBJECT, kind="incident.answered", body=msgspec.Raw(body))
    assert room.write(ani, draft).verdict is Verdict.REJECTED


def test_incident_takes_answers_to_limited_questions():
    room = JudgedJournal()
    ani = room.author("ani")
    room.report(ani)
    for start in range(0, MAX_QUESTIONS, 20):
        pairs = [(f"question_{number}", True) for number in range(start, start + 20)]
        assert write(room, ani, answered(*pairs)) == ACCEPTED
    assert write(room, ani, answered(("one_more", True))) == Decision(Verdict.REJECTED, "too_many_answers")
    assert write(room, ani, answered(("question_1", False))) == ACCEPTED


def test_answers_of_a_report_wait_for_it_and_empty_ones_write_nothing():
    report = Draft(subject=FIRST_SUBJECT, kind="incident.reported", body=msgspec.Raw(b"{}"), exercise=True)
    (draft,) = answer_report(report, answered(("rising", True)))
    assert (draft.subject, draft.exercise) == (FIRST_SUBJECT, True)
    assert answer_report(report, IncidentAnswered()) == ()
    assert answer_report(report, answered(people_at_risk=None)) != ()


def test_answers_survive_another_profile():
    room = JudgedJournal()
    ani = room.author("ani")
    room.report(ani)
    write(room, ani, answered(("rising", False), ("water_cm", 80), ("old_question", "ya")))
    incident = msgspec.structs.replace(room.incident(), hazard=Hazard.FLOOD)
    assert format_answers(incident, shipped_regency()) == "water_cm=80; rising=no; old_question=ya"
    changed = eastern_regency(hazards=(HazardSettings(code="flood", questions=("Ketinggian air?",)),))
    assert [(each.code, each.question) for each in stated_answers(incident, changed)] == [
        ("old_question", None), ("rising", None), ("water_cm", None),
    ]  # fmt: skip
