"""The window shows what agencies told, on the map and in the panel of sources, and says when a source is dead."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from bulletin_samples import level, quake, warning
from feed_site import Site, feed_site
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from running_server import RunningServer, start_server
from window_room import OpenWindow, beside, identity, log_in_and_sync, texts_of

from tabuah.console.window.link import LinkState
from tabuah.console.window.panels import Page
from tabuah.operations.authority.roles import Role
from tabuah.operations.bulletins.bodies import EarthquakeReported, FeltAt
from tabuah.operations.bulletins.gestures import issue_warning, level_volcano, report_earthquake
from tabuah.operations.bulletins.volcano import TALANG
from tabuah.operations.levels import VolcanoLevel
from tabuah.server.administration import write_first_rules
from tabuah.server.feeds import health
from tabuah.widgets.sources.source_item import EARTHQUAKES, SOURCES, VOLCANOES, WARNINGS
from tabuah.widgets.sources.sources_panel import SourcesPanel

FAR = {"lon_deg": 123.27, "lat_deg": -8.51}


def strongly_felt(at: datetime) -> EarthquakeReported:
    return msgspec.structs.replace(quake(at=at), felt=(FeltAt("Kubung", 5, 6),))


@pytest.fixture
def site() -> Iterator[Site]:
    with feed_site() as site:
        yield site


@pytest.fixture
def room(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A server that asks a feed which is gone, and has been told of two earthquakes and a warning."""
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
        write_first_rules(server.journal)
        server.journal.append_own(
            [
                report_earthquake("bmkg-1", strongly_felt(now - timedelta(hours=1)), exercise=False),
                report_earthquake("bmkg-2", quake(at=now - timedelta(hours=2), **FAR), exercise=True),
                issue_warning(warning(**times), exercise=False),
            ]
        )
        yield server


@pytest.fixture
def online(open_console, data: Path, room: RunningServer) -> OpenWindow:
    log_in_and_sync(data, room, "ani")
    return open_console()


def panel(window: OpenWindow) -> SourcesPanel:
    return window.shell.parts.sources


def open_sources(window: OpenWindow, tab: str) -> None:
    window.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: window.shell.parts.lower.shows_sources)
    panel(window).show_tab(tab)


@pytest.mark.parametrize(
    ("query", "tab", "found"),
    [
        ("gempa kubung", EARTHQUAKES, "bmkg-1"),
        ("simulasi gempa", EARTHQUAKES, "bmkg-2"),
        ("M{magnitude}", EARTHQUAKES, "bmkg-1"),
        ("{headline}", WARNINGS, ""),
    ],
)
def test_the_search_finds_what_agencies_told_and_opens_the_panel_there(
    online: OpenWindow, query: str, tab: str, found: str
) -> None:
    online.until(lambda: len(online.console.services.room.snapshot.earthquakes) == 2)
    snapshot = online.console.services.room.snapshot
    (told,) = snapshot.warnings.values()
    magnitude = snapshot.earthquakes["bmkg-1"].latest.magnitude
    online.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    online.write(query.format(magnitude=magnitude, headline=told.issued.headline[:24]))
    online.key(Qt.Key.Key_Return)
    online.until(lambda: online.shell.parts.lower.shows_sources)
    online.until(lambda: panel(online).current is not None)
    current = panel(online).current
    assert current is not None
    assert (panel(online).tab, current.id) == (tab, found or told.id)


def test_a_digit_brings_a_tab_to_the_front(window: OpenWindow) -> None:
    open_sources(window, EARTHQUAKES)
    for key, tab in ((Qt.Key.Key_3, VOLCANOES), (Qt.Key.Key_2, WARNINGS), (Qt.Key.Key_4, SOURCES)):
        window.key(key)
        assert panel(window).tab == tab


def test_who_is_not_logged_in_is_sent_to_the_menu_and_not_to_a_terminal(window: OpenWindow) -> None:
    open_sources(window, SOURCES)
    until_told(window, "Masuklah lewat menu")
    assert "tabuah login" not in texts_of(panel(window))


def until_told(window: OpenWindow, *words: str) -> None:
    window.until(lambda: all(word in texts_of(panel(window)) for word in words))


def told(window: OpenWindow) -> dict[str, list[str]]:
    """What the map shows of it, by layer."""
    content = window.shell.parts.map.canvas.content
    return {layer.name: [feature.name for feature in layer.features] for layer in content.told}


