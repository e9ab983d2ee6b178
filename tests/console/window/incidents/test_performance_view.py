"""The incidents behind a number, as the incident performance window lists them."""

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from support.window_fixture import KOTO_BARU
from support.window_values import NOW, incident

from tabuah.console.window.incidents.performance_view import incident_lines
from tabuah.widgets.controls.elision import elide_name


def test_incident_line_cuts_its_place_and_keeps_its_number(qapp: QApplication) -> None:
    reported = incident(id="a", number="SLK-NIFT-0112", title="Banjir luapan", place=KOTO_BARU)
    (line,) = incident_lines(["a", "unknown"], {"a": reported}, NOW)
    assert line.about == "SLK-NIFT-0112 · Koto Baru, Kubung"
    metrics = QFontMetricsF(qapp.font())
    width_px = metrics.horizontalAdvance(line.about) - 10
    shown = elide_name(line.about, line.names, metrics, width_px)
    assert shown.startswith("SLK-NIFT-0112 · Koto Baru")
    assert shown.endswith("…")
