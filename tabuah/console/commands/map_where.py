"""`tabuah map where`: a position in all its forms, and the nagari and kecamatan it lies in, with what is doubtful."""

from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.maps import map_group
from tabuah.console.commands.output import print_facts, say
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_number

if TYPE_CHECKING:
    from tabuah.console.map_things import AskedPlace
    from tabuah.gis.places import Place


class Forms(msgspec.Struct, frozen=True, kw_only=True):
    """One position as people write it, in the language of the run."""

    decimal: str
    dms: str
    utm: str
    mgrs: str


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """What `map where --json` prints; `name` is empty for a position, `border_margin_m` to the nearest border."""

    name: str
    lon_deg: float
    lat_deg: float
    forms: Forms
    inside_regency: bool
    regency_doubtful: bool
    nagari: str
    nagari_code: str
    certainty: str
    kecamatan: str
    kecamatan_code: str
    kecamatan_certainty: str
    border_margin_m: float
    alternatives: tuple[str, ...]
    neighbour: str
    lake: str


@map_group.command(
    "where",
    help=N_("Say where a place is: all forms of its position, its nagari and kecamatan, and what is doubtful."),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("place", nargs=-1, required=True, metavar="PLACE|POSITION")
@click.pass_obj
def where(call: Invocation, *, place: tuple[str, ...]) -> None:
    """Say where a place is."""
    from tabuah.console.map_things import place_meant
    from tabuah.storage.cache.maps import load_maps

    gazetteer = load_maps(call.data).gazetteer()
    asked = place_meant(" ".join(place), gazetteer)
    found = gazetteer.locate(asked.lon_deg, asked.lat_deg)
    answer = _answer(asked, found)
    call.show(answer, lambda: _tell(answer, found))


def _answer(asked: "AskedPlace", found: "Place") -> Where:
    from tabuah.gis.coordinates import (
        format_decimal_degrees,
        format_degrees_minutes_seconds,
        format_local_utm,
        format_mgrs,
    )

    position = (asked.lon_deg, asked.lat_deg)
    reachable = -80 <= asked.lat_deg <= 84  # of UTM and MGRS
    return Where(
        name=asked.name,
        lon_deg=round(asked.lon_deg, 7),
        lat_deg=round(asked.lat_deg, 7),
        forms=Forms(
            decimal=format_decimal_degrees(*position, digits=5),
            dms=format_degrees_minutes_seconds(*position),
            utm=format_local_utm(*position) if reachable else "",
            mgrs=format_mgrs(*position) if reachable else "",
        ),
        inside_regency=found.inside_regency,
        regency_doubtful=found.regency_doubtful,
        nagari=found.nagari_name,
        nagari_code=found.nagari_code,
        certainty=found.certainty.value,
        kecamatan=found.kecamatan_name,
        kecamatan_code=found.kecamatan_code,
        kecamatan_certainty=found.kecamatan_certainty.value,
        border_margin_m=round(found.border_margin_m, 1),
        alternatives=tuple(nagari.name for nagari in found.alternatives),
        neighbour=found.neighbour,
        lake=found.lake,
    )


def _tell(answer: Where, found: "Place") -> None:
    print_facts(
        [
            (_("Place"), answer.name),
            (_("Degrees"), answer.forms.decimal),
            (_("Degrees, minutes, seconds"), answer.forms.dms),
            ("UTM", answer.forms.utm),
            ("MGRS", answer.forms.mgrs),
            (_("Nagari"), answer.nagari),
            (_("Kecamatan"), answer.kecamatan),
            (_("Lake"), answer.lake),
            (_("Neighbour"), answer.neighbour),
        ]
    )
    for remark in _remarks(found):
        say(remark)


def _remarks(found: "Place") -> list[str]:
    from tabuah.gis.places import Certainty

    margin = format_number(found.border_margin_m / 1000, digits=1)
    remarks = []
    if not found.inside_regency:
        remarks.append(_("Outside Kabupaten Solok, {distance} km from its border.").format(distance=margin))
    if found.regency_doubtful:
        remarks.append(_("The border of the regency is an estimate here: the place may lie on its other side."))
    if found.inside_regency and found.certainty is Certainty.APPROXIMATE:
        others = ", ".join(nagari.name for nagari in found.alternatives)
        message = _("The nagari is an estimate, {margin} km from the nearest known border. It may also be: {others}.")
        remarks.append(message.format(margin=margin, others=others))
    if found.inside_regency and found.certainty is Certainty.OFFICIAL:
        remarks.append(_("By official boundaries, {margin} km from the nearest border.").format(margin=margin))
    return remarks
