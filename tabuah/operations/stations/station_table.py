"""Stations as rows of a table: one station a row, the same columns for import, export and template."""

import re
from datetime import datetime
from difflib import get_close_matches
from math import isclose, isfinite, nan
from typing import Final

import msgspec

from tabuah.gis.angles import parse_angle
from tabuah.gis.errors import CoordinateError
from tabuah.operations.codes import parse_code
from tabuah.operations.errors import UnknownCode
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.import_table import (
    LONGEST_CELL,
    TableColumns,
    TableRow,
    format_plain,
    parse_date,
    parse_number,
    plain_cell,
    unclear_numbers,
)
from tabuah.operations.levels import RiverLevel
from tabuah.operations.readings.measurements import measurement_of, station_measurements
from tabuah.operations.stations.registration import ProblemCode, Problems, StationProblem
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.resources.time_zone import in_home_zone

LEVEL_COLUMNS: Final = tuple(level.value for level in RiverLevel)
RIVER_COLUMNS: Final = ("river", "downstream", "lag_min", *LEVEL_COLUMNS, "thresholds_source", "thresholds_from")
COLUMNS: Final = (
    *("code", "name", "kind", "longitude", "latitude", "elevation_m", "nagari", "owner", "gateway", "parameters"),
    *RIVER_COLUMNS,
    "outside_reason",
)
REQUIRED_COLUMNS: Final = ("code", "name", "kind", "longitude", "latitude", "parameters")
NUMBER_COLUMNS: Final = frozenset({"longitude", "latitude", "elevation_m", "lag_min", *LEVEL_COLUMNS})
MAX_PARAMETERS: Final = 100
_LONGEST_PARAMETER: Final = 200
_TEXTS: Final = ("code", "name", "nagari", "owner", "gateway", "outside_reason")
_ALIASES: Final = {
    "kode": "code",
    "kode_stasiun": "code",
    "kode_pos": "code",
    "nama": "name",
    "nama_stasiun": "name",
    "nama_pos": "name",
    "jenis": "kind",
    "jenis_stasiun": "kind",
    "jenis_pos": "kind",
    "lon": "longitude",
    "long": "longitude",
    "lon_deg": "longitude",
    "bujur": "longitude",
    "lat": "latitude",
    "lat_deg": "latitude",
    "lintang": "latitude",
    "ketinggian": "elevation_m",
    "ketinggian_m": "elevation_m",
    "elevasi": "elevation_m",
    "elevasi_m": "elevation_m",
    "mdpl": "elevation_m",
    "pemilik": "owner",
    "instansi": "owner",
    "pengelola": "owner",
    "gerbang": "gateway",
    "gerbang_data": "gateway",
    "akun_gerbang": "gateway",
    "akun_gateway": "gateway",
    "akun_pengirim": "gateway",
    "pengirim": "gateway",
    "parameter": "parameters",
    "sungai": "river",
    "nama_sungai": "river",
    "hilir": "downstream",
    "pos_hilir": "downstream",
    "stasiun_hilir": "downstream",
    "waktu_tempuh_menit": "lag_min",
    "waktu_tempuh_(menit)": "lag_min",
    "siaga4": "siaga_4",
    "siaga3": "siaga_3",
    "siaga2": "siaga_2",
    "siaga1": "siaga_1",
    "sumber_ambang": "thresholds_source",
    "dasar_ambang": "thresholds_source",
    "ambang_berlaku_sejak": "thresholds_from",
    "berlaku_sejak": "thresholds_from",
    "berlaku_mulai": "thresholds_from",
    "tanggal_berlaku": "thresholds_from",
    "alasan_di_luar": "outside_reason",
    "alasan_di_luar_kabupaten": "outside_reason",
}
# `stage_m @300 -1..15`: the code, then the interval in seconds and the valid range, each optional.
_PARAMETER: Final = re.compile(
    r"^(?P<code>[^\s@]+)(?:\s*@\s*(?P<interval>[^\s@]+))?(?:\s+(?P<low>[^\s@]+?)\s*\.\.\s*(?P<high>[^\s@]+))?$"
)


_ANGLE_MARKS: Final = re.compile(
    r"[°º˚'\"′″’”]|(?<![a-z])(?:bt|bb|lu|ls|[nsw]|e(?![-+]?\d)|lintang|bujur|derajat)(?![a-z])", re.IGNORECASE
)
_METRES: Final = re.compile(r"([-+−]?[\d.,]+)\s*(?:meter|m|mdpl|m\s*dpl|masl|m\s*asl)\.?", re.IGNORECASE)
_FIRST_PARAMETERS: Final = {
    StationKind.RAIN: "rain_mm",
    StationKind.RIVER: "stage_m",
    StationKind.SOIL: "soil_moisture_pct",
    StationKind.TILT: "tilt_deg",
    StationKind.SEISMIC: "pga_g",
    StationKind.WEATHER: "temperature_c",
    StationKind.AIR: "pm25_ugm3",
}
STATION_COLUMNS: Final = TableColumns(
    names=COLUMNS, required=REQUIRED_COLUMNS, numbers=NUMBER_COLUMNS, aliases=_ALIASES
)


