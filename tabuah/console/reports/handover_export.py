"""Export of a handover as PDF or short text."""

from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.handover_document import HandoverReport, make_handover_document, make_handover_text
from tabuah.console.reports.office import read_office
from tabuah.console.reports.report_export import ExportedFile
from tabuah.console.reports.report_sources import read_journal_reference
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id


def read_handover_report(store: ConsoleStore, shift: DutyShift) -> HandoverReport:
    """Read the sources of the document of a handover.

    Raises:
        ReportNotPossible: no handover is prepared.
    """
    if shift.handover is None:
        raise ReportNotPossible(_("No handover is prepared. Prepare it: tabuah shift handover"))
    return HandoverReport(
        shift=shift,
        handover=shift.handover,
        users=dict(store.authority().users),
        office=read_office(store.directory),
        trace=read_journal_reference(store),
        exercises=exercises_by_id(store.exercises()),
        labels={line.about: subject_label(store, line.about) for line in shift.log if line.about},
    )


def export_handover(store: ConsoleStore, shift: DutyShift, *, as_text: bool = False) -> ExportedFile:
    """Return the handover of a shift as PDF, or as a short text.

    Raises:
        ReportError: it cannot be made.
    """
    report = read_handover_report(store, shift)
    return encode_handover(report, as_text=as_text)


def encode_handover(report: HandoverReport, *, as_text: bool = False) -> ExportedFile:
    from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - the typesetter takes time to load

    if as_text:
        content = make_handover_text(report).encode()
    else:
        content = typeset_pdf(make_handover_document(report), {}, made_at=report.handover.as_of)
    return ExportedFile(content=content, number=report.number, as_of=report.handover.as_of, incidents=0)


def subject_label(store: ConsoleStore, subject: str) -> str:
    """Return how people name the subject of a line: number of an incident, code of a station, title of an alarm."""
    kind, _slash, key = subject.partition("/")
    if kind == "incident":
        return store.archive.number_of(key)
    if kind == "alarm":
        return next((alarm.title or alarm.parameter for alarm in store.alarms() if alarm.id == key), key[:8])
    return key
