"""The report of one incident as a value: what it says, and what it refuses to say."""

from datetime import timedelta

import pytest
from flood_report import AS_OF, flood
from room import MORNING

from tabuah.console.reports.changes import Change
from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.figure_lines import figure_lines
from tabuah.console.reports.history import Standing
from tabuah.console.reports.incident_report import ReportKind, make_incident_report
from tabuah.console.reports.remarks import Topic, split_heading
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.bodies import Figures
from tabuah.operations.incidents.gestures import move_incident


def test_a_figure_that_nobody_stated_is_unknown_and_no_nought():
    event = flood()
    event.count(Figures(deaths=0), "PMI")
    lines = {line.code: line for line in event.report().casualties}
    assert lines["deaths"].value == 0
    assert lines["missing"].value is None
    assert lines["missing"].newest is None


def test_the_newest_statement_stands_and_another_source_that_differs_is_kept():
    event = flood()
    event.count(Figures(displaced_people=62, missing=1), "Wali Nagari")
    event.count(Figures(displaced_people=86, missing=1), "TRC")
    displaced, missing = figure_lines(event.incident, ("displaced_people", "missing"))
    assert (displaced.value, displaced.newest.source) == (86, "TRC")
    assert [(said.source, said.value) for said in displaced.differing] == [("Wali Nagari", 62)]
    assert missing.differing == ()


def test_a_source_that_corrects_itself_does_not_differ_from_itself():
    event = flood()
    event.count(Figures(missing=3), "TRC")
    event.count(Figures(missing=1), "trc ")
    (line,) = figure_lines(event.incident, ("missing",))
    assert line.value == 1
    assert line.differing == ()


def test_entries_that_the_server_has_not_seen_are_counted_and_marked():
    event = flood()
    event.count(Figures(missing=1), "TRC")
    event.note("masih hujan")
    event.room.make_pending(2)
    report = event.report()
    assert report.pending == 2
    assert [line.standing for line in report.history] == [Standing.SETTLED, Standing.PENDING, Standing.PENDING]
    assert next(line for line in report.casualties if line.code == "missing").newest.pending


def test_a_rejected_entry_is_not_told_but_counted():
    event = flood()
    decision = event.write(event.rina, move_incident(event.incident, Status.CLOSED))
    assert decision.verdict is Verdict.REJECTED
    report = event.report()
    assert report.rejected == 1
    assert len(report.history) == 1


def test_an_open_conflict_is_told_with_both_values():
    event = flood()
    event.disagree()
    report = event.report()
    (conflict,) = report.conflicts
    assert conflict.field == "severity"
    assert report.history[-1].standing is Standing.DISPUTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kebutuhan: perahu karet", (Topic.NEEDS, "perahu karet")),
        ("KEBUTUHAN MENDESAK :\nselimut\nair", (Topic.NEEDS, "selimut\nair")),
        ("kendala: sinyal hilang", (Topic.OBSTACLES, "sinyal hilang")),
        ("Rencana tindak lanjut: dapur umum", (Topic.PLAN, "dapur umum")),
        ("Pukul 14:30: air surut", None),
        ("Kebutuhan:", None),
        ("perahu karet", None),
    ],
)
def test_a_note_that_opens_with_a_heading_is_found_under_it(text, expected):
    assert split_heading(text) == expected


def test_the_number_names_incident_kind_and_minute():
    assert flood().report().number == "SLK-RINA-0012/AWAL/20261124-0940"


def test_the_steps_say_what_was_reached_and_when():
    event = flood()
    event.move(Status.VERIFIED)
    event.move(Status.ON_SCENE)
    steps = {step.status: step for step in event.report().steps}
    assert [status for status, step in steps.items() if step.reached][-1] is Status.ON_SCENE
    assert steps[Status.EN_ROUTE].reached
    assert steps[Status.EN_ROUTE].at is None
    assert steps[Status.CLOSED].at is None


def test_a_progress_report_tells_what_changed_since_the_first_report():
    event = flood()
    event.move(Status.VERIFIED)
    event.count(Figures(missing=1), "TRC")
    report = event.report(ReportKind.PROGRESS)
    assert Change(field="status", before=Status.REPORTED, after=Status.VERIFIED) in report.changes
    assert Change(field="missing", before=None, after=1) in report.changes
    assert len(report.changes) == 2


def test_a_progress_report_counts_from_the_moment_it_is_given():
    event = flood()
    event.count(Figures(missing=3), "TRC")
    between = MORNING + timedelta(minutes=1, seconds=30)
    event.count(Figures(missing=1), "TRC")
    report = make_incident_report(event.sources(), ReportKind.PROGRESS, since=between)
    assert report.changes == (Change(field="missing", before=3, after=1),)


def test_a_conflict_that_is_open_does_not_count_as_a_change_of_the_field():
    event = flood()
    event.disagree()
    (change,) = event.report(ReportKind.PROGRESS).changes
    assert (change.field, change.after) == ("severity", Severity.CATASTROPHIC)


def test_a_final_report_is_refused_while_the_incident_goes_on():
    event = flood()
    with pytest.raises(ReportNotPossible, match="perkembangan"):
        event.report(ReportKind.FINAL)
    event.move(Status.CONTAINED)
    assert event.report(ReportKind.FINAL).kind is ReportKind.FINAL


def test_a_special_report_is_refused_honestly():
    with pytest.raises(ReportNotPossible, match="versi berikutnya"):
        flood().report(ReportKind.SPECIAL)


def test_the_report_is_as_of_the_moment_it_is_given():
    assert flood().report().as_of == AS_OF
