"""Tests of rain, runoff, routing and stage: conservation of water, and arrival downstream."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.simulation.gauges import GAUGE_BY_CODE, GAUGES, upstream_first
from tabuah.operations.simulation.rainfall import STEP_S, RainCell, catchment_depths_mm, rain_depths_mm
from tabuah.operations.simulation.rivers import gauge_flows, interpolate_columns, route_flow, stage_m
from tabuah.operations.simulation.runoff import discharge_m3s, excess_mm, unit_hydrograph
from tabuah.operations.simulation.scenarios import STORM_CELLS

DAY = 24 * 60
MAIN_STEM = [f"SLK-AWLR-{number:02d}" for number in (1, 2, 3, 4, 5, 6)]


def volume_m3(flow_m3s: np.ndarray) -> float:
    return float(flow_m3s.sum() * STEP_S)


def centroid_s(flow_m3s: np.ndarray) -> float:
    return float((flow_m3s * np.arange(flow_m3s.size)).sum() / flow_m3s.sum() * STEP_S)


def pulse() -> np.ndarray:
    flow = np.zeros(DAY)
    flow[30:90] = 100.0
    return flow


@given(st.floats(50, 95), st.lists(st.floats(0, 20), min_size=1, max_size=50))
def test_runoff_never_exceeds_rain(curve_number: float, rain: list[float]) -> None:
    depths = np.array(rain)
    excess = excess_mm(depths, curve_number)
    assert (excess >= -1e-9).all()
    assert excess.sum() <= depths.sum() + 1e-9


def test_runoff_matches_curve_number_table() -> None:
    # NEH 630 figure 10-2: 4 inches of rain on CN 80 give 2.04 inches of runoff
    assert excess_mm(np.array([4 * 25.4]), 80).sum() / 25.4 == pytest.approx(2.04, abs=0.01)


@pytest.mark.parametrize("reservoir_s", [600.0, 1200.0, 2400.0])
def test_unit_hydrograph_sums_to_one(reservoir_s: float) -> None:
    response = unit_hydrograph(reservoirs=3, reservoir_s=reservoir_s, steps=DAY)
    assert 0.99 < response.sum() <= 1.0 + 1e-12
    assert np.argmax(response) * STEP_S == pytest.approx(2 * reservoir_s, abs=STEP_S)  # (n - 1) k


def test_discharge_of_one_millimetre_is_1000_m3() -> None:
    flow = discharge_m3s(np.array([1.0, 0.0, 0.0]), area_km2=1.0, response=np.array([0.5, 0.5, 0.0]))
    assert volume_m3(flow) == pytest.approx(1000.0)


@pytest.mark.parametrize("lag_min", [1, 18, 55, 110])
def test_routing_keeps_volume_and_delays_wave(lag_min: int) -> None:
    above = pulse()
    below = route_flow(above, lag_s=lag_min * 60, weight=0.2)
    assert (below >= -1e-9).all()
    assert volume_m3(below) == pytest.approx(volume_m3(above), rel=1e-6)
    assert centroid_s(below) - centroid_s(above) == pytest.approx(lag_min * 60, rel=0.01)
    assert below.max() < above.max() + 1e-9


def test_gauges_never_exceed_rain_above() -> None:
    fallen: dict[str, float] = {}
    flows = gauge_flows(STORM_CELLS, steps=DAY)
    for gauge in upstream_first():
        own = catchment_depths_mm(
            STORM_CELLS,
            lon_deg=gauge.catchment_lon_deg,
            lat_deg=gauge.catchment_lat_deg,
            area_km2=gauge.area_km2,
            steps=DAY,
        )
        above = sum(fallen[other.code] for other in GAUGES if other.downstream == gauge.code)
        fallen[gauge.code] = float(own.sum()) * gauge.area_km2 * 1000 + above
        assert 0 <= volume_m3(flows[gauge.code].flood_m3s) <= fallen[gauge.code]


def test_flood_passes_batang_lembang_gauges_in_order() -> None:
    flows = gauge_flows(STORM_CELLS, steps=DAY)
    peaks = [int(np.argmax(flows[code].flood_m3s)) for code in MAIN_STEM]
    assert peaks == sorted(set(peaks))
    assert all(GAUGE_BY_CODE[code].lag_s > 0 for code in MAIN_STEM[:-1])


def test_river_rises_after_the_rain() -> None:
    flow = gauge_flows(STORM_CELLS, steps=DAY)["SLK-AWLR-03"]
    gauge = flow.gauge
    rain = catchment_depths_mm(
        STORM_CELLS,
        lon_deg=gauge.catchment_lon_deg,
        lat_deg=gauge.catchment_lat_deg,
        area_km2=gauge.area_km2,
        steps=DAY,
    )
    half_rain = int(np.searchsorted(np.cumsum(rain), rain.sum() / 2))
    half_flood = int(np.searchsorted(np.cumsum(flow.flood_m3s), flow.flood_m3s.sum() / 2))
    assert half_flood > half_rain
    assert flow.flood_m3s[:30].max() < 0.01 * flow.flood_m3s.max()


def test_base_flow_gives_rated_stage() -> None:
    for flow in gauge_flows((), steps=10).values():
        stage = stage_m(
            np.array([flow.base_m3s]),
            zero_stage_m=np.array([flow.zero_stage_m]),
            width=np.array([flow.gauge.rating_width]),
        )
        assert stage[0] == pytest.approx(flow.gauge.rating_m)
        assert flow.gauge.rating_m < min(flow.gauge.siaga_m)


def test_gauges_flow_to_known_gauges() -> None:
    assert len(upstream_first()) == len(GAUGES) == len(GAUGE_BY_CODE)
    for gauge in GAUGES:
        assert gauge.downstream in {"", *GAUGE_BY_CODE}
        assert bool(gauge.downstream) == (gauge.lag_s > 0)
        three, two, one = gauge.siaga_m
        assert three < two < one


def test_rain_is_strongest_at_the_cell() -> None:
    cell = RainCell(
        begins_s=0,
        to_peak_s=1800,
        shape=3,
        peak_mm_h=60,
        lon_deg=100.7,
        lat_deg=-0.9,
        east_ms=0,
        north_ms=0,
        radius_m=5000,
    )
    lons = np.array([100.7, 100.7 + 5000 / 111_306, 101.2])
    depths = rain_depths_mm((cell,), lon_deg=lons, lat_deg=np.full(3, -0.9), steps=DAY)
    assert depths[0].max() * 60 == pytest.approx(60, rel=1e-3)  # mm/h at the peak
    assert depths[1].sum() / depths[0].sum() == pytest.approx(np.exp(-0.5), rel=1e-3)
    assert depths[2].sum() < 1e-6


def test_grid_is_zero_before_start() -> None:
    grid = np.array([[1.0, 3.0]])
    at_s = np.array([-50.0, 0.0, 30.0, 60.0, 90.0, 120.0, 1e6])
    values = interpolate_columns(grid, np.zeros(7, dtype=np.int64), at_s, step_s=60.0)
    assert values == pytest.approx([0.0, 0.0, 0.5, 1.0, 2.0, 3.0, 3.0], abs=1e-5)


@pytest.mark.parametrize("lag_min", [3, 20, 45, 110])
def test_truncated_response_is_negligible(lag_min: float):
    rng = np.random.default_rng(3)
    above = np.maximum(rng.normal(5, 20, size=2_000), 0.0)
    assert route_flow(above, lag_s=lag_min * 60, weight=0.2) == pytest.approx(
        step_by_step(above, lag_min * 60), abs=1e-9
    )


def step_by_step(flow: np.ndarray, lag_s: float, weight: float = 0.2) -> np.ndarray:
    """Route by Muskingum step by step, as in textbooks."""
    parts = max(1, int(np.ceil(2 * lag_s * weight / STEP_S)))
    k_s = lag_s / parts
    full = k_s * (1 - weight) + STEP_S / 2
    c0 = (STEP_S / 2 - k_s * weight) / full
    c1 = (STEP_S / 2 + k_s * weight) / full
    c2 = (k_s * (1 - weight) - STEP_S / 2) / full
    for _part in range(parts):
        out = np.zeros_like(flow)
        before_in = before_out = 0.0
        for n, now in enumerate(flow):
            out[n] = c0 * now + c1 * before_in + c2 * before_out
            before_in, before_out = now, out[n]
        flow = out
    return flow
