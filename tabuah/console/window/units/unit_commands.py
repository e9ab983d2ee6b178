"""The commands of the units: state, position, check-in, dispatch and registration."""

from collections.abc import Callable
from dataclasses import dataclass

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.units.check_in_actions import CheckInActions
from tabuah.console.window.units.check_in_reminders import CheckInReminders
from tabuah.console.window.units.help_request_actions import HelpRequestActions
from tabuah.console.window.units.unit_actions import UnitActions
from tabuah.console.window.units.unit_registration import UnitRegistration
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.units.help_band import HelpBand
from tabuah.widgets.units.units_panel import UnitsPanel


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitCommands:
    """The actions on units."""

    unit_actions: UnitActions
    check_in_actions: CheckInActions
    check_in_reminders: CheckInReminders
    help_actions: HelpRequestActions
    unit_registration: UnitRegistration

    def close(self) -> None:
        """Stop following the state."""
        self.check_in_reminders.close()
        self.help_actions.close()


def build_unit_commands(
    context: WindowContext,
    *,
    panel: UnitsPanel,
    band: HelpBand,
    form: EditForm,
    updates: UnitUpdates,
    send: Callable[[str], None],
    announce: Callable[[str, str], None],
) -> UnitCommands:
    """Build the commands; `send` dispatches a unit to the selected incident, `announce` plays a notice."""
    unit_registration = UnitRegistration(context, form)
    panel.edit_requested.connect(unit_registration.begin_edit)
    unit_actions = UnitActions(context, panel, updates, send=send)
    return UnitCommands(
        unit_actions=unit_actions,
        check_in_actions=CheckInActions(context, panel, updates),
        check_in_reminders=CheckInReminders(context.state, context.notifier, announce, panel),
        help_actions=HelpRequestActions(context, band, updates, show_unit=unit_actions.show_unit),
        unit_registration=unit_registration,
    )
