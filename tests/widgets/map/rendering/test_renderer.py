"""Requests of the map renderer: nothing unchanged is painted or laid out again."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from support.map_samples import MarkerClass, small_base_map, stations

from tabuah.widgets.map.content import MapContent, StationMarkers, UnitMarkers
from tabuah.widgets.map.labels.label_painter import LabelRequest
from tabuah.widgets.map.rendering.latest_request_worker import LatestRequestWorker
from tabuah.widgets.map.rendering.renderer import MapRenderer
from tabuah.widgets.map.viewport import Viewport

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=320, height_px=320)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every request that a worker got."""
    requests: list[object] = []
    submit = LatestRequestWorker.submit

    def note(worker: LatestRequestWorker, request: object) -> None:
        requests.append(request)
        submit(worker, request)

    monkeypatch.setattr(LatestRequestWorker, "submit", note)
    return requests


@pytest.fixture
def renderer(qtbot) -> Iterator[MapRenderer]:
    shown = MapRenderer(furniture=lambda: ())
    yield shown
    shown.close()


def settle(qtbot, renderer: MapRenderer, content: MapContent, view: Viewport = VIEW) -> None:
    renderer.show(content, view, 1.0)
    qtbot.waitUntil(renderer.is_settled)


def test_renderer_lays_out_labels_of_first_picture_once(qtbot, renderer: MapRenderer, asked: list[object]):
    settle(qtbot, renderer, MapContent(base_map=small_base_map()))
    assert len([each for each in asked if isinstance(each, LabelRequest)]) == 1


def test_renderer_lays_out_labels_again_after_move(qtbot, renderer: MapRenderer, asked: list[object]):
    content = MapContent(base_map=small_base_map())
    settle(qtbot, renderer, content)
    settle(qtbot, renderer, content, replace(VIEW, centre_x_m=500))
    assert len([each for each in asked if isinstance(each, LabelRequest)]) == 2


def test_renderer_paints_nothing_for_other_empty_markers(qtbot, renderer: MapRenderer, asked: list[object]):
    content = MapContent(base_map=small_base_map())
    settle(qtbot, renderer, content)
    before = len(asked)
    settle(qtbot, renderer, replace(content, stations=StationMarkers(), units=UnitMarkers()))
    assert len(asked) == before


def test_renderer_paints_first_and_last_station(qtbot, renderer: MapRenderer, asked: list[object]):
    content = MapContent(base_map=small_base_map())
    settle(qtbot, renderer, content)
    before = len(asked)
    settle(qtbot, renderer, replace(content, stations=stations([(0, 0)], [MarkerClass.HIGH])))
    with_station = len(asked)
    assert with_station > before
    settle(qtbot, renderer, content)
    assert len(asked) > with_station


def test_renderer_closed_and_shown_again_gets_labels(qtbot, renderer: MapRenderer, asked: list[object]):
    content = MapContent(base_map=small_base_map())
    settle(qtbot, renderer, content)
    renderer.close()
    renderer.labels = None
    settle(qtbot, renderer, content, replace(VIEW, centre_x_m=500))
    assert renderer.labels is not None
