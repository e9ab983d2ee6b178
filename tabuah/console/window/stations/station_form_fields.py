"""Sections of the station form, which depend on the kind of station, its parameters and its position."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.console.window.stations.station_form_values import (
    CODE,
    DOWNSTREAM,
    ELEVATION,
    GATEWAY,
    KIND,
    LAG,
    LEVEL_FIELDS,
    MAX_PARAMETERS,
    NAGARI,
    NAME,
    OUTSIDE,
    OWNER,
    POSITION,
    REASON,
    RIVER,
    SOURCE,
    UPSTREAM,
    VALID_FROM,
    Texts,
    parameter_count,
)
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.readings.measurements import measurement_of, station_measurements
from tabuah.operations.stations.river_course import course_of
from tabuah.operations.stations.station import Station, StationKind
from tabuah.resources.localisation import _
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.rule_text import river_level_label, station_kind_label
from tabuah.widgets.controls.field_sections import FieldSection, SectionField
from tabuah.widgets.stations.station_form import PICK
from tabuah.widgets.values import ActionState, Choice

PHOTOS: Final = "photos"
CHOOSE_PHOTOS: Final = "choose_photos"
_MOST_GATEWAYS: Final = 8


def station_sections(
    texts: Texts,
    *,
    edited: Station | None,
    stations: Mapping[str, Station],
    place: str,
    is_outside: bool,
    gateways: Iterable[str] = (),
) -> tuple[FieldSection, ...]:
    """Return all sections for the current contents.

    Args:
        texts: the texts of the fields.
        edited: the station that is edited; None for a new one.
        stations: the stations of its world.
        place: the description of the position.
        is_outside: whether it lies outside of the regency.
        gateways: names of the gateway accounts.
    """
    count = parameter_count(texts)
    parameters = [_parameter_section(texts, number, count) for number in range(1, count + 1)]
    is_gauge = texts.get(KIND) == StationKind.RIVER
    river = (_river_section(texts, edited, stations), _threshold_section(texts)) if is_gauge else ()
    return (
        _station_section(texts, edited),
        _place_section(texts, place, is_outside=is_outside),
        *parameters,
        *river,
        _gateway_section(texts, gateways),
        *((_reason_section(texts),) if edited is not None else (_photo_section(texts),)),
    )


def _field(texts: Texts, code: str, label: str, *, hint: str = "", wide: bool = False) -> SectionField:
    return SectionField(code=code, label=label, value=texts.get(code, ""), hint=hint, wide=wide)


def _choice_field(texts: Texts, code: str, label: str, choices: Iterable[Choice], *, hint: str = "") -> SectionField:
    return SectionField(
        code=code, label=label, value=texts.get(code, ""), choices=tuple(choices), hint=hint, wide=True
    )


def _station_section(texts: Texts, edited: Station | None) -> FieldSection:
    rule = _("2 to 40 capital letters, digits and hyphens, such as AWLR-03")
    code = (_field(texts, CODE, _("Station code"), hint=rule, wide=True),) if edited is None else ()
    kinds = (Choice(code=kind.value, label=station_kind_label(kind)) for kind in StationKind)
    return FieldSection(
        title=_("The station"),
        fields=(
            *code,
            _field(texts, NAME, _("Name"), wide=True),
            _choice_field(texts, KIND, _("Kind of station"), kinds),
            _field(texts, OWNER, _("Owner (OPD or agency)"), wide=True),
        ),
    )


def _place_section(texts: Texts, place: str, *, is_outside: bool) -> FieldSection:
    pick = ActionState(code=PICK, label=_("Map"), key="F4")
    hint = place or _("Click on the map, or type degrees, degrees and minutes, or UTM.")
    position = SectionField(
        code=POSITION, label=_("Position"), value=texts.get(POSITION, ""), hint=hint, wide=True, action=pick
    )
    outside = (_field(texts, OUTSIDE, _("Reason for a place outside of the regency"), wide=True),)
    return FieldSection(
        title=_("Place"),
        fields=(
            position,
            *(outside if is_outside or texts.get(OUTSIDE) else ()),
            _field(texts, NAGARI, _("Nagari")),
            _field(texts, ELEVATION, _("Elevation (m above sea level)")),
        ),
    )


def _parameter_section(texts: Texts, number: int, count: int) -> FieldSection:
    prefix = f"p{number}."
    code = texts.get(f"{prefix}parameter", "")
    unit = measurement_of(code).unit
    known = [each.code for each in station_measurements()]
    codes = known if code in known or not code else [code, *known]
    choices = (Choice(code=each, label=_parameter_label(each)) for each in codes)
    return FieldSection(
        title=_("Parameter {n}").format(n=number),
        code=str(number),
        fields=(
            _choice_field(texts, f"{prefix}parameter", _("Parameter and unit"), choices),
            _field(texts, f"{prefix}low", _with_unit(_("Smallest valid value"), unit)),
            _field(texts, f"{prefix}high", _with_unit(_("Largest valid value"), unit)),
            _field(texts, f"{prefix}interval", _("A reading every (minutes)")),
        ),
        removable=count > 1,
        add=_("Add parameter") if number == count < MAX_PARAMETERS else "",
    )


def _parameter_label(code: str) -> str:
    return _with_unit(parameter_name(code), measurement_of(code).unit)


def _with_unit(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label


def _river_section(texts: Texts, edited: Station | None, stations: Mapping[str, Station]) -> FieldSection:
    others = [each for each in stations.values() if is_gauge_beside(each, edited)]
    gauges = sorted(others, key=lambda each: each.name)
    listed = [Choice(code=each.code, label=f"{each.name} · {plain_code(each.code)}") for each in gauges]
    below = (Choice(code="", label=_("None, or not known")), *listed)
    above = (Choice(code="", label=_("Leave as it is")), *listed)
    course = course_of(edited, stations).above if edited is not None else ()
    known = ", ".join(gauge.station.name for gauge in course)
    hint = _("Above it now: {gauges}").format(gauges=known) if known else ""
    return FieldSection(
        title=_("River"),
        note=_("The map draws the way of the water schematically, from gauge to gauge."),
        fields=(
            _field(texts, RIVER, _("Name of the river"), wide=True),
            _choice_field(texts, UPSTREAM, _("Gauge above"), above, hint=hint),
            _choice_field(texts, DOWNSTREAM, _("Gauge below"), below),
            _field(texts, LAG, _("Travel time to the gauge below (minutes)"), wide=True),
        ),
    )


def is_gauge_beside(station: Station, edited: Station | None) -> bool:
    """Return whether a station is another gauge in service."""
    return station.river is not None and station.retired is None and (edited is None or station.code != edited.code)


def _threshold_section(texts: Texts) -> FieldSection:
    levels = (_field(texts, code, _with_unit(river_level_label(level), "m")) for code, level in LEVEL_FIELDS.items())
    return FieldSection(
        title=_("Thresholds"),
        note=_("Siaga 1 is the worst and the highest. Leave a level empty if none is set."),
        fields=(
            *levels,
            _field(texts, VALID_FROM, _("Valid from (day)"), hint=_("Such as 24-11-2026")),
            _field(texts, SOURCE, _("Source of the thresholds"), wide=True),
        ),
    )


def _gateway_section(texts: Texts, gateways: Iterable[str]) -> FieldSection:
    field = _field(texts, GATEWAY, _("Gateway account"), hint=gateway_hint(gateways), wide=True)
    return FieldSection(title=_("Gateway"), fields=(field,))


def gateway_hint(gateways: Iterable[str]) -> str:
    """Return what the account may do, and which accounts there are."""
    names = list(gateways)[:_MOST_GATEWAYS]
    known = _("Accounts: {accounts}").format(accounts=", ".join(names)) if names else ""
    return " ".join(part for part in (_("Only this account may send readings of the station."), known) if part)


def _reason_section(texts: Texts) -> FieldSection:
    hint = _("It stays in the history, and the chart shows it with a changed limit.")
    return FieldSection(
        title=_("Change"), fields=(_field(texts, REASON, _("Reason of the change"), hint=hint, wide=True),)
    )


def _photo_section(texts: Texts) -> FieldSection:
    choose = ActionState(code=CHOOSE_PHOTOS, label=_("Choose"))
    photos = SectionField(
        code=PHOTOS,
        label=_("Photos and documents"),
        value=texts.get(PHOTOS, ""),
        hint=_("Mounting, calibration sheet, key holder, directions; more can be added on the station page."),
        wide=True,
        action=choose,
        read_only=True,
    )
    return FieldSection(title=_("Files"), fields=(photos,))
