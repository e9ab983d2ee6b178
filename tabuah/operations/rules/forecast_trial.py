"""The trial of a rule about forecasts; what forecasts is imported only where there is such a rule."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.hearing import Series
from tabuah.operations.rules.watches import ForecastWatch
from tabuah.operations.stations.station import Station

LEARN_FROM: Final = timedelta(days=30)  # before a trial's first moment


def forecast_series_of(watches: Iterable[ForecastWatch], stations: Sequence[Station]) -> set[Series]:
    """The series that the forecasts of some gauges look at."""
    if not watches:
        return set()
    from tabuah.operations.forecast.rivers import inputs_of  # noqa: PLC0415 - loads geodesy

    known = {station.code: station for station in stations}
    found = (inputs_of(known[watch.station], known) for watch in watches)
    return {series for inputs in found if inputs is not None for series in inputs.series}


def try_forecasts(
    watches: Sequence[ForecastWatch],
    stations: Sequence[Station],
    history: Mapping[Series, Sequence[tuple[datetime, float]]],
    *,
    since: datetime | None,
) -> tuple[list[list[Crossing]], tuple[str, ...]]:
    """Learn from the readings before `since`, and forecast from then on.

    Returns:
        The crossings of each watch, and the gauges of which too little is known.
    """
    if not watches or since is None:
        return [], tuple(watch.station for watch in watches)
    from tabuah.operations.forecast.playing import learn, play_forecasts, records_of  # noqa: PLC0415 - loads numpy

    records = records_of(history)
    played: list[list[Crossing]] = []
    unknown: list[str] = []
    for watch in watches:
        model = learn(watch.station, stations, records, until=since)
        if model is None:
            unknown.append(watch.station)
        else:
            played.append(list(play_forecasts(watch, model, records, since=since)))
    return played, tuple(unknown)
