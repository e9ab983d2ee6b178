"""Places from `--at` or `--nagari`, with a remark where they are only estimated."""

import sys
from functools import cached_property
from pathlib import Path
from typing import Final

import click
import msgspec

from tabuah.console.commands.invocation import print_error
from tabuah.console.commands.reason_type import ReasonType
from tabuah.gis.coordinates import format_decimal_degrees, parse_position
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.places import Nagari, Place
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.localisation import N_, _, format_number
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.map.maps import load_maps
from tabuah.text.incidents.incident_text import nagari_text
from tabuah.text.incidents.places import kecamatan_text

OUTSIDE: Final = click.option(
    "--outside",
    type=ReasonType(),
    metavar="REASON",
    default="",
    help=N_("Reason for a place outside the regency."),
)


class ResolvedPlace(msgspec.Struct, frozen=True):
    """A place, and a remark about its certainty."""

    place: IncidentPlace
    remark: str = ""


class PlaceResolver:
    """Resolves places with the maps of a data directory: imported boundaries, else the shipped estimates."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.remarks: list[str] = []  # of the places resolved so far

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer, read on first use."""
        return load_maps(self._directory).gazetteer()

    def find_place(self, position: str | None, nagari: str | None, *, outside_reason: str) -> ResolvedPlace:
        """Return the place of the options `--at` and `--nagari`, of which one is given.

        Raises:
            click.UsageError: none or both are given, or the place lies outside the regency without a reason.
            CoordinateError: the text is not a position.
            PlaceError: no nagari matches, or several do; the message suggests others.
        """
        if (position is None) == (nagari is None):
            raise click.UsageError(_("give the place with either --at or --nagari"))
        if position is not None:
            return self.place_at(position, outside_reason=outside_reason.strip())
        return self.place_in_nagari(nagari or "")

    def place_at(self, position: str, *, outside_reason: str) -> ResolvedPlace:
        """Return the place of a position.

        Raises:
            CoordinateError: the text is not a position.
            click.UsageError: it lies outside the regency and no reason was given.
            click.Abort: the user does not confirm the order of latitude and longitude.
        """
        lon_deg, lat_deg = parse_position(position)
        order = check_order(position, lon_deg, lat_deg)
        found = self.gazetteer.locate(lon_deg, lat_deg)
        if not found.inside_regency and not outside_reason:
            raise click.UsageError(_describe_outside(found) + self._describe_mirrored(lon_deg, lat_deg))
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
        estimate = _describe_estimate(found) if found.inside_regency else ""
        return self._resolved(place, order, estimate)

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
        return self._resolved(place, describe_matched(name, nagari))

    def _resolved(self, place: IncidentPlace, *remarks: str) -> ResolvedPlace:
        remark = " ".join(filter(None, remarks))
        self.remarks += [remark] if remark else []
        return ResolvedPlace(place, remark)

    def _describe_mirrored(self, lon_deg: float, lat_deg: float) -> str:
        """Suggest the position with a sign or the order corrected, if that lies inside the regency."""
        for lon, lat in ((lon_deg, -lat_deg), (lat_deg, lon_deg), (-lat_deg, lon_deg)):
            if abs(lat) <= 90 and self.gazetteer.locate(lon, lat).inside_regency:
                meant = format_decimal_degrees(lon, lat)
                return " " + _("Did you mean {position}: {text}?").format(position=meant, text=f"{lon:g},{lat:g}")
        return ""


def read_place(directory: Path, position: str | None, nagari: str | None, *, outside: str) -> IncidentPlace:
    """Return the place of the options `--at` and `--nagari`, and print a remark about its certainty.

    Raises:
        click.UsageError, CoordinateError, PlaceError: see `PlaceResolver.find_place`.
    """
    resolved = PlaceResolver(directory).find_place(position, nagari, outside_reason=outside)
    if resolved.remark:
        print_error(resolved.remark)
    return resolved.place


def describe_matched(text: str, nagari: Nagari) -> str:
    """Return which nagari was taken, if the text has not its very name or code."""
    if text.partition(",")[0].strip().casefold() in (nagari.name.casefold(), nagari.code):
        return ""
    message = _("“{text}” was taken as {nagari}, {kecamatan}.")
    return message.format(
        text=text.strip()[:80], nagari=nagari_text(nagari.name), kecamatan=kecamatan_text(nagari.kecamatan_name)
    )


def check_order(text: str, lon_deg: float, lat_deg: float) -> str:
    """Ask the user to confirm coordinates with the latitude first; outside a terminal return a remark instead.

    Raises:
        click.Abort: the user does not confirm them.
    """
    remark = _describe_order(text, lon_deg, lat_deg)
    if not remark or not sys.stdin.isatty():
        return remark
    click.confirm(f"{remark} {_('Is that right?')}", default=True, abort=True, err=True)
    return ""


def _describe_order(text: str, lon_deg: float, lat_deg: float) -> str:
    """Return how two bare numbers were read, if the latitude came first."""
    first, _comma, _second = text.replace(";", ",").partition(",")
    try:
        is_swapped = float(first) == lat_deg != lon_deg
    except ValueError:
        return ""
    if not is_swapped:
        return ""
    read = format_decimal_degrees(lon_deg, lat_deg)
    return _("The latitude came first; it was read as {position}.").format(position=read)


def _describe_outside(found: Place) -> str:
    where = f" ({found.neighbour})" if found.neighbour else ""
    distance = format_number(found.border_margin_m / 1000, digits=1)
    message = _(
        "The place lies outside {regency}{where}, {distance} km from its border. Check the coordinates "
        "(longitude first), or give a reason with --outside."
    ).format(regency=current_regency().name, where=where, distance=distance)
    if found.regency_doubtful:
        message += " " + _("The border is only approximate here; the place may be inside.")
    return message


def _describe_estimate(found: Place) -> str:
    if found.certainty.value == PlaceCertainty.OFFICIAL.value:
        return ""
    return _(
        "{nagari}, {kecamatan}: an estimate, {margin} m from the nearest approximate border. "
        "Confirm it with: tabuah incident edit ID --set nagari=…"
    ).format(
        nagari=nagari_text(found.nagari_name),
        kecamatan=kecamatan_text(found.kecamatan_name),
        margin=format_number(round(found.border_margin_m, -1)),
    )
