"""A segmented control names its selected choice to assistive programs."""

from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance


def test_description_follows_the_selection_and_the_labels(qtbot: QtBot, appearance: Appearance) -> None:
    control = SegmentedControl(
        appearance, (("quakes", "quakes"), ("warnings", "warnings")), name="tabs", label="Sumber"
    )
    qtbot.addWidget(control)
    assert control.accessibleDescription() == "quakes"
    control.show_choices((("quakes", "Gempa 3"), ("warnings", "Peringatan 1")))
    assert control.accessibleDescription() == "Gempa 3"
    control.show_current("warnings")
    assert control.accessibleDescription() == "Peringatan 1"
