"""Tests of the regression of a gauge's model: weights and numerical stability."""

import numpy as np
import pytest

from tabuah.operations.forecast.model_fit import _Cases, _ridge
from tabuah.operations.forecast.rating_curve import flow_of

COUNT = 3_000
BED_M = 0.2


def moves(columns: int) -> np.ndarray:
    return np.random.default_rng(7).normal(size=(COUNT, columns))


def cases(features: np.ndarray, change: np.ndarray) -> _Cases:
    """Return cases with a given change of flow, all from the same stage."""
    stage_m = np.full(COUNT, 3.0)
    stages_m = np.linspace(BED_M, 9.0, 200_000)
    later_m = np.interp(flow_of(stage_m, BED_M) + change, flow_of(stages_m, BED_M), stages_m)
    names = tuple(f"x{n}" for n in range(features.shape[1]))
    return _Cases(names, BED_M, np.arange(COUNT), features, stage_m, later_m)


@pytest.mark.parametrize("middle", [0.0, 1e3, -1e6])
def test_regression_is_independent_of_feature_offset(middle: float):
    drawn = moves(2)
    constant, weights = _ridge(cases(drawn + middle, 0.3 + 0.5 * drawn[:, 0] - 0.25 * drawn[:, 1]))
    assert weights == pytest.approx([0.5, -0.25], abs=0.02)
    assert constant + middle * weights.sum() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e3, 1e6])
def test_constant_feature_gets_no_weight(value: float):
    drawn = moves(1)
    constant, weights = _ridge(cases(np.column_stack([drawn, np.full(COUNT, value)]), 0.5 * drawn[:, 0]))
    assert weights[1] == 0.0
    assert weights[0] == pytest.approx(0.5, abs=0.02)
    assert abs(constant) < 0.02
