"""Text about the progress of a sync."""

from typing import TYPE_CHECKING, Final

from tabuah.resources.localisation import _, format_number

if TYPE_CHECKING:
    from tabuah.storage.sync.server_link import SyncProgress

_MIN_SHOWN_ENTRIES: Final = 5_000  # entries


def describe_sync_progress(progress: "SyncProgress") -> str:
    """Describe what is being fetched and how much of it has arrived; empty for short transfers."""
    if progress.total <= 0 or progress.done >= progress.total:
        return ""
    if progress.stage == "snapshot":
        done, total = (format_number(n / 1e6, digits=1) for n in (progress.done, progress.total))
        return _("A snapshot of the data is being downloaded: {done} of {total} MB.").format(done=done, total=total)
    if progress.stage == "pulling" and progress.total - progress.done > _MIN_SHOWN_ENTRIES:
        missing = format_number(progress.total - progress.done)
        return _("{missing} entries are still to be fetched.").format(missing=missing)
    return ""
