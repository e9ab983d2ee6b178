"""The incident report as a value: its content and its limits."""

import re
from datetime import timedelta

import pytest
from support.flood_report import AS_OF, flood
from support.judged_journal import MORNING

from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.headed_notes import NoteTopic, split_heading
from tabuah.console.reports.incident_changes import FieldChange
from tabuah.console.reports.incident_report import ReportKind, make_incident_report
from tabuah.console.reports.report_figures import list_report_figures
from tabuah.console.reports.report_timeline import LineStatus
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import move_incident
from tabuah.operations.incidents.entry_bodies import Figures


def test_figure_without_statement_is_unknown():
    event = flood()
    event.count(Figures(deaths=0), "PMI")
    lines = {line.code: line for line in event.report().casualties}
    assert lines["deaths"].value == 0
    assert lines["missing"].value is None
    assert lines["missing"].newest is None


def test_figure_keeps_newest_and_differing_statements():
    event = flood()
    event.count(Figures(displaced_people=62, missing=1), "Wali Nagari")
    event.count(Figures(displaced_people=86, missing=1), "TRC")
    displaced, missing = list_report_figures(event.incident, ("displaced_people", "missing"))
    assert (displaced.value, displaced.newest.source) == (86, "TRC")
    assert [(said.source, said.value) for said in displaced.differing] == [("Wali Nagari", 62)]
    assert missing.differing == ()


@pytest.mark.parametrize(("before", "after"), [("TRC", "trc "), ("Wali  Nagari", "wali nagari")])
def test_figure_ignores_corrected_statements_of_source(before: str, after: str):
    event = flood()
    event.count(Figures(missing=3), before)
    event.count(Figures(missing=1), after)
    (line,) = list_report_figures(event.incident, ("missing",))
    assert line.value == 1
    assert line.differing == ()


def test_pending_entries_are_counted_and_marked():
    event = flood()
    event.count(Figures(missing=1), "TRC")
    event.note("masih hujan")
    event.room.make_pending(2)
    report = event.report()
    assert report.pending == 2
    assert [line.status for line in report.history] == [LineStatus.SETTLED, LineStatus.PENDING, LineStatus.PENDING]
    assert next(line for line in report.casualties if line.code == "missing").newest.pending


def test_rejected_entry_is_counted_but_not_shown():
    event = flood()
    decision = event.write(event.rina, move_incident(event.incident, Status.CLOSED))
    assert decision.verdict is Verdict.REJECTED
    report = event.report()
    assert report.rejected == 1
    assert len(report.history) == 1


def test_open_conflict_has_both_values():
    event = flood()
    event.disagree()
    report = event.report()
    (conflict,) = report.conflicts
    assert conflict.field == "severity"
    assert report.history[-1].status is LineStatus.DISPUTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kebutuhan: perahu karet", (NoteTopic.NEEDS, "perahu karet")),
        ("KEBUTUHAN MENDESAK :\nselimut\nair", (NoteTopic.NEEDS, "selimut\nair")),
        ("kendala: sinyal hilang", (NoteTopic.OBSTACLES, "sinyal hilang")),
        ("Rencana tindak lanjut: dapur umum", (NoteTopic.PLAN, "dapur umum")),
        ("Pukul 14:30: air surut", None),
        ("Kebutuhan:", None),
        ("perahu karet", None),
    ],
)
def test_headed_note_appears_under_its_heading(text, expected):
    assert split_heading(text) == expected


def test_document_number_names_incident_kind_and_minute():
    assert re.fullmatch(r"SLK-RINA-0012/AWAL/20261124-0940-[0-9a-f]{4}", flood().report().number)


def test_document_numbers_of_one_minute_differ_by_content():
    event = flood()
    before = event.report().number
    assert event.report().number == before
    event.move(Status.VERIFIED)
    assert event.report().number != before


def test_status_steps_have_times_when_reached():
    event = flood()
    event.move(Status.VERIFIED)
    event.move(Status.ON_SCENE)
    steps = {step.status: step for step in event.report().steps}
    assert [status for status, step in steps.items() if step.reached][-1] is Status.ON_SCENE
    assert steps[Status.EN_ROUTE].reached
    assert steps[Status.EN_ROUTE].at is None
    assert steps[Status.CLOSED].at is None


def test_progress_report_lists_changes_since_first_report():
    event = flood()
    event.move(Status.VERIFIED)
    event.count(Figures(missing=1), "TRC")
    report = event.report(ReportKind.PROGRESS)
    assert FieldChange(field="status", before=Status.REPORTED, after=Status.VERIFIED) in report.changes
    assert FieldChange(field="missing", before=None, after=1) in report.changes
    assert len(report.changes) == 2


def test_progress_report_uses_given_start():
    event = flood()
    event.count(Figures(missing=3), "TRC")
    between = MORNING + timedelta(minutes=1, seconds=30)
    event.count(Figures(missing=1), "TRC")
    report = make_incident_report(event.sources(), ReportKind.PROGRESS, since=between)
    assert report.changes == (FieldChange(field="missing", before=3, after=1),)


def test_open_conflict_is_not_a_change():
    event = flood()
    event.disagree()
    (change,) = event.report(ReportKind.PROGRESS).changes
    assert (change.field, change.after) == ("severity", Severity.CATASTROPHIC)


def test_final_report_requires_ended_incident():
    event = flood()
    with pytest.raises(ReportNotPossible, match="perkembangan"):
        event.report(ReportKind.FINAL)
    event.move(Status.CONTAINED)
    assert event.report(ReportKind.FINAL).kind is ReportKind.FINAL


def test_special_report_is_rejected():
    with pytest.raises(ReportNotPossible, match="after-action"):
        flood().report(ReportKind.SPECIAL)


def test_report_data_time_is_the_given_time():
    assert flood().report().as_of == AS_OF
