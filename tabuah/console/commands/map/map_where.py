"""`tabuah map where`: a position in all formats, with nagari, kecamatan and their certainty."""

from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.console.commands.map.maps import map_group
from tabuah.resources.localisation import N_, _, format_number
from tabuah.resources.regency import current_regency

if TYPE_CHECKING:
    from tabuah.console.map.query_inputs import QueryPlace
    from tabuah.gis.places import Place


class PositionForms(msgspec.Struct, frozen=True, kw_only=True):
    """One position in all formats, in the language of the run."""

    decimal: str
    dms: str
    utm: str
    mgrs: str


class WhereAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `map where --json`.

    `name` is empty for a position; `border_margin_m` is the distance to the nearest border.
    """

    name: str
    lon_deg: float
    lat_deg: float
    forms: PositionForms
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
    help=N_("Locate a place: its position in all formats, its nagari and kecamatan, and their certainty."),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("place", nargs=-1, required=True, metavar="PLACE|POSITION")
@click.pass_obj
def where(call: Invocation, *, place: tuple[str, ...]) -> None:
    from tabuah.console.map.query_inputs import find_query_place
    from tabuah.storage.cache.map.maps import load_maps

    gazetteer = load_maps(call.data).gazetteer()
    query_place = find_query_place(" ".join(place), gazetteer)
    found = gazetteer.locate(query_place.lon_deg, query_place.lat_deg)
    answer = _make_answer(query_place, found)
    call.show(answer, lambda: _print_answer(answer, found))


def _make_answer(query_place: "QueryPlace", found: "Place") -> WhereAnswer:
    from tabuah.gis.coordinates import (
        format_decimal_degrees,
        format_degrees_minutes_seconds,
        format_local_utm,
        format_mgrs,
    )

    position = (query_place.lon_deg, query_place.lat_deg)
    reachable = -80 <= query_place.lat_deg <= 84  # limits of UTM and MGRS
    return WhereAnswer(
        name=query_place.name,
        lon_deg=round(query_place.lon_deg, 7),
        lat_deg=round(query_place.lat_deg, 7),
        forms=PositionForms(
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


def _print_answer(answer: WhereAnswer, found: "Place") -> None:
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
    for remark in _list_remarks(found):
        print_text(remark)


def _list_remarks(found: "Place") -> list[str]:
    from tabuah.gis.places import Certainty

    margin = format_number(found.border_margin_m / 1000, digits=1)
    remarks = []
    if not found.inside_regency:
        message = _("Outside {regency}, {distance} km from its border.")
        remarks.append(message.format(regency=current_regency().name, distance=margin))
    if found.regency_doubtful:
        remarks.append(_("The regency border is an estimate here; the place may lie on the other side."))
    if found.inside_regency and found.certainty is Certainty.APPROXIMATE:
        others = ", ".join(nagari.name for nagari in found.alternatives)
        message = _("The nagari is an estimate, {margin} km from the nearest known border. It may also be {others}.")
        remarks.append(message.format(margin=margin, others=others))
    if found.inside_regency and found.certainty is Certainty.OFFICIAL:
        remarks.append(
            _("According to official boundaries, {margin} km from the nearest border.").format(margin=margin)
        )
    return remarks
