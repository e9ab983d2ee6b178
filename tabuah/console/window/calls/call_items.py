"""Calls as the window shows them: filters, rows and the chosen call."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tabuah.console.calls.call_records import CallRow, make_call_row
from tabuah.console.window.shared.form_fields import MANUAL_CHANNELS
from tabuah.operations.calls.call import Call, calls_between
from tabuah.operations.codes import CallClass
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.search_query import fold
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, format_moment, format_recent_moment
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.calls.call_text import call_field_label, describe_counts
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.people.permissions import role_refusal
from tabuah.widgets.calls.values import CallAct, CallFilters
from tabuah.widgets.controls.filtered_list_dialog import ChosenItem
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.values import FactItem, Level

ALL: Final = "all"
TODAY: Final = "today"
WEEK: Final = "7"
MAX_SHOWN: Final = 500
_DAYS: Final = {WEEK: 7, "30": 30}
_LEVELS: Final[Mapping[CallClass, Level]] = {
    CallClass.NORMAL: Level.NORMAL,
    CallClass.INFORMATION: Level.INFORMATION,
    CallClass.PRANK: Level.ATTENTION,
    CallClass.GHOST: Level.NO_DATA,
}
_WRITING: Final[Mapping[CallAct, str]] = {
    CallAct.CHANGE: "call.corrected",
    CallAct.REPORT: "incident.reported",
    CallAct.LINK: "call.linked",
    CallAct.UNLINK: "call.unlinked",
}


class CallSelection(NamedTuple):
    """What is listed: codes of class, period and channel, and words."""

    call_class: str
    period: str
    channel: str
    words: str


class ListedCall(NamedTuple):
    """A call and its record."""

    call: Call
    row: CallRow


class ListedCalls(NamedTuple):
    """The calls of a selection, the newest first, and how many are not shown."""

    shown: tuple[ListedCall, ...] = ()
    more: int = 0


def call_filters() -> CallFilters:
    """Return the filters with their labels."""
    classes = ((each.value, code_label(each)) for each in CallClass)
    channels = ((each.value, code_label(each)) for each in MANUAL_CHANNELS)
    return CallFilters(
        classes=((ALL, _("All")), *classes),
        periods=((TODAY, _("Today")), (WEEK, _("7 days")), ("30", _("30 days")), (ALL, _("All"))),
        channels=((ALL, _("All channels")), *channels),
        period=WEEK,
    )


def read_calls(store: ConsoleStore, chosen: CallSelection, *, scope: ExerciseScope) -> ListedCalls:
    """Read the calls of a selection in a world; callers are there as far as this user may read them."""
    known = exercises_by_id(store.exercises())
    calls = calls_between(scope.select(store.calls()), _since(chosen.period, store.now()), None)
    fitting = [each for each in calls if _fits(each, chosen)]
    rows = (ListedCall(each, make_call_row(store, each, known)) for each in fitting)
    words = fold(chosen.words).split()
    found = [each for each in rows if _has_words(each.row, words)]
    return ListedCalls(tuple(found[:MAX_SHOWN]), max(0, len(found) - MAX_SHOWN))


def call_lines(calls: Iterable[ListedCall], now: datetime) -> tuple[LevelLine, ...]:
    """Return the rows of calls."""
    return tuple(_line(each.row, now) for each in calls)


def describe_list(listed: ListedCalls) -> str:
    """Return the number of calls by class, and of those that are not shown."""
    text = describe_counts([each.call for each in listed.shown])
    return f"{text} · {_('{n} more: narrow the filters').format(n=listed.more)}" if listed.more else text


def call_view(found: ListedCall | None, calls: Sequence[ListedCall], *, role: Role) -> ChosenItem:
    """Return the view of the chosen call, with the reasons why an act is not possible."""
    if found is None:
        nothing = _("No call is selected.")
        reasons = {act: nothing for act in CallAct if act is not CallAct.EXPORT}
        return ChosenItem(reasons=reasons | ({} if calls else {CallAct.EXPORT: _("No calls.")}))
    row = found.row
    return ChosenItem(
        title=f"{code_label(row.call_class)} · {format_moment(row.received_at)}",
        facts=tuple(FactItem(label=label, value=value) for label, value in _facts(row) if value),
        text=row.note,
        reasons=_reasons(found.call, role),
    )


def _reasons(call: Call, role: Role) -> dict[str, str]:
    reasons: dict[str, str] = {act: role_refusal(role, kind) for act, kind in _WRITING.items()}
    if call.incident:
        reasons[CallAct.REPORT] = reasons[CallAct.REPORT] or _("The call is linked to an incident already.")
    else:
        reasons[CallAct.UNLINK] = reasons[CallAct.UNLINK] or _("The call is not about an incident.")
        reasons[CallAct.INCIDENT] = _("The call is not about an incident.")
    return reasons


def _facts(row: CallRow) -> Iterable[tuple[str, str]]:
    yield call_field_label("channel"), code_label(row.channel)
    yield _("Taken by"), row.taken_by
    yield call_field_label("caller"), row.caller or (_("sealed") if row.has_caller else "")
    yield call_field_label("incident"), row.incident
    yield _("Exercise"), row.exercise or ""
    yield _("Recorded or corrected"), format_moment(row.changed_at)
    yield _("State"), _("not yet synced") if row.pending else ""


def _line(row: CallRow, now: datetime) -> LevelLine:
    first = row.note.partition("\n")[0]
    return LevelLine(
        id=row.id,
        level=_LEVELS[row.call_class],
        text=first or code_label(row.call_class),
        about=" · ".join(filter(None, (code_label(row.channel), row.taken_by, row.incident))),
        at=format_recent_moment(row.received_at, now, zone=False),
        author=code_label(row.call_class),
    )


def _since(period: str, now: datetime) -> datetime | None:
    if period == TODAY:
        return now.astimezone(home_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return now - timedelta(days=_DAYS[period]) if period in _DAYS else None


def _fits(call: Call, chosen: CallSelection) -> bool:
    return chosen.call_class in (ALL, "", call.call_class) and chosen.channel in (ALL, "", call.channel)


def _has_words(row: CallRow, words: Sequence[str]) -> bool:
    text = fold(" ".join((row.note, row.taken_by, row.incident, row.caller or "")))
    return all(word in text for word in words)
