"""Text of the status bar: server, data saver, work that waits for people, and the audit trail."""

from collections.abc import Sequence
from typing import Final

from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import N_, _, format_number, ngettext

_SERVER_STATES: Final = {
    ConnectionState.NONE: N_("No server"),
    ConnectionState.CONNECTING: N_("Looking for the server …"),
    ConnectionState.ONLINE: N_("Central server"),
    ConnectionState.OFFLINE: N_("Server cannot be reached"),
    ConnectionState.REFUSED: N_("Server refuses"),
}

TextWithHint = tuple[str, str]  # an item, and what to do or to know about it


def describe_server(state: ConnectionState, *, live: bool, needs_login: bool = False) -> str:
    """Return the state of the connection; `live` if the stream of changes is open."""
    if needs_login:
        return _("Log-in needed")
    if state is ConnectionState.ONLINE and not live:
        return _("Central server · no live stream")
    return _(_SERVER_STATES[state])


def data_saver_notice(live_stations: int) -> TextWithHint:
    text = ngettext("Data saver · {n} station live", "Data saver · {n} stations live", live_stations)
    return text.format(n=live_stations), _("Shift+F5 turns it off.")


def conflicts_notice(n: int) -> TextWithHint:
    return ngettext("{n} conflict", "{n} conflicts", n).format(n=n), _("Press K to settle it.")


def held_notice(n: int) -> TextWithHint:
    return ngettext("{n} held", "{n} held", n).format(n=n), _("A supervisor must release it.")


def rejected_notice(n: int) -> TextWithHint:
    return ngettext("{n} rejected", "{n} rejected", n).format(n=n), _("The text is kept on this computer.")


def elsewhere_notice(n: int, worlds: Sequence[str]) -> TextWithHint:
    """Return how much waits for a person in other worlds, and where."""
    return ngettext("{n} in other worlds", "{n} in other worlds", n).format(n=n), "\n".join(worlds)


def audit_trail_notice(seq: int, record_hash: str) -> TextWithHint:
    """Return the newest record that was checked, and how it was checked."""
    text = _("Audit trail: entry {seq} ✓").format(seq=format_number(seq))
    details = _("Every entry up to this one was checked here: signature, order and hash. {hash}")
    return text, details.format(hash=record_hash[:16])
