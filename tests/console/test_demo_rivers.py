"""Before the demonstration its server learns every river that a simulated month can teach it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tabuah.console.demo.river_past import learn_rivers
from tabuah.operations.forecast.model import GaugeModel
from tabuah.operations.simulation.gauges import GAUGES
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
KOTO_BARU = "SLK-AWLR-03"  # which the storm takes past siaga 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    learn_rivers(folder, NOW)
    return folder


def models(folder: Path) -> dict[str, GaugeModel]:
    with ReadingsStore(folder / FILE_NAME) as store:
        return {model.inputs.station: model for model in store.forecast_models()}


def test_all_gauges_are_learnt_of_which_the_month_saw_enough(folder: Path):
    found = models(folder)
    assert {gauge.code for gauge in GAUGES} - set(found) <= {"SLK-AWLR-13", "SLK-AWLR-14"}  # hardly ever rose
    assert all(model.fitted_at == NOW for model in found.values())


def test_the_river_that_floods_is_forecast_better_than_by_taking_it_to_stay_as_it_is(folder: Path):
    best = models(folder)[KOTO_BARU].methods[0]
    assert len(best.skills) > 3
    assert all(skill.rmse_m < skill.persistence_rmse_m for skill in best.skills)


def test_only_what_was_learnt_is_kept_of_the_month(folder: Path):
    with ReadingsStore(folder / FILE_NAME) as store:
        assert store.latest() == ()
        assert store.first_at(KOTO_BARU, "stage_m") is None
