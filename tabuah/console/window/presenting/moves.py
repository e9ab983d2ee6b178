"""Which statuses an incident can go to, each with the reason where it cannot."""

from typing import Final

import msgspec

from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.codes import FORWARD, Status
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.fields import STATUS
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.moving import reason_against
from tabuah.operations.labels import label_of
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import _
from tabuah.widgets.values import ActionState

_CHOICES: Final = (*FORWARD, Status.FALSE_REPORT)


def move_states(incident: Incident, role: Role, actor: str) -> tuple[ActionState, ...]:
    """The statuses to choose from: the next step first, then the later ones, then the way back and aside."""
    ordered = sorted(
        (status for status in _CHOICES if status is not incident.status), key=lambda s: _order(incident, s)
    )
    return tuple(
        ActionState(code=status.value, label=_label(incident, status), reason=_reason(incident, status, role, actor))
        for status in ordered
    )


def report_states() -> tuple[ActionState, ...]:
    """The kinds of report that can be made."""
    return (
        ActionState(code="awal", label=_("Initial report (PDF) …")),
        ActionState(code="perkembangan", label=_("Progress report (PDF) …")),
        ActionState(code="akhir", label=_("Final report (PDF) …")),
        ActionState(code="khusus", label=_("Special report (PDF) …")),
        ActionState(code="chat", label=_("Copy as text for a chat")),
    )


def next_status(incident: Incident) -> Status | None:
    """The next step forward; None at the end and aside."""
    rank = incident.status.rank
    return None if rank is None or rank + 1 >= len(FORWARD) else FORWARD[rank + 1]


def _order(incident: Incident, status: Status) -> tuple[int, int]:
    here, there = incident.status.rank, status.rank
    if there is None:
        return (2, 0)
    if here is None or there < here:
        return (1, -there)
    return (0, there)


def _label(incident: Incident, status: Status) -> str:
    here, there = incident.status.rank, status.rank
    name = label_of(status)
    if incident.status is Status.CLOSED or (here is None and there is not None):
        return _("Reopen: {status}").format(status=name)
    if here is not None and there is not None and there < here:
        return _("Back to: {status}").format(status=name)
    return f"{name} …" if status in (Status.ASSIGNED, Status.CLOSED, Status.FALSE_REPORT) else name


def _reason(incident: Incident, status: Status, role: Role, actor: str) -> str:
    if not may_write(role, "incident.moved"):
        return reason_words("role_forbids")
    return reason_words(code) if (code := reason_against(incident, _move_of(incident, actor), status, role)) else ""


def _move_of(incident: Incident, actor: str) -> Entry:
    """An entry as this person would write it now, for asking the rules."""
    return Entry(
        id="",
        device=incident.last_device,
        n=0,
        prev="",
        actor=actor,
        grant="",
        subject="",
        kind="incident.moved",
        body=msgspec.Raw(b"{}"),
        at=incident.updated_at,
        base={STATUS: incident.last_writer(STATUS)},
    )
