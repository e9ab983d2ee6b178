"""River models of the demonstration, fitted on a simulated month before the server starts."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tabuah.console.demo.river_models import fit_river_models
from tabuah.operations.forecast.gauge_model import GaugeModel
from tabuah.operations.forecast.prediction import issue_forecast
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.simulation.gauges import GAUGES
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
TIMES_S = NOW.timestamp() - np.arange(86_400, 0, -60.0)
KOTO_BARU = "SLK-AWLR-03"  # passes siaga 1 in the storm


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    fit_river_models(folder, NOW)
    return folder


def models(folder: Path) -> dict[str, GaugeModel]:
    with ReadingsStore(folder / FILE_NAME) as store:
        return {model.inputs.station: model for model in store.forecasts.models()}


def test_river_models_cover_gauges_with_enough_data(folder: Path):
    found = models(folder)
    assert {gauge.code for gauge in GAUGES} - set(found) <= {"SLK-AWLR-13", "SLK-AWLR-14"}  # these hardly rise
    assert all(model.fitted_at == NOW for model in found.values())


def test_river_model_beats_persistence(folder: Path):
    best = models(folder)[KOTO_BARU].methods[0]
    assert len(best.skills) > 3
    assert all(skill.rmse_m < skill.persistence_rmse_m for skill in best.skills)


def test_river_models_keep_no_simulated_readings(folder: Path):
    with ReadingsStore(folder / FILE_NAME) as store:
        assert store.latest() == ()
        assert store.first_at(KOTO_BARU, "stage_m") is None


def test_river_models_of_exercise_forecast_with_its_codes(tmp_path: Path, folder: Path):
    fit_river_models(tmp_path, NOW, exercise_id="demo-1")
    found = models(tmp_path)
    assert set(found) == {f"demo-1~{code}" for code in models(folder)}
    for model in found.values():
        records = {series: TimeSeries(times_s=TIMES_S, values=TIMES_S * 0 + 0.5) for series in model.inputs.series}
        assert issue_forecast(model, records, issued_at=NOW) is not None
