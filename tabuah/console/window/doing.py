"""What actions do: the workflows, and the window's own verbs."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QLineEdit, QListView, QMainWindow

from tabuah.console.window.live import Live
from tabuah.console.window.panels import Page
from tabuah.console.window.parts import Parts
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.sounding import MUTED_FOR, Sounding
from tabuah.console.window.workflows.answering import Answering
from tabuah.console.window.workflows.attaching import Attaching
from tabuah.console.window.workflows.bookmarking import Bookmarking
from tabuah.console.window.workflows.carrying import Carrying
from tabuah.console.window.workflows.charting import Charting
from tabuah.console.window.workflows.choosing import Choosing
from tabuah.console.window.workflows.clearing import Clearing
from tabuah.console.window.workflows.editing import Editing
from tabuah.console.window.workflows.importing import Importing
from tabuah.console.window.workflows.inspecting import Inspecting
from tabuah.console.window.workflows.issuing import Issuing
from tabuah.console.window.workflows.keeping import SettingKeeping
from tabuah.console.window.workflows.logging_in import LoggingIn
from tabuah.console.window.workflows.maintaining import Maintaining
from tabuah.console.window.workflows.moving import Moving
from tabuah.console.window.workflows.noting import Noting
from tabuah.console.window.workflows.overseeing import Overseeing
from tabuah.console.window.workflows.printing import Printing
from tabuah.console.window.workflows.renewing import Renewing
from tabuah.console.window.workflows.replaying import Replaying
from tabuah.console.window.workflows.reporting import Reporting
from tabuah.console.window.workflows.rule_writing import RuleWriting
from tabuah.console.window.workflows.settling import Settling
from tabuah.console.window.workflows.sketching import Sketching
from tabuah.console.window.workflows.sourcing import Sourcing
from tabuah.console.window.workflows.sparing import Sparing
from tabuah.console.window.workflows.surveying import Surveying
from tabuah.console.window.workflows.typing_in import TypingIn
from tabuah.console.window.workflows.unit_registering import UnitRegistering
from tabuah.console.window.workflows.unit_working import UnitWorking
from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _
from tabuah.widgets.sound.player import SoundPlayer
from tabuah.widgets.stations.station_dialog import MAINTAIN, TYPE_IN
from tabuah.widgets.theme.appearance import TEXT_SCALES, Appearance

_CLOSE_M = 40.0  # metres a pixel when one thing is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What only the application can do."""

    change_language: Callable[[], None]
    quit: Callable[[], None]


