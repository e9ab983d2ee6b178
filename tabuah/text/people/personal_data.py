"""Texts about personal data that the server keeps, for administrators."""

from datetime import datetime

from tabuah.resources.localisation import _, format_moment, ngettext


def describe_values(count: int, first_at: datetime, last_at: datetime) -> str:
    """Return how many personal values a subject has, and since when."""
    text = ngettext("{n} value, {start}", "{n} values, {start} to {end}", count)
    return text.format(n=count, start=format_moment(first_at), end=format_moment(last_at))


def search_result_text(shown: int, total: int) -> str:
    """Return how much was found."""
    if not total:
        return _("Nothing was found. Names and numbers in titles and ordinary notes are not searched.")
    text = ngettext("{n} place with personal data.", "{n} places with personal data.", total).format(n=total)
    more = _("The first {n} are shown: search for more of the name.").format(n=shown) if shown < total else ""
    return " ".join(part for part in (text, more) if part)


def search_hint() -> str:
    """Return what can be searched for, and what is shown."""
    return _(
        "A part of the name, a telephone number or the number of an incident. The result shows where data occur,"
        " never the data. Searches are logged without their text."
    )


def erasure_warning(count: int) -> str:
    """Return what an erasure does, before it is confirmed."""
    places = ngettext("{n} place with personal data.", "{n} places with personal data.", count).format(n=count)
    effect = _(
        "These data are erased here and on every console, for good. Backups made before and exported reports keep"
        " them."
    )
    return f"{places} {effect}"


def describe_proof(entries: int, left: int) -> str:
    """Return the result of an erasure, and how it is proven."""
    text = _(
        "Entries without their values now: {n}; left: {left}. Consoles erase theirs at their next sync. These records"
        " stay in the journal, whose chain verifies as before: tabuah audit verify."
    )
    return text.format(n=entries, left=left)


def describe_order(seq: int, chain_hash: str, at: datetime) -> str:
    """Return one record that orders an erasure."""
    text = _("Record {seq} · {moment}")
    return f"{text.format(seq=seq, moment=format_moment(at))}\n{chain_hash}"
