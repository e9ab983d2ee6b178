"""Export of after-action reports as PDF, plain text, XLSX or JSON."""

from typing import Any

import msgspec

from tabuah.console.reports.after_action_document import make_after_action_document, make_after_action_text
from tabuah.console.reports.after_action_report import AfterActionFormat, AfterActionReport
from tabuah.console.reports.after_action_tables import after_action_tables
from tabuah.console.reports.report_export import ExportedFile
from tabuah.text.exercises.exercise_text import scope_fields


def encode_after_action(report: AfterActionReport, file_format: AfterActionFormat) -> ExportedFile:
    """Return an after-action report as a file; any thread may call it.

    Raises:
        ReportError: it cannot be made.
    """
    match file_format:
        case AfterActionFormat.PDF:
            from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - takes time to load

            content = typeset_pdf(make_after_action_document(report), {}, made_at=report.found.as_of)
        case AfterActionFormat.TXT:
            content = make_after_action_text(report).encode()
        case AfterActionFormat.XLSX:
            from tabuah.console.reports.incidents_xlsx import encode_tables_xlsx  # noqa: PLC0415 - seldom needed

            content = encode_tables_xlsx(after_action_tables(report))
        case AfterActionFormat.JSON:
            content = msgspec.json.format(msgspec.json.encode(after_action_record(report)), indent=2) + b"\n"
    return ExportedFile(
        content=content, number=report.number, as_of=report.found.as_of, incidents=len(report.incidents)
    )


def after_action_record(report: AfterActionReport) -> dict[str, Any]:
    """Return the report for programs: codes in English, times in UTC, and the text of each entry."""
    found = report.found
    return {
        "number": report.number,
        "scope": found.scope,
        "title": report.heading,
        "since": found.since,
        "until": found.until,
        "as_of": found.as_of,
        "journal": {
            "seq": report.trace.seq,
            "hash": report.trace.hash,
            "synced_at": report.trace.synced_at,
            "device": report.trace.device,
        },
        "incomplete_subjects": report.incomplete,
        "incidents": [
            {"id": each.id, "number": each.number, "title": each.title, "status": each.status}
            for each in report.incidents.values()
        ],
        "chronology": [
            {
                **msgspec.structs.asdict(line),
                "text": report.entry_texts.get(line.entry, line.kind),
                "incident": report.about.get(line.entry, ""),
            }
            for line in found.lines
        ],
        "late": [line.entry for line in found.late],
        "decisions": found.decisions,
        "lead_times": found.leads,
        "delays": found.delays,
        **scope_fields(report.world, report.exercises),
    }
