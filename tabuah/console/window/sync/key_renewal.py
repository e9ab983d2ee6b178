"""Notice of a renewed device key: once when it happens, and when the window opens soon after."""

from datetime import timedelta
from typing import Final

from tabuah.console.sync.key_renewal_text import describe_preserved_work, describe_renewal_cause, list_renewal_steps
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.cache.key_replacement import KeyReplacement

_NEWS: Final = timedelta(days=1)


class KeyRenewalNotice:
    """Shows what happened, what is safe and what to check. The sync badge repeats it for two weeks."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._told: KeyReplacement | None = None

    def refresh(self) -> None:
        """Show the notice if it is new."""
        snapshot, renewal = self._context.state.snapshot, self._context.state.snapshot.renewal
        if renewal is None or renewal == self._told or self._context.state.now() - renewal.at > _NEWS:
            return
        self._told = renewal
        approved = snapshot.identity is not None and snapshot.identity.approved
        self._context.notifier.warn(
            describe_renewal_cause(renewal),
            safe=describe_preserved_work(renewal),
            next_step=" ".join(list_renewal_steps(renewal, approved=approved)),
        )
