"""How attachments are told to people: where one stands, and where and when a photo says it was taken."""

from typing import TYPE_CHECKING

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number
from tabuah.storage.cache.attachments import AttachmentState, Standing

if TYPE_CHECKING:
    from tabuah.storage.attachments.origins import PhotoOrigin


def size_words(size: int) -> str:
    """A size in bytes for people."""
    if size < 1_000_000:
        return f"{format_number(max(1, size / 1000))} kB"
    return f"{format_number(size / 1_000_000, digits=1)} MB"


def standing_words(state: AttachmentState) -> str:
    """Where an attachment stands; empty when it is where it should be."""
    match state.state:
        case Standing.WAITS_UPLOAD:
            return _("waits to be sent{share}").format(share=_share(state))
        case Standing.WAITS_DOWNLOAD:
            return _("not here yet{share}").format(share=_share(state))
        case Standing.FAILED:
            return _("failed: {reason}").format(reason=state.reason)
        case Standing.WITHHELD:
            return _("not for this role")
    return ""


def short_standing(state: AttachmentState) -> str:
    """The same for a small picture: a word or a share."""
    match state.state:
        case Standing.WAITS_UPLOAD | Standing.WAITS_DOWNLOAD:
            arrow = "↑" if state.state is Standing.WAITS_UPLOAD else "↓"
            share = f"{format_number(100 * state.moved // state.size)} %" if state.moved and state.size else ""
            return f"{arrow} {share or _('waiting')}"
        case Standing.FAILED:
            return _("failed")
        case Standing.WITHHELD:
            return _("not for this role")
    return ""


def origin_words(origin: "PhotoOrigin", place: str = "") -> str:
    """Where and when a photo was taken; empty when its camera does not say."""
    parts = []
    if origin.position is not None:
        position = format_decimal_degrees(*origin.position)
        parts.append(f"{place} ({position})" if place else position)
    if origin.taken_at is not None:
        parts.append(format_moment(origin.taken_at))
    return _("Photo taken: {where_and_when}").format(where_and_when=", ".join(parts)) if parts else ""


def _share(state: AttachmentState) -> str:
    if not state.moved or not state.size:
        return ""
    return ", " + _("{percent} % of {size}").format(
        percent=format_number(100 * state.moved // state.size), size=size_words(state.size)
    )
