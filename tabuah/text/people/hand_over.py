"""Text of the handing over of a computer."""

from tabuah.resources.localisation import _, ngettext


def describe_hand_over(*, has_unsent: bool, drafts: int) -> str:
    """Return what is sent and what is erased; `drafts` are forms that were begun and not saved."""
    parts = [
        _("Everything is sent first.") if not has_unsent else _("Work that is not sent yet is sent first."),
        _("Then Tabuah erases all its data here: journal, photos, callers and the key. The server's receipt stays."),
        _("If anything cannot be sent, nothing is erased."),
    ]
    if drafts:
        text = ngettext(
            "{n} form that was begun and not saved is discarded.",
            "{n} forms that were begun and not saved are discarded.",
            drafts,
        )
        parts.append(text.format(n=drafts))
    return " ".join(parts)


def describe_handed_over(entries: int, receipt: str) -> str:
    text = _("Everything was sent ({entries} entries), and the data here are erased. Receipt: {file}")
    return text.format(entries=entries, file=receipt)
