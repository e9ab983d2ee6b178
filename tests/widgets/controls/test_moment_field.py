"""The field for a time."""

from datetime import UTC, datetime, timedelta

from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.moment_field import MomentField
from tabuah.widgets.theme.appearance import Appearance

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_moment_field_renews_age(qtbot: QtBot, appearance: Appearance) -> None:
    now = [NOW]
    field = MomentField(appearance, name="moment", label="Waktu", clock=lambda: now[0])
    qtbot.addWidget(field)
    field.show_moment(NOW)
    field.show()
    now[0] += timedelta(minutes=4)
    field.ageing.timeout.emit()
    assert "4 mnt lalu" in " ".join(text.text() for text in field.findChildren(Text))
    field.hide()
    assert not field.ageing.isActive()
