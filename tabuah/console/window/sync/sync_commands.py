"""The commands of the synchronisation: log-in, bundles, data saver, held and rejected work."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.shared.panels import LowerPanel
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.sync.bundles import BundleActions
from tabuah.console.window.sync.data_saver import DataSaverActions
from tabuah.console.window.sync.held_and_rejected import HeldAndRejectedActions
from tabuah.console.window.sync.login import SidePanelLogin
from tabuah.console.window.sync.server_connection import ServerConnection
from tabuah.operations.people.key_replacement import KeyReplacement
from tabuah.text.sync.device_notices import describe_preserved_work, describe_renewal_cause, list_renewal_steps
from tabuah.widgets.sync.login_form import LoginForm
from tabuah.widgets.sync.tray_panel import TrayPanel

_NEWS: Final = timedelta(days=1)


class KeyRenewalNotice:
    """Shows what happened, what is safe and what to check. The sync badge repeats it for two weeks."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._announced: KeyReplacement | None = None

    def refresh(self) -> None:
        """Show the notice if it is new."""
        snapshot, renewal = self._context.state.snapshot, self._context.state.snapshot.renewal
        if renewal is None or renewal == self._announced or self._context.state.now() - renewal.at > _NEWS:
            return
        self._announced = renewal
        approved = snapshot.identity is not None and snapshot.identity.approved
        self._context.notifier.warn(
            describe_renewal_cause(renewal),
            safe=describe_preserved_work(renewal),
            next_step=" ".join(list_renewal_steps(renewal, approved=approved)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SyncCommands:
    """The actions on the connection and on work that is not synchronised."""

    bundles: BundleActions
    data_saver: DataSaverActions
    held_and_rejected: HeldAndRejectedActions
    key_renewal: KeyRenewalNotice
    login: SidePanelLogin

    def refresh_trays(self) -> None:
        """Refresh the held and rejected trays, and report a device key that was renewed."""
        self.held_and_rejected.refresh()
        self.key_renewal.refresh()


def build_sync_commands(
    context: WindowContext,
    window: QMainWindow,
    *,
    trays: TrayPanel,
    lower: LowerPanel,
    login_form: LoginForm,
    connection: ServerConnection,
    server_url: str,
) -> SyncCommands:
    """Build the commands; `server_url` is the server that the log-in form suggests."""
    return SyncCommands(
        bundles=BundleActions(context, window),
        data_saver=DataSaverActions(context),
        held_and_rejected=HeldAndRejectedActions(context, trays, lower),
        key_renewal=KeyRenewalNotice(context),
        login=SidePanelLogin(context, login_form, connection, server_url=server_url),
    )
