"""Text about attachments: their transfer state, and where and when a photo was taken."""

from collections.abc import Sequence

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.operations.attachments.transfer import AttachmentState, AttachmentStatus, PhotoOrigin
from tabuah.resources.localisation import _, format_moment, format_number, format_size, ngettext


def describe_transfer(state: AttachmentState) -> str:
    """Describe the transfer state of an attachment; empty when the file is complete."""
    match state.state:
        case AttachmentStatus.WAITS_UPLOAD:
            return _("waits to be sent{share}").format(share=_transferred_share(state))
        case AttachmentStatus.WAITS_DOWNLOAD:
            return _("not here yet{share}").format(share=_transferred_share(state))
        case AttachmentStatus.FAILED:
            return _("failed: {reason}").format(reason=state.reason)
        case AttachmentStatus.WITHHELD:
            return _("not for this role")
    return ""


def describe_transfer_briefly(state: AttachmentState) -> str:
    """Describe the transfer state in a word or a percentage, for thumbnails."""
    match state.state:
        case AttachmentStatus.WAITS_UPLOAD | AttachmentStatus.WAITS_DOWNLOAD:
            arrow = "↑" if state.state is AttachmentStatus.WAITS_UPLOAD else "↓"
            share = f"{format_number(100 * state.moved // state.size)} %" if state.moved and state.size else ""
            return f"{arrow} {share or _('waiting')}"
        case AttachmentStatus.FAILED:
            return _("failed")
        case AttachmentStatus.WITHHELD:
            return _("not for this role")
    return ""


def describe_photo_origin(origin: PhotoOrigin, place: str = "") -> str:
    """Describe where and when a photo was taken; empty without camera metadata."""
    parts = []
    if origin.position is not None:
        position = format_decimal_degrees(*origin.position)
        parts.append(f"{place} ({position})" if place else position)
    if origin.taken_at is not None:
        parts.append(format_moment(origin.taken_at))
    return _("Photo taken: {where_and_when}").format(where_and_when=", ".join(parts)) if parts else ""


def _transferred_share(state: AttachmentState) -> str:
    if not state.moved or not state.size:
        return ""
    return ", " + _("{percent} % of {size}").format(
        percent=format_number(100 * state.moved // state.size), size=format_size(state.size)
    )


def describe_known_files(files: Sequence[str], owner: str) -> str:
    """Describe files that are already attached to an incident or station, by their names."""
    message = ngettext(
        "{names} is attached to {number} already.", "{names} are attached to {number} already.", len(files)
    )
    return message.format(names=", ".join(files), number=owner)


def describe_attached_files(n: int, owner: str) -> str:
    """Describe the number of files that were attached to an incident or station."""
    message = ngettext("{n} file attached to {number}.", "{n} files attached to {number}.", n)
    return message.format(n=n, number=owner)


def preparing_text(n: int) -> str:
    return _("Preparing {n} files …").format(n=n)


def photo_position_title(number: str) -> str:
    """Return the question whether the position of a photo is the place of an incident."""
    return _("Use the position of the photo as the place of {number}?").format(number=number)
