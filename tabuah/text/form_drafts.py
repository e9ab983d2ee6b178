"""Text about drafts of forms that survived a crash."""

from datetime import datetime

from tabuah.resources.localisation import _, format_time


def kept_drafts_text(saved_at: datetime, *, has_report: bool) -> str:
    """Return the offer of the drafts of an earlier run."""
    if has_report:
        text = _("A report of {time} was not saved; press N to go on with it.")
    else:
        text = _("Input of {time} was not saved; open its form again to go on.")
    return text.format(time=format_time(saved_at))


def kept_form_text() -> str:
    return _("The form contains what was typed before.")


def discarded_text() -> str:
    return _("The report is discarded.")
