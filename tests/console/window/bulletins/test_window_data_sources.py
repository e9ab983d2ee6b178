"""Bulletins on the map and in the data sources panel, and reports on dead sources."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support.bulletin_samples import sample_earthquake, sample_volcano_level, sample_warning
from support.feed_server import FeedServer, feed_server
from support.running_server import RunningServer, start_server
from support.window_fixture import OpenWindow, identity, log_in_and_sync, open_second_store, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.bulletins.bulletin import TALANG
from tabuah.operations.bulletins.drafts import issue_warning, level_volcano, report_earthquake
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt
from tabuah.operations.exercises.scope import UNNAMED
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.server.administration import write_initial_rules
from tabuah.server.feeds import health
from tabuah.widgets.bulletins.data_sources_panel import DataSourcesPanel
from tabuah.widgets.bulletins.source_item import EARTHQUAKES, SOURCES, VOLCANOES, WARNINGS

FAR = {"lon_deg": 123.27, "lat_deg": -8.51}


def strongly_felt(at: datetime) -> EarthquakeReported:
    return msgspec.structs.replace(sample_earthquake(at=at), felt=(FeltAt("Kubung", 5, 6),))


@pytest.fixture
def site() -> Iterator[FeedServer]:
    with feed_server() as site:
        yield site


@pytest.fixture
def feeding_server(tmp_path: Path, site: FeedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """Run a server with a dead feed, two earthquakes and a warning."""
    monkeypatch.setattr(health, "state_of", lambda *_feed: health.FeedState.LOST)
    directory = tmp_path / "server"
    directory.mkdir()
    feed = (
        f"[[feed]]\nname = 'auto'\ntitle = 'Gempa terbaru'\ncontent = 'earthquakes'\nurl = '{site.url}/auto.json'\n"
    )
    (directory / "feeds.toml").write_text(feed)
    now = datetime.now(UTC).replace(microsecond=0)
    times = {"sent": now, "effective": now, "expires": now + timedelta(hours=2)}
    with start_server(directory, feeds=True) as server:
        server.add_user("ani")
        write_initial_rules(server.journal)
        server.journal.append_drafts(
            [
                report_earthquake("bmkg-1", strongly_felt(now - timedelta(hours=1)), exercise=False),
                report_earthquake("bmkg-2", sample_earthquake(at=now - timedelta(hours=2), **FAR), exercise=False),
                report_earthquake("bmkg-3", sample_earthquake(at=now - timedelta(hours=3), **FAR), exercise=True),
                issue_warning(sample_warning(**times), exercise=False),
            ]
        )
        yield server


@pytest.fixture
def online(open_console, data: Path, feeding_server: RunningServer) -> OpenWindow:
    log_in_and_sync(data, feeding_server, "ani")
    return open_console()


def panel(window: OpenWindow) -> DataSourcesPanel:
    return window.shell.parts.sources


def open_sources(window: OpenWindow, tab: str) -> None:
    window.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: window.shell.parts.lower.shows_sources)
    panel(window).show_tab(tab)


@pytest.mark.parametrize(
    ("query", "tab", "found"),
    [
        ("gempa kubung", EARTHQUAKES, "bmkg-1"),
        ("M{magnitude}", EARTHQUAKES, "bmkg-1"),
        ("{headline}", WARNINGS, ""),
    ],
)
def test_palette_finds_bulletin_and_opens_panel(online: OpenWindow, query: str, tab: str, found: str) -> None:
    online.until(lambda: len(online.console.services.state.snapshot.earthquakes) == 2)
    snapshot = online.console.services.state.snapshot
    (agency_layers,) = snapshot.warnings.values()
    magnitude = snapshot.earthquakes["bmkg-1"].latest.magnitude
    online.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    online.write(query.format(magnitude=magnitude, headline=agency_layers.issued.headline[:24]))
    online.key(Qt.Key.Key_Return)
    online.until(lambda: online.shell.parts.lower.shows_sources)
    online.until(lambda: panel(online).current is not None)
    current = panel(online).current
    assert current is not None
    assert (panel(online).tab, current.id) == (tab, found or agency_layers.id)


def test_source_tabs_are_selected_by_digit(window: OpenWindow) -> None:
    open_sources(window, EARTHQUAKES)
    for key, tab in ((Qt.Key.Key_3, VOLCANOES), (Qt.Key.Key_2, WARNINGS), (Qt.Key.Key_4, SOURCES)):
        window.key(key)
        assert panel(window).tab == tab


def test_logged_out_user_is_sent_to_menu(window: OpenWindow) -> None:
    open_sources(window, SOURCES)
    until_told(window, "Masuk lewat menu")
    assert "tabuah login" not in visible_texts(panel(window))


def until_told(window: OpenWindow, *words: str) -> None:
    window.until(lambda: all(word in visible_texts(panel(window)) for word in words))


def agency_layers(window: OpenWindow) -> dict[str, list[str]]:
    """Return the marks on the map, by layer."""
    content = window.shell.parts.map.canvas.content
    return {layer.name: [feature.name for feature in layer.features] for layer in content.agency_layers}


def test_map_shows_epicentres_and_warned_areas(online: OpenWindow):
    online.until(lambda: {"warned_areas", "epicentres"} <= agency_layers(online).keys())
    assert agency_layers(online)["epicentres"] == ["M 5,1", "M 5,1"]
    (area,) = agency_layers(online)["warned_areas"]
    assert area.startswith("Hujan Lebat dan Petir hingga ")
    assert "BMKG" in online.shell.parts.map.canvas.content.attribution()
    online.shell.parts.map.canvas.set_layer_visible("warned_areas", visible=False)
    online.shell.parts.map.canvas.set_layer_visible("epicentres", visible=False)
    assert "BMKG" not in online.shell.parts.map.canvas.content.attribution()


def test_exercise_window_marks_its_bulletins(online: OpenWindow):
    online.console.services.state.choose_exercise(UNNAMED)
    online.until(lambda: agency_layers(online).get("epicentres") == ["LATIHAN · M 5,1"])
    assert list(online.console.services.state.snapshot.earthquakes) == ["bmkg-3"]


def test_earthquake_list_sorts_relevant_first(online: OpenWindow):
    open_sources(online, EARTHQUAKES)
    online.until(lambda: panel(online).current is not None)
    assert panel(online).current.id == "bmkg-1"
    until_told(online, "utara Arosuka", "V-VI Kubung", "BMKG (autogempa)")
    online.key(Qt.Key.Key_Down)
    until_told(online, "jauh: dicatat, tanpa alarm")
    online.key(Qt.Key.Key_Up)
    online.key(Qt.Key.Key_Return)
    lon_deg, lat_deg = online.shell.parts.map.canvas.view.centre_deg
    assert (round(lon_deg, 2), round(lat_deg, 2)) == (100.66, -0.85)


def test_warning_shows_covered_area(online: OpenWindow):
    open_sources(online, WARNINGS)
    online.until(lambda: panel(online).current is not None)
    until_told(online, "di atas kabupaten", "berlaku hingga", "(perkiraan)")


def test_earthquake_becomes_incident_with_one_key(online: OpenWindow):
    online.until(lambda: online.shell.parts.strip.current is not None)
    online.until(lambda: "Gempa M 5,1" in online.shell.parts.strip.current.title)
    online.key(Qt.Key.Key_I)
    online.until(lambda: online.shell.parts.side.page is SidePage.REPORT)
    online.key(Qt.Key.Key_Return)
    online.until(lambda: len(online.incidents) == 1)
    (incident,) = online.incidents
    assert (incident.hazard.value, incident.place.kecamatan) == ("earthquake", "Kubung")


def test_dead_feed_is_reported_with_reason(online: OpenWindow):
    open_sources(online, SOURCES)
    until_told(online, "HTTP 404", "putus", "menurut server")
    panel(online).show_tab(EARTHQUAKES)
    until_told(online, "tidak lengkap; umpan yang terganggu: Gempa terbaru")


def test_source_report_is_kept_and_marked_old(online: OpenWindow, feeding_server: RunningServer):
    open_sources(online, SOURCES)
    until_told(online, "HTTP 404")
    feeding_server.stop()
    online.until(lambda: online.console.services.state.link.state is not ConnectionState.ONLINE)
    online.commands.bulletins.begin(SOURCES)
    online.until(lambda: panel(online)._lead.text().startswith("Tidak ada server"))
    until_told(online, "HTTP 404", "menurut server")


def test_empty_console_claims_no_calm(window: OpenWindow):
    open_sources(window, EARTHQUAKES)
    assert "daftar kosong tidak berarti tidak ada kejadian" in visible_texts(panel(window))
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.lower.shows_chart


def test_volcano_level_is_entered_by_keyboard(window: OpenWindow):
    window.key(Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: window.shell.parts.side.page is SidePage.LEVEL)
    window.until(lambda: window.shell.parts.level_form.isAncestorOf(QApplication.focusWidget()))
    window.edit("level_note").setText("Kolom asap 200 m")
    window.edit("level_time").setText("99.99")
    window.key(Qt.Key.Key_Return)
    assert "Pilih tingkat" in visible_texts(window.shell.parts.level_form)
    window.key(Qt.Key.Key_3)
    window.key(Qt.Key.Key_Return)
    assert "bukan waktu" in visible_texts(window.shell.parts.level_form)
    window.edit("level_time").setText("")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("Gunung Talang: tingkat III")
    window.until(lambda: "volcano_levels" in agency_layers(window))
    assert agency_layers(window)["volcano_levels"] == ["Gunung Talang · Level III · 0 dtk lalu"]
    open_sources(window, VOLCANOES)
    window.until(lambda: "Level III (Siaga) · PVMBG, MAGMA Indonesia" in visible_texts(panel(window)))


def test_volcano_level_refusal_names_reason(open_console, data: Path, monkeypatch: pytest.MonkeyPatch):
    window = open_console()
    snapshot = window.console.services.state.snapshot
    monkeypatch.setattr(type(snapshot), "role", property(lambda _self: identity(Role.VIEWER).role))
    open_sources(window, VOLCANOES)
    window.updates.bulletins.show_list()
    assert panel(window)._content.level_reason
    window.key(Qt.Key.Key_V)
    assert window.shell.parts.side.page is SidePage.DETAILS


def test_volcano_level_of_exercise_is_marked(open_console, data: Path):
    now = datetime.now(UTC)
    with open_second_store(data) as store:
        body = sample_volcano_level(VolcanoLevel.AWAS, stated_at=now)
        store.save(level_volcano(TALANG, body, now=now, exercise=True))
    window = open_console(exercise=UNNAMED)
    window.until(lambda: "volcano_levels" in agency_layers(window))
    assert agency_layers(window)["volcano_levels"][0].startswith("LATIHAN · Gunung Talang")
