"""One action of the window, and the menus that list them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from tabuah.console.window.shell.action_requirements import Requirement
from tabuah.console.window.state.action_context import ActionContext
from tabuah.resources.localisation import N_

if TYPE_CHECKING:
    from tabuah.console.window.shell.window_commands import WindowCommands


INCIDENT: Final = N_("Incident")
ALARM: Final = N_("Alarm")
VIEW: Final = N_("View")
STATION: Final = N_("Station")
MAP: Final = N_("Map")
CONSOLE: Final = N_("Console")
MENUS: Final = (INCIDENT, ALARM, STATION, VIEW, MAP, CONSOLE)


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the window.

    `label` is English and marked for translation. `keys` use Qt's portable names; the first is shown.
    `needs` returns the reason why the action is unavailable, or an empty text.
    """

    id: str
    label: str
    run: Callable[["WindowCommands"], None]
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = "command"
    needs: Requirement = lambda _action_context: ""

    @property
    def shown_key(self) -> str:
        """The key to show, in Qt's portable form."""
        return self.keys[0] if self.keys else ""

    def reason(self, action_context: ActionContext) -> str:
        """Return why the action is unavailable, or an empty text."""
        return self.needs(action_context)
