"""Sample gauges, times and alarms for tests of rules and alarms."""

from datetime import UTC, datetime, timedelta

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.readings.reading import Quality, ReadingCorrection
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.stations.station import Parameter, River, Station, StationKind

START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def minutes(n: float) -> datetime:
    return START + timedelta(minutes=n)


def gauge(code: str = "SLK-AWLR-03", river: str = "Batang Lembang", interval_s: float = 60.0) -> Station:
    return Station(
        code=code,
        name="AWLR Koto Baru",
        kind=StationKind.RIVER,
        lon_deg=100.62,
        lat_deg=-0.82,
        parameters=(
            Parameter(code="stage_m", unit="m", expected_interval_s=interval_s, valid_min=-1, valid_max=15),
            Parameter(code="battery_v", unit="V", expected_interval_s=900, valid_min=0, valid_max=30),
        ),
        river=River(
            name=river,
            thresholds_m={RiverLevel.SIAGA_1: 3.2, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_3: 2.0},
        ),
        nagari="Koto Baru",
    )


def rain_gauge(code: str = "SLK-ARR-01", lon_deg: float = 100.7) -> Station:
    return Station(
        code=code,
        name="ARR Alahan Panjang",
        kind=StationKind.RAIN,
        lon_deg=lon_deg,
        lat_deg=-1.08,
        parameters=(Parameter(code="rain_mm", unit="mm", expected_interval_s=60, valid_min=0, valid_max=50),),
    )


def reading_correction(**fields: object) -> ReadingCorrection:
    """Return the correction of a gateway's stage by one that a person entered."""
    known: dict[str, object] = {
        "station": "SLK-AWLR-03",
        "parameter": "stage_m",
        "at": START,
        "old_value": 4.3,
        "old_quality": 0,
        "old_account": "pupr",
        "new_value": 3.4,
        "new_quality": int(Quality.TYPED_IN),
        "new_account": "ani",
        "corrected_at": START,
    }
    return ReadingCorrection(**(known | fields))  # type: ignore[arg-type]


def alarm(**fields: object) -> Alarm:
    known: dict[str, object] = {
        "id": "a",
        "rule": "tma-siaga-1",
        "station": "SLK-AWLR-03",
        "parameter": "stage_m",
        "severity": AlarmSeverity.CRITICAL,
        "title": "AWLR Koto Baru",
        "onset_at": START,
        "raised_at": START,
        "value": 3.42,
        "limit": 3.2,
        "unit": "m",
        "hazard": Hazard.FLOOD,
        "lon_deg": 100.62,
        "lat_deg": -0.82,
        "cause": "stage/SLK-AWLR-03",
        "exercise": False,
    }
    return Alarm(**(known | fields))


def of_kind(crossings: tuple[Crossing, ...], *kinds: CrossingKind) -> list[Crossing]:
    return [crossing for crossing in crossings if crossing.kind in kinds]
