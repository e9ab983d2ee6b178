"""A flood with everything that a report can contain, made by the real rules."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal

from tabuah.console.reports.illustrations import ReportPictures
from tabuah.console.reports.incident_columns import ListedIncident
from tabuah.console.reports.incident_document import make_incident_document
from tabuah.console.reports.incident_report import IncidentReport, IncidentSources, JournalReference, ReportKind
from tabuah.console.reports.incident_report import make_incident_report as make
from tabuah.console.reports.office import read_office
from tabuah.console.reports.typst_document import typeset_pdf
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import Decision, Draft, Entry, Verdict
from tabuah.operations.incidents.drafts import (
    edit_incident,
    move_incident,
    note_incident,
    report_figures,
    report_incident,
)
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import incident_row
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.people.roles import Role

AS_OF = MORNING + timedelta(minutes=100)
PLACE = IncidentPlace(
    lon_deg=100.6502,
    lat_deg=-0.8513,
    nagari_code="13.02.10.2001",
    nagari="Koto Baru",
    kecamatan="Kubung",
    jorong="Simpang",
    certainty=PlaceCertainty.APPROXIMATE,
)


class ReportRoom(JudgedJournal):
    """A room that keeps its entries with verdicts, like the journal of a console."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[tuple[Entry, Verdict | None]] = []

    def judge(self, entry: Entry) -> Decision:
        decision = super().judge(entry)
        self.journal.append((entry, decision.verdict))
        return decision

    def make_pending(self, count: int) -> None:
        """Remove the verdicts of the last entries."""
        self.journal[-count:] = [(entry, None) for entry, _verdict in self.journal[-count:]]


@dataclass
class Flood:
    """The room, its users, and the key of the incident."""

    room: ReportRoom
    rina: Author
    dedi: Author
    eko: Author

    @property
    def incident(self) -> Incident:
        return self.room.incident(FIRST)

    def write(self, author: Author, draft: Draft, **changes: object) -> Decision:
        return self.room.write(author, draft, **changes)

    def count(self, figures: Figures, source: str) -> None:
        self.write(self.dedi, report_figures(self.incident, figures, source=source))

    def note(self, text: str) -> None:
        self.write(self.dedi, note_incident(self.incident, text))

    def move(self, to: Status, author: Author | None = None) -> None:
        self.write(author or self.rina, move_incident(self.incident, to))

    def disagree(self) -> None:
        """Two users set the severity on the same version."""
        seen = self.incident
        self.write(self.rina, edit_incident(seen, IncidentEdited(severity=Severity.CATASTROPHIC)))
        self.write(self.dedi, edit_incident(seen, IncidentEdited(severity=Severity.MINOR)))

    def sources(self, **changes: object) -> IncidentSources:
        entries = tuple(pair for pair in self.room.journal if pair[0].subject == f"incident/{FIRST}")
        fields: dict[str, object] = {
            "incident": self.incident,
            "entries": entries,
            "held": frozenset(self.room.states[f"incident/{FIRST}"].held),
            "as_of": AS_OF,
            "author": "rina",
            "office": read_office(),
            "trace": JournalReference(
                seq=128, hash="3fa9c1d2e4b5a697" + "0" * 48, synced_at=AS_OF, device="9f3ab2c4d5"
            ),
            "people": {"rina": "Rina Putri Anggraini"},
        }
        return IncidentSources(**{**fields, **changes})

    def report(self, kind: ReportKind = ReportKind.INITIAL, **changes: object) -> IncidentReport:
        return make(self.sources(**changes), kind)

    def item(self, **changes: object) -> ListedIncident:
        incident = msgspec.structs.replace(self.incident, **changes)
        return ListedIncident(incident=incident, row=incident_row(incident, pending=False))


def flood(*, exercise: bool = False, place: IncidentPlace | None = PLACE, **fields: object) -> Flood:
    """Return a new report: by WhatsApp, severe, 18 minutes after the event."""
    room = ReportRoom()
    people = (room.author("rina"), room.author("dedi", Role.FIELD), room.author("eko", Role.SUPERVISOR))
    body = IncidentReported(
        **{
            "number": "SLK-RINA-0012",
            "hazard": Hazard.FLOOD,
            "title": "Banjir luapan Batang Lembang",
            "severity": Severity.SEVERE,
            "channel": Channel.WHATSAPP,
            "place": place,
            "description": "Air meluap sejak pukul 07.40 WIB.",
            **fields,
        }
    )
    began = MORNING - timedelta(minutes=18)
    room.write(people[0], report_incident(body, incident_id=FIRST, exercise=exercise, occurred_at=began))
    return Flood(room, *people)


def pdf_of(report: IncidentReport, pictures: ReportPictures | None = None) -> bytes:
    shown = pictures or ReportPictures()
    return typeset_pdf(make_incident_document(report, shown), shown.files, made_at=report.as_of)


def words_of(pdf: bytes, tmp_path: Path) -> str:
    """Return the text of a PDF on one line, without invisible break points."""
    return " ".join(pages_of(pdf, tmp_path))


def pages_of(pdf: bytes, tmp_path: Path) -> list[str]:
    """Return the text of each page of a PDF on one line, without invisible break points."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the words of the PDF stay unread")
    path = tmp_path / "read.pdf"
    path.write_bytes(pdf)
    text = subprocess.run([tool, path, "-"], capture_output=True, check=True).stdout.decode()
    pages = (" ".join(page.replace("\u200b", "").split()) for page in text.split("\f"))
    return [page for page in pages if page]
