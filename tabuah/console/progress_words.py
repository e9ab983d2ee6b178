"""How far the exchange with the server is, in words; nothing where it takes no time worth telling."""

from typing import TYPE_CHECKING, Final

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number

if TYPE_CHECKING:
    from tabuah.storage.sync.link import Progress

_WORTH_TELLING: Final = 5_000  # entries


def progress_words(progress: "Progress") -> str:
    """What is being fetched, and how much of it has come."""
    if progress.total <= 0 or progress.done >= progress.total:
        return ""
    if progress.stage == "snapshot":
        done, total = (format_number(n / 1e6, digits=1) for n in (progress.done, progress.total))
        return _("The state of the room is being fetched: {done} of {total} MB.").format(done=done, total=total)
    if progress.stage == "pulling" and progress.total - progress.done > _WORTH_TELLING:
        missing = format_number(progress.total - progress.done)
        return _("{missing} entries are still to be fetched.").format(missing=missing)
    return ""
