"""Places from `--at` or `--nagari`, with a remark where they are only estimated."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from tabuah.gis.coordinates import parse_position
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.places import Place
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.localisation import _, format_number
from tabuah.storage.cache.map.maps import load_maps


@dataclass(frozen=True, slots=True)
class ResolvedPlace:
    """A place, and a remark about its certainty."""

    place: IncidentPlace
    remark: str = ""


class PlaceResolver:
    """Resolves places with the maps of a data directory: imported boundaries, else the shipped estimates."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer, read on first use."""
        return load_maps(self._directory).gazetteer()

    def place_at(self, position: str, *, outside_reason: str) -> ResolvedPlace:
        """Return the place of a position.

        Raises:
            CoordinateError: the text is not a position.
            click.UsageError: it lies outside the regency and no reason was given.
        """
        lon_deg, lat_deg = parse_position(position)
        found = self.gazetteer.locate(lon_deg, lat_deg)
        if not found.inside_regency and not outside_reason:
            raise click.UsageError(_describe_outside(found))
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
        return ResolvedPlace(place, _describe_estimate(found) if found.inside_regency else "")

    def place_in_nagari(self, name: str) -> ResolvedPlace:
        """Return the reference point of a nagari, confirmed because a person named it.

        Raises:
            PlaceError: no nagari matches, or several do; the message suggests others.
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
        return ResolvedPlace(place)


def _describe_outside(found: Place) -> str:
    where = f" ({found.neighbour})" if found.neighbour else ""
    distance = format_number(found.border_margin_m / 1000, digits=1)
    message = _(
        "The place lies outside Kabupaten Solok{where}, {distance} km from its border. Check the coordinates "
        "(longitude first), or give a reason with --outside."
    ).format(where=where, distance=distance)
    if found.regency_doubtful:
        message += " " + _("The border is only approximate here; the place may be inside.")
    return message


def _describe_estimate(found: Place) -> str:
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
