"""From `--at` or `--nagari` to the place of an incident, honest about what is only estimated."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from tabuah.gis.coordinates import parse_position
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.places import Place
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.storage.cache.maps import load_maps


@dataclass(frozen=True, slots=True)
class Placed:
    """A place, and what its author should know about it, in words."""

    place: IncidentPlace
    remark: str = ""


class Placer:
    """Names places by the maps of a data directory: imported boundaries, else the shipped estimates."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Read when it is first needed."""
        return load_maps(self._directory).gazetteer()

    def place_at(self, position: str, *, outside_reason: str) -> Placed:
        """The place of a position.

        Raises:
            CoordinateError: the text is no position.
            click.UsageError: it lies outside the regency and no reason was given.
        """
        lon_deg, lat_deg = parse_position(position)
        found = self.gazetteer.locate(lon_deg, lat_deg)
        if not found.inside_regency and not outside_reason:
            raise click.UsageError(_outside(found))
        place = IncidentPlace(
            lon_deg=lon_deg,
            lat_deg=lat_deg,
            nagari_code=found.nagari_code if found.inside_regency else "",
            nagari=found.nagari_name if found.inside_regency else "",
            kecamatan_code=found.kecamatan_code if found.inside_regency else "",
            kecamatan=found.kecamatan_name if found.inside_regency else "",
            certainty=PlaceCertainty(found.certainty.value) if found.inside_regency else PlaceCertainty.UNKNOWN,
            outside_reason="" if found.inside_regency else outside_reason,
        )
        return Placed(place, _remark(found) if found.inside_regency else "")

    def place_in_nagari(self, name: str) -> Placed:
        """The point that stands for a nagari; a person named it, so it is confirmed.

        Raises:
            PlaceError: there is no such nagari, or several; the message suggests others.
        """
        nagari = self.gazetteer.nagari(name)
        place = IncidentPlace(
            lon_deg=nagari.lon_deg,
            lat_deg=nagari.lat_deg,
            nagari_code=nagari.code,
            nagari=nagari.name,
            kecamatan_code=nagari.kecamatan_code,
            kecamatan=nagari.kecamatan_name,
            certainty=PlaceCertainty.CONFIRMED,
        )
        return Placed(place)


def _outside(found: Place) -> str:
    where = f" ({found.neighbour})" if found.neighbour else ""
    distance = format_number(found.border_margin_m / 1000, digits=1)
    message = _(
        "The place lies outside Kabupaten Solok{where}, {distance} km from its border. Check the coordinates "
        "(longitude first), or give a reason with --outside."
    ).format(where=where, distance=distance)
    if found.regency_doubtful:
        message += " " + _("The border here is only approximate: it may well be inside.")
    return message


def _remark(found: Place) -> str:
    if found.certainty.value == PlaceCertainty.OFFICIAL.value:
        return ""
    return _(
        "Nagari {nagari}, Kecamatan {kecamatan}: an estimate, {margin} m from the nearest approximate border. "
        "Confirm it with: tabuah incident edit ID --set nagari=…"
    ).format(
        nagari=found.nagari_name,
        kecamatan=found.kecamatan_name,
        margin=format_number(round(found.border_margin_m, -1)),
    )
