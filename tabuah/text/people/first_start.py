"""Text of the first start: the steps on a computer that has no data yet."""

from tabuah.resources.localisation import _


def first_start_title() -> str:
    return _("Start in three steps")


def first_start_steps() -> str:
    """Return the steps, one paragraph each."""
    steps = (
        _("1. Log in, here or with “Not logged in” in the header. The administrator gives the address and password."),
        _("2. Wait until the badge next to it says “Synced”: incidents, stations and rules arrive by themselves."),
        _("3. Press N to report an incident. Ctrl+K finds everything else."),
        _("Reports can be written without a server; they are sent after the log-in."),
    )
    return "\n\n".join(steps)
