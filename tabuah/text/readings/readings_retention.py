"""Text about the retention of readings: amount kept, disk use and pruning."""

from datetime import datetime

from tabuah.operations.readings.retention import Retention, RetentionUsage
from tabuah.resources.localisation import _, format_day, format_number, format_size, ngettext


def describe_kept_values(kept: RetentionUsage) -> str:
    """Describe how many values are kept, and since when."""
    words = ngettext("{n} value is kept", "{n} values are kept", kept.values).format(n=format_number(kept.values))
    return _add_start_day(words, kept.oldest_value_at)


def describe_kept_hours(kept: RetentionUsage) -> str:
    """Describe how many hourly summaries are kept, and since when."""
    words = ngettext("{n} hour is kept", "{n} hours are kept", kept.hours).format(n=format_number(kept.hours))
    return _add_start_day(words, kept.oldest_hour_at)


def describe_disk_use(kept: RetentionUsage) -> str:
    """Describe the size of the file and its free part."""
    words = _("{size} on the disk").format(size=format_size(kept.size_bytes))
    if not kept.free_bytes:
        return words
    return _("{size}, {free} of it free for new readings").format(size=words, free=format_size(kept.free_bytes))


def describe_pruning(kept: RetentionUsage, keeping: Retention, now: datetime, *, knows_server: bool) -> str:
    """Describe the readings that a setting will remove."""
    if not kept.has_expired:
        return _("Nothing that is kept here is older than that.")
    parts = (
        _describe_pruned_values(kept.values_going, keeping.values_before(now)),
        _describe_pruned_hours(kept.hours_going, keeping.hours_before(now)),
        _describe_pruning_schedule(knows_server=knows_server),
    )
    return " ".join(part for part in parts if part)


def _describe_pruned_values(count: int, before: datetime) -> str:
    message = ngettext(
        "{n} value from before {day} will be deleted.", "{n} values from before {day} will be deleted.", count
    )
    return message.format(n=format_number(count), day=format_day(before)) if count else ""


def _describe_pruned_hours(count: int, before: datetime) -> str:
    message = ngettext(
        "{n} hour from before {day} will be deleted.", "{n} hours from before {day} will be deleted.", count
    )
    return message.format(n=format_number(count), day=format_day(before)) if count else ""


def _describe_pruning_schedule(*, knows_server: bool) -> str:
    if not knows_server:
        return _("But nothing is deleted while this console has no server: it is the only copy.")
    return _(
        "They are deleted step by step while the window is open, within some hours. The server keeps its values, and "
        "the console fetches them again on request. The file does not become smaller: its space is used again."
    )


def _add_start_day(words: str, moment: datetime | None) -> str:
    return words if moment is None else _("{kept}, since {day}").format(kept=words, day=format_day(moment))
