"""The document of a handover (berita acara serah terima piket), and its short text for WhatsApp."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tabuah.console.reports import document, report_text
from tabuah.console.reports.incident_report import JournalReference
from tabuah.console.reports.office import Office
from tabuah.console.reports.printable import clean_line
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.people.authority import User
from tabuah.operations.shifts.duty_shift import Confirmation, DutyShift, Handover
from tabuah.operations.shifts.handover_facts import FactGroup, FactKind
from tabuah.resources.localisation import _, current_language, format_day, format_moment, format_time
from tabuah.text.exercises.exercise_text import scope_label, watermark_text
from tabuah.text.roster.roster_text import person_name
from tabuah.text.shifts.shift_text import (
    FACT_LABELS,
    confirmation_text,
    group_lines,
    group_title,
    line_text,
    people_text,
    promise_text,
    shift_dates,
    shift_title,
    short_hash,
)

MAX_CHARACTERS: Final = 1_400  # most phones collapse longer messages
_TILES: Final = (  # seven fit beside each other; the other groups are listed
    FactKind.OPEN_INCIDENTS,
    FactKind.UNANSWERED_ALARMS,
    FactKind.OPEN_PROMISES,
    FactKind.OPEN_TASKS,
    FactKind.MAINTENANCE,
    FactKind.SILENT_SENSORS,
    FactKind.FAILED_FEEDS,
)
_LINES_OF_CHAT: Final = 3  # of a group


class HandoverReport(msgspec.Struct, frozen=True, kw_only=True):
    """A shift with its prepared handover, and the office, users and exercises that the document names."""

    shift: DutyShift
    handover: Handover
    users: Mapping[str, User]
    office: Office
    trace: JournalReference
    exercises: Mapping[str, Exercise] = msgspec.field(default_factory=dict)
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)  # of the subjects of log lines

    @property
    def number(self) -> str:
        return f"PIKET/{self.handover.as_of:%Y%m%d}/{short_hash(self.handover.content_hash)}"


def make_handover_document(report: HandoverReport) -> document.Document:
    """Return the document in the current language."""
    shift, handover = report.shift, report.handover
    as_of = f"{format_time(handover.as_of)}\n{format_day(handover.as_of)}"
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(report.office),
        kind=_("Record of the shift handover"),
        title=shift.crew.name,
        subtitle=shift_dates(shift),
        chips=(),
        stamp=((_("Number"), report.number), (_("Data as of"), as_of)),
        banners=_banners(report),
        watermark=watermark_text(scope_of(shift), report.exercises),
        steps=(),
        tiles=tuple(_tile(group) for group in handover.facts if group.kind in _TILES),
        blocks=_blocks(report),
        signatures=_signatures(report),
        sources=(_("Sources: Tabuah's journal, as the console had it at the time of the data."),),
        running=f"{_('Record of the shift handover')} · {shift.crew.name}",
        audit=report_text.make_audit_line(report.trace, report.number),
        page_words=_("Page {page} of {pages}"),
    )


def make_handover_text(report: HandoverReport) -> str:
    """Return a short message with WhatsApp's bold marks, at most `MAX_CHARACTERS` long."""
    handover = report.handover
    as_of = _("data as of {time}").format(time=format_moment(handover.as_of))
    head = [f"*{_('SHIFT HANDOVER')}*", _plain(shift_title(report.shift)), as_of]
    if report.shift.exercise:
        head.insert(1, f"*{_plain(scope_label(scope_of(report.shift), report.exercises))}*")
    foot = [
        f"{_('Hands over')}: {_plain(confirmation_text(handover.outgoing, report.users))}",
        f"{_('Takes over')}: {_plain(confirmation_text(handover.incoming, report.users))}",
        f"{_('Number')}: {report.number}",
    ]
    body: list[str] = []
    for group in handover.facts:
        if group.count:
            body += [f"*{_plain(group_title(group))}*"]
            body += ["- " + _plain(line) for line in group_lines(group, handover.as_of)[:_LINES_OF_CHAT]]
    if handover.note:
        body += [f"*{_('Note')}*", _plain(handover.note)]
    text, end = "\n".join([*head, "", *body]), "\n".join(foot)
    free = MAX_CHARACTERS - len(end) - 3
    return f"{text if len(text) <= free else text[: free - 1].rstrip() + '…'}\n\n{end}\n"