def test_the_map_marks_epicentres_and_warned_areas_and_names_their_source(online: OpenWindow):
    online.until(lambda: {"warned_areas", "epicentres"} <= told(online).keys())
    assert told(online)["epicentres"] == ["M 5,1", "SIMULASI · M 5,1"]
    (area,) = told(online)["warned_areas"]
    assert area.startswith("Hujan Lebat dan Petir hingga ")
    assert "BMKG" in online.shell.parts.map.canvas.content.attribution()
    online.shell.parts.map.canvas.set_layer_visible("warned_areas", visible=False)
    online.shell.parts.map.canvas.set_layer_visible("epicentres", visible=False)
    assert "BMKG" not in online.shell.parts.map.canvas.content.attribution()


def test_earthquakes_are_listed_with_what_concerns_us_first_and_enter_shows_them_on_the_map(online: OpenWindow):
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


def test_a_warning_tells_what_it_covers(online: OpenWindow):
    open_sources(online, WARNINGS)
    online.until(lambda: panel(online).current is not None)
    until_told(online, "di atas kabupaten kita", "berlaku hingga", "(perkiraan)")


def test_a_felt_earthquake_becomes_an_incident_with_one_key(online: OpenWindow):
    online.until(lambda: online.shell.parts.strip.current is not None)
    online.until(lambda: "Gempa M 5,1" in online.shell.parts.strip.current.title)
    online.key(Qt.Key.Key_I)
    online.until(lambda: online.shell.parts.side.page is Page.REPORT)
    online.key(Qt.Key.Key_Return)
    online.until(lambda: len(online.incidents) == 1)
    (incident,) = online.incidents
    assert (incident.hazard.value, incident.place.kecamatan) == ("earthquake", "Kubung")


def test_a_dead_feed_is_told_with_its_reason_and_no_list_looks_complete(online: OpenWindow):
    open_sources(online, SOURCES)
    until_told(online, "HTTP 404", "putus", "menurut server")
    panel(online).show_tab(EARTHQUAKES)
    until_told(online, "tidak lengkap, yang ini putus: Gempa terbaru")


def test_without_the_server_what_was_known_stays_and_is_said_to_be_old(online: OpenWindow, room: RunningServer):
    open_sources(online, SOURCES)
    until_told(online, "HTTP 404")
    room.service.stop()
    online.until(lambda: online.console.services.room.link.state is not LinkState.ONLINE)
    online.shell.doing.sourcing.begin(SOURCES)
    online.until(lambda: panel(online)._lead.text().startswith("Tidak ada server"))
    until_told(online, "HTTP 404", "menurut server")


def test_on_an_empty_console_nothing_is_said_to_be_quiet(window: OpenWindow):
    open_sources(window, EARTHQUAKES)
    assert "kosong di sini tidak berarti aman" in texts_of(panel(window))
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.lower.shows_chart


def test_a_level_is_stated_by_keys_and_stands_on_the_map_with_its_age(window: OpenWindow):
    window.key(Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: window.shell.parts.side.page is Page.LEVEL)
    window.until(lambda: window.shell.parts.level_form.isAncestorOf(QApplication.focusWidget()))
    window.edit("level_note").setText("Kolom asap 200 m")
    window.edit("level_time").setText("99.99")
    window.key(Qt.Key.Key_Return)
    assert "Pilih tingkat" in texts_of(window.shell.parts.level_form)
    window.key(Qt.Key.Key_3)
    window.key(Qt.Key.Key_Return)
    assert "bukan waktu" in texts_of(window.shell.parts.level_form)
    window.edit("level_time").setText("")
    window.key(Qt.Key.Key_Return)
    window.until_toast("Gunung Talang: tingkat III")
    window.until(lambda: "volcano_levels" in told(window))
    assert told(window)["volcano_levels"] == ["Gunung Talang · Level III · 0 dtk lalu"]
    open_sources(window, VOLCANOES)
    window.until(lambda: "Level III (Siaga) · PVMBG, MAGMA Indonesia" in texts_of(panel(window)))


def test_who_may_not_state_a_level_is_told_why(open_console, data: Path, monkeypatch: pytest.MonkeyPatch):
    window = open_console()
    snapshot = window.console.services.room.snapshot
    monkeypatch.setattr(type(snapshot), "role", property(lambda _self: identity(Role.VIEWER).role))
    open_sources(window, VOLCANOES)
    window.shell.following.bulletins.show_list()
    assert panel(window)._content.level_reason
    window.key(Qt.Key.Key_V)
    assert window.shell.parts.side.page is Page.DETAILS


def test_a_drill_of_a_level_is_marked(open_console, data: Path):
    now = datetime.now(UTC)
    with beside(data) as store:
        body = level(VolcanoLevel.AWAS, stated_at=now)
        store.save(level_volcano(TALANG, body, now=now, exercise=True))
    window = open_console()
    window.until(lambda: "volcano_levels" in told(window))
    assert told(window)["volcano_levels"][0].startswith("SIMULASI · Gunung Talang")