class Doing:
    """The verbs behind the table of actions."""

    def __init__(
        self,
        window: QMainWindow,
        parts: Parts,
        place: Workplace,
        *,
        appearance: Appearance,
        live: Live,
        switches: Switches,
        readings: ReadingsDesk,
        server_url: str = "",
    ) -> None:
        self._window, self._parts, self._at = window, parts, place
        self._appearance, self._live, self._switches = appearance, live, switches
        self.reporting = Reporting(place, parts.report_form)
        self.editing = Editing(place, parts.edit_form)
        self.sketching = Sketching(place, parts.map, reporting=self.reporting, editing=self.editing)
        self.choosing = Choosing(place, parts.map, parts.board)
        self.bookmarking = Bookmarking(place, parts.map, window)
        self.moving = Moving(place, parts.details)
        self.unit_working = UnitWorking(place, parts.units, send=self.moving.send, look_at=self.look_at)
        self.unit_registering = UnitRegistering(place, parts.unit_form)
        parts.units.edit_requested.connect(self.unit_registering.begin_edit)
        self.noting = Noting(place, parts.details)
        self.typing_in = TypingIn(place, parts.reading_form, readings)
        self.attaching = Attaching(place, parts.details, window)
        self.issuing = Issuing(place, parts.details, window)
        self.carrying = Carrying(place, window)
        self.charting = Charting(place, parts.chart, window)
        self.importing = Importing(place, parts.map, parts.layers, window)
        self.replaying = Replaying(place, parts.past_frame, parts.time_bar)
        self.printing = Printing(place, window, appearance, past=lambda: self.replaying.moment)
        self.rule_writing = RuleWriting(place, window, appearance)
        self.sparing = Sparing(place)
        self.keeping = SettingKeeping(place, parts.keeping_form)
        self.clearing = Clearing(place, parts.trays, parts.lower)
        self.sourcing = Sourcing(place, parts.sources, parts.lower, parts.level_form)
        self.renewing = Renewing(place)
        self.settling = Settling(place, parts.resolver, parts.lower)
        self.answering = Answering(place, parts.strip, self.reporting)
        self.maintaining = Maintaining(place)
        self.inspecting = Inspecting(place, window, appearance, readings, act=self._act_at_station)
        self.surveying = Surveying(place, window, appearance, readings, open_page=self.inspecting.begin_at)
        self.overseeing = Overseeing(place, window, appearance, self.answering)
        parts.strip.all_requested.connect(self.overseeing.begin_groups)
        self.sounding = Sounding(window, SoundPlayer(window), now=place.room.now)
        self.logging_in = LoggingIn(place, parts.login_form, live, server_url=server_url)

    def close(self) -> None:
        """Leave the past and the print dialog, for which nothing is made any more, and the imports, which go on."""
        self.importing.close()
        self.maintaining.close()
        self.inspecting.close()
        self.surveying.close()
        self.overseeing.close()
        self.sounding.close()
        self.replaying.close()
        self.sourcing.close()
        self.printing.close()
        self.rule_writing.close()

    def refresh_asides(self) -> None:
        """Show anew what took no effect, and tell a key that was replaced."""
        self.clearing.refresh()
        self.renewing.refresh()

    def open_moves(self) -> None:
        """Open the menu of statuses."""
        self._show_details()
        self._parts.details.open_move_menu()

    def open_reports(self) -> None:
        """Open the menu of reports."""
        self._show_details()
        self._parts.details.open_report_menu()

    def locate(self) -> None:
        """Show the alarm, or else the incident, on the map."""
        if self._at.selection.alarm in self._at.room.snapshot.alarms and self._parts.strip.current is not None:
            self.answering.locate()
            return
        incident = self._at.incident
        if incident is not None and incident.place is not None:
            self.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def look_at(self, lon_deg: float, lat_deg: float) -> None:
        """Bring a place into the middle of the map."""
        self._at.canvas.centre_on(lon_deg, lat_deg, _CLOSE_M)
        self._at.canvas.setFocus()

    def _act_at_station(self, code: str) -> None:
        """What the page of a station asks the window for."""
        if code == TYPE_IN:
            self.typing_in.begin()
        elif code == MAINTAIN:
            self.maintaining.begin()

    def next_alarm(self) -> None:
        """Go to the next alarm in the strip."""
        self._parts.strip.show_next()

    def mute(self) -> None:
        """Be quiet about the alarms of now for some minutes, or no longer."""
        minutes = int(MUTED_FOR.total_seconds() // 60)
        told = _("Alarm sound on again.")
        if self.sounding.mute():
            told = _("Quiet for {n} minutes; a new alarm is heard all the same.").format(n=minutes)
        self._at.teller.inform(told)

    def open_palette(self) -> None:
        """Open the palette with everything that can be found now."""
        self._parts.header.palette_requested.emit()

    def focus_filter(self) -> None:
        """Put the cursor into the board's filter."""
        self._parts.panels["board"].show()
        self._parts.board.focus_filter()

    def focus_board(self) -> None:
        """Put the keyboard on the board."""
        self._parts.panels["board"].show()
        view = self._parts.board.findChild(QListView, "board_list")
        (view if isinstance(view, QListView) and view.isVisible() else self._parts.board).setFocus()

    def focus_map(self) -> None:
        """Put the keyboard on the map."""
        self._at.canvas.setFocus()

    def focus_details(self) -> None:
        """Put the keyboard on the details."""
        self._parts.panels["details"].show()
        self._at.side.setFocus()

    def take_tool(self, code: str) -> None:
        """Take a tool of the map in hand, or lay it down."""
        self._at.canvas.tools.take(code)
        self._at.canvas.setFocus()

    def fit_map(self) -> None:
        """Show the whole regency."""
        self._at.canvas.fit_regency()

    def toggle_panel(self, name: str) -> None:
        """Show a panel or take it away."""
        self._parts.panels[name].toggle()

    def detach_panel(self, name: str) -> None:
        """Give a panel a window of its own, or take it back."""
        self._parts.panels[name].detach()

    def change_theme(self) -> None:
        """Dark for the room, light for the day."""
        self._appearance.show_theme("light" if self._appearance.palette.name == "dark" else "dark")

    def change_text(self, step: int) -> None:
        """Larger or smaller text, within what is laid out for."""
        index = TEXT_SCALES.index(self._appearance.text_scale) + step
        if 0 <= index < len(TEXT_SCALES):
            self._appearance.show_text_scale(TEXT_SCALES[index])

    def change_language(self) -> None:
        """The other language, at once; a form with work in it is finished first."""
        if self._at.side.page in (Page.REPORT, Page.EDIT, Page.READING, Page.LEVEL, Page.UNIT, Page.KEEPING):
            self._at.teller.refuse(_("Finish or close the form first; then the language can be changed."))
            return
        self._switches.change_language()

    def toggle_full_screen(self) -> None:
        """The whole screen, or not."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    def undo(self) -> None:
        """Take back the newest thing that can be."""
        if isinstance(self._window.focusWidget(), QLineEdit):
            return
        if not self._at.teller.undo_last():
            self._at.teller.inform(_("There is nothing to undo."))

    def sync_now(self) -> None:
        """Exchange everything with the server."""
        self._live.sync_soon()

    def quit(self) -> None:
        """Close the window; everything is saved already."""
        self._switches.quit()

    def _show_details(self) -> None:
        self._parts.panels["details"].show()
        self._at.side.show_page(Page.DETAILS)