def _plain(text: str) -> str:
    """Return one line without WhatsApp's format characters."""
    return clean_line(text).replace("*", "").replace("~", "").replace("`", "")


def _banners(report: HandoverReport) -> tuple[document.Banner, ...]:
    banners = []
    if report.shift.exercise:
        title = scope_label(scope_of(report.shift), report.exercises)
        banners.append(document.Banner(title=title, text=_("An exercise, no real event."), level="attention"))
    if not report.handover.is_complete:
        text = _("One side or both have not confirmed this handover; it may still change.")
        banners.append(document.Banner(title=_("NOT CONFIRMED"), text=text, level="high"))
    return tuple(banners)


def _tile(group: FactGroup) -> document.Tile:
    return document.Tile(value=report_text.format_count(group.count), label=_(FACT_LABELS[group.kind]))


def _blocks(report: HandoverReport) -> tuple[document.Block, ...]:
    handover, shift = report.handover, report.shift
    facts = document.DocumentFacts(
        heading=_("Shift"),
        rows=(
            document.DocumentFact(label=_("Crew"), value=shift.crew.name, wide=True),
            document.DocumentFact(label=_("People"), value=people_text(shift, report.users), wide=True),
        ),
    )
    blocks: list[document.Block] = [facts]
    if handover.note:
        blocks.append(document.Prose(heading=_("Note"), text=handover.note))
    blocks += [_group_table(report, group) for group in handover.facts if group.count]
    empty = [_(FACT_LABELS[group.kind]) for group in handover.facts if not group.count and group.kind in FACT_LABELS]
    if empty:
        blocks.append(document.Prose(heading=_("Empty lists"), text=" · ".join(empty)))
    lines = [line for line in shift.log if line.at <= handover.as_of]
    corrected = shift.corrected()
    texts = tuple(
        (
            line_text(
                line,
                report.users,
                handover.as_of,
                about=report.labels.get(line.about, ""),
                corrected=line.entry in corrected,
            ),
            "",
        )
        for line in lines
    )
    blocks.append(document.Notes(heading=_("Log of the shift"), items=texts or ((_("No lines."), ""),)))
    ended = tuple((promise_text(each, handover.as_of), "") for each in shift.promises if not each.is_open)
    if ended:
        blocks.append(document.Notes(heading=_("Promises that ended in this shift"), items=ended))
    return (*blocks, _confirmed_content(report))


def _confirmed_content(report: HandoverReport) -> document.Block:
    """Return what both sides confirm; as the last block it stays with the signatures on one page."""
    handover = report.handover
    rows = (
        document.DocumentFact(label=_("Prepared by"), value=person_name(handover.by, report.users)),
        document.DocumentFact(label=_("Data as of"), value=format_moment(handover.as_of)),
        document.DocumentFact(label=_("Hash of the content (SHA-256)"), value=handover.content_hash, wide=True),
    )
    return document.DocumentFacts(heading=_("Confirmed content"), rows=rows)


def _group_table(report: HandoverReport, group: FactGroup) -> document.Block:
    lines = group_lines(group, report.handover.as_of)
    return document.Notes(heading=group_title(group), items=tuple((line, "") for line in lines))


def _signatures(report: HandoverReport) -> tuple[document.Signature, ...]:
    handover = report.handover
    return (
        _signature(_("Hands over"), handover.outgoing, report.users),
        _signature(_("Takes over"), handover.incoming, report.users),
    )


def _signature(side: str, given: Confirmation | None, users: Mapping[str, User]) -> document.Signature:
    """Return a signature with the confirmation under it; a side that has not confirmed has a line to sign on."""
    if given is None:
        return document.Signature(above=side, title="", name="", below=_("not confirmed yet"))
    confirmed = _("confirmed by log-in, {moment}").format(moment=format_moment(given.at))
    return document.Signature(above=side, title="", name=person_name(given.by, users), below=confirmed)
