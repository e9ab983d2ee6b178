"""Where it rains as gauges see it: worked out when stations or map are others, not at every look."""

from collections.abc import Mapping

from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.weather_verifying import Gauges, rain_gauges
from tabuah.operations.stations.station import Station


class RainPlaces:
    """The rain gauges of each kecamatan."""

    def __init__(self) -> None:
        self._of: tuple[Mapping[str, Station], Gazetteer] | None = None
        self._gauges: Gauges = {}

    def gauges(self, stations: Mapping[str, Station], gazetteer: Gazetteer | None) -> Gauges:
        """The gauges of these stations; none before the map is read."""
        if gazetteer is None:
            return {}
        if self._of is None or self._of[0] is not stations or self._of[1] is not gazetteer:
            self._of, self._gauges = (stations, gazetteer), rain_gauges(stations.values(), gazetteer)
        return self._gauges