def row_code(row: TableRow) -> str:
    """Return the code of the station in a row."""
    return row.cells.get("code", "").strip().upper()


def read_station(row: TableRow, before: Station | None = None) -> tuple[Station, Problems]:
    """Return the station of a row, and the problems of cells that cannot be read.

    Args:
        row: the row. A column that the file does not have leaves the field as it is.
        before: the station as it is now; None for a new one.
    """
    reader = _RowReader(row)
    station = before if before is not None else _EMPTY
    texts = {name: _text(row.cells[name], getattr(station, name)) for name in _TEXTS if name in row.cells}
    texts["code"] = row_code(row) if before is None else before.code
    changed = msgspec.structs.replace(
        station,
        **texts,
        kind=reader.kind(station.kind),
        lon_deg=reader.angle("longitude", station.lon_deg),
        lat_deg=reader.angle("latitude", station.lat_deg),
        elevation_m=reader.metres("elevation_m", station.elevation_m),
        parameters=reader.parameters(station.parameters),
        river=reader.river(station.river),
    )
    return changed, tuple(reader.problems)


_EMPTY: Final = Station(code="", name="", kind=StationKind.RAIN, lon_deg=nan, lat_deg=nan, parameters=())


class _RowReader:
    """Reads the cells of one row and collects their problems."""

    def __init__(self, row: TableRow) -> None:
        self._cells, self._unclear = row.cells, row.unclear
        self._kind: StationKind | None = None
        self.problems: list[StationProblem] = []

    def _report(self, field: str, code: ProblemCode, **values: str | float) -> None:
        self.problems.append(StationProblem(field=field, code=code, values=values))

    def kind(self, before: StationKind) -> StationKind:
        self._kind = self._read_kind(before)
        return self._kind

    def _read_kind(self, before: StationKind) -> StationKind:
        if "kind" not in self._cells:
            return before
        text = plain_cell(self._cells["kind"])
        try:
            return parse_code(StationKind, text)
        except UnknownCode:
            known = ", ".join(kind.value for kind in StationKind)
            self._report("kind", ProblemCode.KIND_UNKNOWN, text=text[:80], known=known)
            return before

    def number(self, column: str, before: float, *, empty: float) -> float:
        if column not in self._cells:
            return before
        text = plain_cell(self._cells[column])
        value = (parse_number(text) if column not in self._unclear else None) if text else empty
        if value is None:
            self._report(column, ProblemCode.NUMBER_UNREADABLE, text=text[:80])
            return empty
        return value

    def angle(self, column: str, before: float) -> float:
        """Return a longitude or latitude: a number, or an angle with marks or a hemisphere."""
        text = plain_cell(self._cells.get(column, ""))
        if not _ANGLE_MARKS.search(text):
            return self.number(column, before, empty=nan)
        try:
            value = parse_angle(text, "lon" if column == "longitude" else "lat")
        except CoordinateError:
            value = None
        if value is None:
            is_longitude = column == "longitude"
            code = ProblemCode.LONGITUDE_UNREADABLE if is_longitude else ProblemCode.LATITUDE_UNREADABLE
            self._report(column, code, text=text[:80])
            return nan
        return value

    def metres(self, column: str, before: float | None) -> float | None:
        """Return a number of metres, which may have the unit behind it; with it no separator of thousands is read."""
        found = _METRES.fullmatch(plain_cell(self._cells.get(column, "")))
        if found is None or unclear_numbers((found[1], "0.5", "0,5")):
            return self.optional_number(column, before)
        return parse_number(found[1])

    def optional_number(self, column: str, before: float | None) -> float | None:
        found = self.number(column, nan if before is None else before, empty=nan)
        return found if isfinite(found) else None

    def parameters(self, before: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        if "parameters" not in self._cells:
            return before
        texts = [part for part in re.split(r"[|;\n]", self._cells["parameters"][:LONGEST_CELL]) if part.strip()]
        found = []
        for text in texts[:MAX_PARAMETERS]:
            parameter = _read_parameter(plain_cell(text), before)
            if parameter is None:
                usual = usual_parameter(_nearest_parameter(text, self._kind))
                values = {"text": text.strip()[:80], "example": usual.code, "full": format_parameter(usual)}
                self._report("parameters", ProblemCode.PARAMETER_UNREADABLE, **values)
            else:
                found.append(parameter)
        return tuple(found)

    def river(self, before: River | None) -> River | None:
        """Return the river; a station without one has no cell that needs it."""
        if not any(column in self._cells for column in RIVER_COLUMNS):
            return before
        river = before if before is not None else River(name="")
        name = plain_cell(self._cells["river"]) if "river" in self._cells else river.name
        if not name:
            filled = [column for column in RIVER_COLUMNS[1:] if plain_cell(self._cells.get(column, ""))]
            if filled:
                self._report("river", ProblemCode.RIVER_MISSING, column=filled[0])
            return None
        return msgspec.structs.replace(
            river,
            name=name,
            downstream=plain_cell(self._cells.get("downstream", plain_code(river.downstream))).upper(),
            lag_s=self._lag_s(river.lag_s),
            thresholds_m=self._thresholds(river),
            thresholds_source=plain_cell(self._cells.get("thresholds_source", river.thresholds_source)),
            thresholds_from=self._date("thresholds_from", river.thresholds_from),
        )

    def _lag_s(self, before_s: float) -> float:
        lag_s = 60.0 * self.number("lag_min", before_s / 60.0, empty=0.0)
        return before_s if isclose(lag_s, before_s, abs_tol=1e-6) else lag_s

    def _thresholds(self, before: River) -> dict[RiverLevel, float]:
        found = {level: self.metres(level.value, before.thresholds_m.get(level)) for level in RiverLevel}
        return {level: value for level, value in found.items() if value is not None}

    def _date(self, column: str, before: datetime | None) -> datetime | None:
        text = plain_cell(self._cells[column]) if column in self._cells else None
        if text is None or not text:
            return before if text is None else None
        found = parse_date(text)
        if found is None:
            self._report(column, ProblemCode.DATE_UNREADABLE, text=text[:80])
        is_same = found is not None and before is not None and in_home_zone(before).date() == found.date()
        return before if is_same else found


def _text(cell: str, before: str) -> str:
    """Return the text of a cell, or the present text where only its spaces differ."""
    text = plain_cell(cell)
    return before if plain_cell(before) == text else text


def _read_parameter(text: str, before: tuple[Parameter, ...]) -> Parameter | None:
    """Return a parameter; what the text does not give is as before, or else usual. None if it is unreadable."""
    found = _PARAMETER.match(text[:_LONGEST_PARAMETER])
    if found is None:
        return None
    known = next((each for each in before if each.code == found["code"]), None) or usual_parameter(found["code"])
    interval_s, low, high = (
        default if given is None else parse_number(given)
        for given, default in (
            (found["interval"], known.expected_interval_s),
            (found["low"], known.valid_min),
            (found["high"], known.valid_max),
        )
    )
    if interval_s is None or low is None or high is None:
        return None
    return msgspec.structs.replace(known, expected_interval_s=interval_s, valid_min=low, valid_max=high)


def _nearest_parameter(text: str, kind: StationKind | None) -> str:
    """Return the parameter whose code or name is nearest to a text, else the first one of a kind of station."""
    codes = {
        word.casefold(): each.code for each in station_measurements() for word in (each.code, *each.name.values())
    }
    found = get_close_matches(text.strip()[:80].casefold(), codes, n=1)
    return codes[found[0]] if found else _FIRST_PARAMETERS.get(kind or StationKind.RIVER, "stage_m")


def usual_parameter(code: str) -> Parameter:
    """Return a parameter with the unit, interval and range of the catalogue."""
    usual = measurement_of(code)
    return Parameter(
        code=usual.code,
        unit=usual.unit,
        expected_interval_s=usual.interval_s,
        valid_min=usual.range[0],
        valid_max=usual.range[1],
    )


def format_station(station: Station) -> list[str]:
    """Return the cells of a station, in the order of `COLUMNS`; `read_station` reads the same station from them."""
    river = station.river
    cells = {
        "code": plain_code(station.code),
        "name": station.name,
        "kind": station.kind.value,
        "longitude": format_plain(station.lon_deg),
        "latitude": format_plain(station.lat_deg),
        "elevation_m": "" if station.elevation_m is None else format_plain(station.elevation_m),
        "nagari": station.nagari,
        "owner": station.owner,
        "gateway": station.gateway,
        "parameters": " | ".join(map(format_parameter, station.parameters)),
        "outside_reason": station.outside_reason,
    }
    if river is not None:
        cells |= {level.value: format_plain(value) for level, value in river.thresholds_m.items()}
        cells |= {
            "river": river.name,
            "downstream": plain_code(river.downstream),
            "lag_min": format_plain(river.lag_s / 60.0) if river.lag_s else "",
            "thresholds_source": river.thresholds_source,
            "thresholds_from": in_home_zone(river.thresholds_from).date().isoformat()
            if river.thresholds_from
            else "",
        }
    return [cells.get(column, "") for column in COLUMNS]


def format_parameter(parameter: Parameter) -> str:
    """Return a parameter as in a cell: `stage_m @300 -1..15`."""
    interval, low, high = map(format_plain, (parameter.expected_interval_s, parameter.valid_min, parameter.valid_max))
    return f"{parameter.code} @{interval} {low}..{high}"
