"""Take the screenshots of sensors, rules, alarms and feeds for docs/screenshots, in both themes, in Indonesian.

Run `make sensor-screenshots`; it needs no display. The data are a storm; the performance figures a
sample week.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from alarm_week import write_week
from picture_compression import save_small
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QListWidget, QWidget
from screenshots import FOLDER, rest, wait_until
from setup_screenshots import take_setup
from storm_session import StormSession, storm_session

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.console.window.shell.screenshot import picture_of
from tabuah.operations.bulletins.drafts import issue_warning, report_earthquake
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt, WarningIssued
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.feeds.cap_alert import CapCertainty, CapMessageType, CapSeverity, CapUrgency
from tabuah.resources.localisation import DEFAULT_LANGUAGE, set_language
from tabuah.widgets.bulletins.source_item import EARTHQUAKES
from tabuah.widgets.controls.segmented_control import SegmentedControl

GAUGE: Final = code_in_exercise("SLK-AWLR-03", EXERCISE_ID)  # Koto Baru, which the storm takes past Siaga 1
RULE: Final = "rule/tma-siaga-2"
_DIALOG: Final = QSize(1240, 760)
_CHART_PX: Final = 430  # height
_SETTLE_MS: Final = 4_000
_THEMES: Final = ("dark", "light")
_AREA: Final = (
    (100.60, -0.86), (100.74, -0.86), (100.78, -0.98), (100.72, -1.06), (100.60, -1.00), (100.60, -0.86),
)  # fmt: skip

Scene = Callable[[ConsoleWindow], QWidget]  # opens something and returns the widget to show


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in logical px.")
def main(folder: Path, size: str) -> None:
    """Take the screenshots."""
    width, _x, height = size.partition("x")
    wanted = QSize(int(width), int(height))
    set_language(DEFAULT_LANGUAGE)
    with tempfile.TemporaryDirectory() as data, storm_session(Path(data)) as session:
        write_bulletins(session)
        take(session.console, folder, wanted, STORM_SCENES, exercise=EXERCISE_ID)
        of_week = Path(data) / "week"
        write_week(of_week, session.service, session.players.supervisor)
        take(of_week, folder, wanted, {"alarm-figures": show_figures}, exercise="")
    take_setup(folder)


def take(data: Path, folder: Path, size: QSize, scenes: dict[str, Scene], *, exercise: str) -> None:
    """Take every scene in both themes; dialogs and panels are closed again."""
    console = ConsoleWindow(data, qt_application(), language=DEFAULT_LANGUAGE, exercise=exercise)
    try:
        console.shell.resize(size)
        console.show()
        rest(_SETTLE_MS)
        for name, scene in scenes.items():
            seen = scene(console)
            for theme in _THEMES:
                console.appearance.show_theme(theme)
                rest(1_000)
                file = folder / f"{name}-{theme}-{DEFAULT_LANGUAGE}.png"
                is_window = seen is console.shell
                save_small(picture_of(console.shell, size) if is_window else seen.grab().toImage(), file)
                click.echo(file)
            if isinstance(seen, QDialog):
                seen.close()
    finally:
        console.close()


def show_forecast(console: ConsoleWindow) -> QWidget:
    """Show the chart of the river in the storm, enlarged."""
    parts = console.shell.parts
    console.objects.selection.choose_station(GAUGE, by_person=True)
    console.shell.resizeDocks([parts.panels["chart"]], [_CHART_PX], Qt.Orientation.Vertical)
    frame_px = console.shell.width() - parts.chart.width()  # of the exercise: the picture shows the chart alone
    console.shell.resize(console.shell.width() + frame_px, console.shell.height())
    rest(2_500)
    return parts.chart


def show_rules(console: ConsoleWindow) -> QWidget:
    """Show a rule after a trial run on the last day."""
    console.objects.commands.rules.begin()
    dialog = console.objects.commands.rules.dialog
    assert dialog is not None
    dialog.resize(_DIALOG)
    dialog.list.choose(RULE)
    rest(800)
    days = dialog.trial.findChild(SegmentedControl, "trial_days")
    assert isinstance(days, SegmentedControl)
    days.show_current("1")
    dialog.trial.requested.emit(1)
    episodes = dialog.findChild(QListWidget, "trial_episodes")
    assert isinstance(episodes, QListWidget)
    wait_until(episodes.isVisible)
    return dialog


def show_station(console: ConsoleWindow) -> QWidget:
    """Show the page of the gauge."""
    console.objects.commands.stations.station_page.begin_at(GAUGE)
    dialog = console.objects.commands.stations.station_page.dialog
    assert dialog is not None
    dialog.resize(_DIALOG)
    rest(3_000)
    return dialog


def show_alarms(console: ConsoleWindow) -> QWidget:
    """Show the alarms of the storm as one expanded group."""
    return _alarms(console, console.objects.commands.alarms.alarm_list.begin_groups)


def show_figures(console: ConsoleWindow) -> QWidget:
    """Show the performance figures of the week."""
    dialog = _alarms(console, console.objects.commands.alarms.alarm_list.begin_figures)
    alarm_list = console.objects.commands.alarms.alarm_list.dialog
    assert alarm_list is not None
    alarm_list.performance.choose_span("week")
    rest(500)
    return dialog


def show_bulletins(console: ConsoleWindow) -> QWidget:
    """Show the window with the earthquake and its effects in the regency."""
    console.objects.commands.bulletins.begin(EARTHQUAKES)
    rest(1_500)
    return console.shell


STORM_SCENES: Final[dict[str, Scene]] = {
    "forecast": show_forecast,
    "rules": show_rules,
    "station": show_station,
    "alarms": show_alarms,
    "bulletins": show_bulletins,
}


def write_bulletins(session: StormSession) -> None:
    """Write an earthquake and a weather warning, both as exercise."""
    now = datetime.now(UTC).replace(microsecond=0)
    session.service.journal.append_drafts(
        [
            report_earthquake(
                "latihan-1", _earthquake(now - timedelta(minutes=47)), exercise=True, exercise_id=EXERCISE_ID
            ),
            issue_warning(_warning(now - timedelta(minutes=20)), exercise=True, exercise_id=EXERCISE_ID),
        ]
    )


def _alarms(console: ConsoleWindow, begin: Callable[[], None]) -> QWidget:
    begin()
    dialog = console.objects.commands.alarms.alarm_list.dialog
    assert dialog is not None
    dialog.resize(_DIALOG)
    rest(800)
    return dialog


def _earthquake(at: datetime) -> EarthquakeReported:
    return EarthquakeReported(
        feed="autogempa",
        at=at,
        lon_deg=100.62,
        lat_deg=-0.71,
        magnitude=4.1,
        depth_km=10.0,
        region="LATIHAN: pusat gempa di darat 10 km utara Solok",
        felt=(FeltAt("X Koto Singkarak", 2, 2), FeltAt("Kubung", 2, 2)),
    )


def _warning(sent: datetime) -> WarningIssued:
    """Return a warning over Gunung Talang and the upper Batang Lembang, where the storm rains."""
    return WarningIssued(
        identifier=f"2.49.0.1.360.0.{sent:%Y.%m.%d.%H}.13.001",
        sender="latihan@localhost",
        sent=sent,
        message=CapMessageType.ALERT,
        event="Hujan Lebat dan Petir",
        headline="LATIHAN: Hujan Lebat disertai Petir di Sumatera Barat",
        description="Hujan lebat disertai petir, khususnya di GUNUNG TALANG, LEMBANG JAYA, KUBUNG.",
        urgency=CapUrgency.IMMEDIATE,
        severity=CapSeverity.MODERATE,
        certainty=CapCertainty.OBSERVED,
        effective=sent,
        expires=sent + timedelta(hours=3),
        rings=(_AREA,),
    )


if __name__ == "__main__":
    main()
