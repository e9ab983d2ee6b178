"""Persistence model of a gauge: the river stays as it is."""

from datetime import UTC, datetime, timedelta

from tabuah.operations.forecast.gauge_model import (
    LEADS_S,
    GaugeInputs,
    GaugeModel,
    LeadLine,
    Limits,
    MethodFit,
    Skill,
    Spread,
)
from tabuah.operations.forecast.methods import Method

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def steady_model(station: str) -> GaugeModel:
    """Return a model that only uses persistence."""
    spread = Spread(low=-2.0, high=4.0)
    limits = Limits(lowest_m=0.5, least_kept=0.0, most_rise_m=3.0)
    lines = tuple(
        LeadLine(lead_s=lead_s, constant=0.0, weights={}, limits=limits, falling=spread, calm=spread, rising=spread)
        for lead_s in LEADS_S
    )
    skills = tuple(Skill(lead_s=lead_s, cases=900, rmse_m=0.2, persistence_rmse_m=0.2) for lead_s in LEADS_S)
    return GaugeModel(
        inputs=GaugeInputs(station=station),
        beds_m=(0.0,),
        fitted_at=AT,
        from_at=AT - timedelta(days=30),
        to_at=AT,
        steps=4320,
        rises=8,
        lowest_m=0.5,
        highest_m=4.0,
        methods=(MethodFit(method=Method.PERSISTENCE, lines=lines, skills=skills),),
    )
