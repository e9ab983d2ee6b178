"""Every dialog of set-up, people and the roster fits a screen of 1366 × 768 with text at 150 %, in both languages."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget

from tabuah.console.window.calls.call_items import call_filters
from tabuah.console.window.messages.message_items import message_filters
from tabuah.operations.tasks.task_list import TaskView
from tabuah.resources.localisation import set_language
from tabuah.text.tasks.task_text import view_label
from tabuah.widgets.calls.call_list_dialog import CallListDialog
from tabuah.widgets.contacts.directory_dialog import DirectoryDialog
from tabuah.widgets.controls.import_panel import ImportPanel
from tabuah.widgets.incidents.caller_lookup_dialog import CallerLookupDialog
from tabuah.widgets.incidents.performance_dialog import IncidentPerformanceDialog
from tabuah.widgets.messages.message_list_dialog import MessageListDialog
from tabuah.widgets.parent_events.event_dialog import EventDialog
from tabuah.widgets.people.administration_dialog import AdministrationDialog
from tabuah.widgets.people.backups_dialog import BackupsDialog
from tabuah.widgets.people.deputies_dialog import DeputiesDialog
from tabuah.widgets.people.lock_window import LockWindow
from tabuah.widgets.people.personal_data_dialog import PersonalDataDialog
from tabuah.widgets.people.second_factor_dialog import SecondFactorDialog
from tabuah.widgets.roster.roster_dialog import RosterDialog
from tabuah.widgets.roster.values import RosterWeekView
from tabuah.widgets.shifts.duty_shift_dialog import DutyShiftDialog
from tabuah.widgets.stations.station_form import StationForm
from tabuah.widgets.stations.station_list_dialog import StationListDialog
from tabuah.widgets.stations.station_page_dialog import StationPageDialog
from tabuah.widgets.sync.login_form import LoginForm
from tabuah.widgets.tasks.task_list_dialog import TaskListDialog
from tabuah.widgets.theme.appearance import Appearance

SIDE_PX, CARD_MARGINS_PX = 320, 32  # of the narrowest side panel, and around a card in it
MAKERS: tuple[Callable[[Appearance], QWidget], ...] = (
    AdministrationDialog,
    BackupsDialog,
    CallerLookupDialog,
    DeputiesDialog,
    DirectoryDialog,
    DutyShiftDialog,
    EventDialog,
    LockWindow,
    PersonalDataDialog,
    RosterDialog,
    SecondFactorDialog,
    StationForm,
    StationPageDialog,
    lambda appearance: CallListDialog(appearance, filters=call_filters()),
    lambda appearance: MessageListDialog(appearance, filters=message_filters()),
    lambda appearance: IncidentPerformanceDialog(appearance, ()),
    lambda appearance: StationListDialog(appearance, ()),
    lambda appearance: TaskListDialog(appearance, views=tuple((each.value, view_label(each)) for each in TaskView)),
    lambda appearance: ImportPanel(appearance, name="rows"),
)


@pytest.fixture
def larger(appearance: Appearance) -> Iterator[Appearance]:
    appearance.show_text_scale(1.5)
    yield appearance
    appearance.show_text_scale(1.0)


@pytest.mark.parametrize("language", ["id", "en"])
def test_dialogs_fit_a_small_screen_with_larger_text(qtbot, larger: Appearance, language: str):
    set_language(language)
    sizes = {}
    for make in MAKERS:
        widget = make(larger)
        qtbot.addWidget(widget)
        if isinstance(widget, RosterDialog):
            widget.show_week(RosterWeekView(title="Minggu ke-49 tahun 2026: Sen 30 Nov s.d. Min 6 Des"), "")
        with qtbot.waitExposed(widget):
            widget.show()  # the layouts measure their widgets
        sizes[type(widget).__name__] = widget.minimumSizeHint().expandedTo(widget.minimumSize()).toTuple()
    assert {name: size for name, size in sizes.items() if size[0] > 1366 or size[1] > 768} == {}


@pytest.mark.parametrize("language", ["id", "en"])
def test_log_in_card_fits_the_side_panel(qtbot, larger: Appearance, language: str):
    set_language(language)
    for scale in (1.0, 1.5):
        larger.show_text_scale(scale)
        form = LoginForm(larger)
        qtbot.addWidget(form)
        form.show_defaults("", "", asks_code=True)
        form.show()
        assert form.minimumSizeHint().width() <= larger.px(SIDE_PX) - CARD_MARGINS_PX, scale
