"""Handing over this computer: everything is sent, the server confirms it, and the data here are erased."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.people.hand_over import describe_hand_over, describe_handed_over

if TYPE_CHECKING:
    from tabuah.storage.journal.retirement_receipt import RetirementReceipt
    from tabuah.storage.sync.retirement import UnsentWork


class HandOverActions:
    """Asks with what is not sent yet, and erases nothing before the server has confirmed everything."""

    def __init__(
        self, context: WindowContext, *, stop_sync: Callable[[], None], start_sync: Callable[[], None]
    ) -> None:
        """Call `stop_sync` before the last exchange, which needs the connection alone; `start_sync` if it fails."""
        self._context, self._stop_sync, self._start_sync = context, stop_sync, start_sync

    def begin(self) -> None:
        """Count unsent work, and ask."""
        self._context.network.run(_count, on_done=self._ask, on_error=self._context.notifier.error)

    def _ask(self, unsent: "UnsentWork") -> None:
        question = Question(
            title=_("Hand over this computer?"),
            text=describe_hand_over(has_unsent=unsent.entries + unsent.attachments > 0, drafts=unsent.drafts),
            confirm=_("Send everything and erase"),
            is_final=True,
            field=_("Reason"),
            required=_("Enter the reason; it is recorded."),
        )
        self._context.confirm.ask(question, self._on_confirmed)

    def _on_confirmed(self, reason: str) -> None:
        self._context.notifier.inform(_("Sending everything …"))
        self._stop_sync()
        self._context.network.run(
            lambda store: _retire(store, reason), on_done=self._on_retired, on_error=self._on_failed
        )

    def _on_retired(self, receipt: "RetirementReceipt") -> None:
        from tabuah.storage.journal.retirement_receipt import RECEIPT_NAME  # noqa: PLC0415 - hardly ever needed

        self._context.state.reload()
        file = self._context.directory / RECEIPT_NAME
        self._context.notifier.saved(describe_handed_over(receipt.entries, file.name), file, opens=False)

    def _on_failed(self, error: Exception) -> None:
        self._start_sync()
        self._context.notifier.error(error)


def _count(store: ConsoleStore) -> "UnsentWork":
    from tabuah.storage.sync.retirement import find_unsent_work  # noqa: PLC0415 - loads the HTTP client

    return find_unsent_work(store)


def _retire(store: ConsoleStore, reason: str) -> "RetirementReceipt":
    from tabuah.storage.sync.retirement import retire_device  # noqa: PLC0415 - loads the HTTP client

    with DirectoryLock(store.directory, "sync", wait_s=10):
        return retire_device(store, reason=reason, discard_drafts=True)
