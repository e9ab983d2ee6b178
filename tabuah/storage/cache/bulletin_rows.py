"""What QGIS and ogrinfo see of earthquakes, weather warnings and volcanoes: the rows of their feature tables."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.telling import tell_felt
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.storage.cache.geometry import encode_areas, encode_point

Moment = Callable[[datetime], str]

EARTHQUAKE_COLUMNS: Final = (
    *("geom", "id", "at", "magnitude", "depth_km", "region", "felt", "potential", "source", "revisions"),
    *("told_at", "exercise", "pending"),
)
WARNING_COLUMNS: Final = (
    *("geom", "id", "event", "headline", "severity", "urgency", "certainty", "sent", "effective", "expires"),
    *("withdrawn_at", "withdrawal", "kecamatan", "source", "exercise", "pending"),
)
VOLCANO_COLUMNS: Final = ("geom", "id", "name", "level", "stated_at", "source", "told_by", "exercise", "pending")


def earthquake_row(quake: KnownEarthquake, written: Moment) -> tuple[object, ...]:
    """An earthquake by the newest word, but without what comes last: whether something of it waits."""
    latest = quake.latest
    return (
        encode_point(latest.lon_deg, latest.lat_deg),
        quake.id,
        written(latest.at),
        latest.magnitude,
        latest.depth_km,
        latest.region,
        tell_felt(quake.felt),
        quake.potential,
        latest.source,
        quake.revisions,
        written(quake.told_at),
        int(quake.exercise),
    )


def warning_row(warning: KnownWarning, written: Moment) -> tuple[object, ...]:
    """A warning with its area; it tells when it begins and ends, as no row changes by itself when time goes on."""
    issued = warning.issued
    return (
        encode_areas(issued.rings),
        warning.id,
        issued.event,
        issued.headline,
        issued.severity.value,
        issued.urgency.value,
        issued.certainty.value,
        written(issued.sent),
        written(warning.effective),
        written(issued.expires) if issued.expires else None,
        written(warning.withdrawn_at) if warning.withdrawn_at else None,
        warning.withdrawal.value if warning.withdrawal else "",
        ", ".join(issued.kecamatan),
        issued.source,
        int(warning.exercise),
    )


def volcano_row(volcano: Volcano, written: Moment) -> tuple[object, ...]:
    """A volcano with the newest statement of its level."""
    known = volcano.lon_deg is not None and volcano.lat_deg is not None
    current = volcano.current
    return (
        encode_point(volcano.lon_deg or 0.0, volcano.lat_deg or 0.0) if known else None,
        volcano.id,
        volcano.name,
        current.level.value,
        written(current.stated_at),
        current.source,
        current.told_by,
        int(volcano.exercise),
    )
