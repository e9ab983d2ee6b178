"""Text for bulletin rules."""

from collections.abc import Iterable
from typing import Final

from tabuah.operations.bulletins.rules import BulletinRule, EarthquakeCondition, VolcanoCondition, WarningCondition
from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.felt_intensity import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import N_, _, format_number
from tabuah.text.bulletins.bulletin_text import CapCode, cap_label, volcano_level_label


def describe_bulletin_rule(rule: BulletinRule) -> str:
    """Return the condition of a rule: "Gempa M ≥ 6,0 dalam 150 km dari tengah kabupaten"."""
    match rule.condition:
        case EarthquakeCondition():
            return _describe_earthquake_condition(rule.condition)
        case WarningCondition():
            return _describe_warning_condition(rule.condition)
        case VolcanoCondition(level=level):
            return describe_volcano_condition(level)


def describe_alarm_end(rule: BulletinRule) -> str:
    """Return when an alarm of the rule ends."""
    match rule.condition:
        case EarthquakeCondition():
            return _("12 hours after the earthquake, or when a correction no longer meets the rule")
        case WarningCondition():
            return _("when the warning ends, or is replaced or cancelled")
        case VolcanoCondition():
            return _("when a statement lowers the level")


def describe_volcano_condition(level: VolcanoLevel) -> str:
    """Return the text of a volcano condition."""
    if level is VolcanoLevel.AWAS:
        return _("The level of a volcano is raised to {level}").format(level=volcano_level_label(level))
    return _("The level of a volcano is raised to {level} or higher").format(level=volcano_level_label(level))


def _describe_earthquake_condition(asked: EarthquakeCondition) -> str:
    if asked.is_empty:
        return _("An earthquake without criteria: never raised")
    what = _("Earthquake")
    if asked.magnitude:
        what += f" M ≥ {format_number(asked.magnitude, digits=1)}"
    if asked.within_km is not None:
        text = _("within {distance} km of the centre of the regency")
        what += " " + text.format(distance=format_number(asked.within_km))
    if asked.felt_mmi is None:
        return what
    felt = _("felt here at MMI {mmi} or more").format(mmi=ROMAN[asked.felt_mmi - 1])
    return f"{what} {felt}" if asked.magnitude == 0 and asked.within_km is None else f"{what}, {felt}"


def _describe_warning_condition(asked: WarningCondition) -> str:
    parts = (
        _asked(_("severity {words}"), asked.severities),
        _asked(_("urgency {words}"), asked.urgencies),
        _asked(_("certainty {words}"), asked.certainties),
    )
    criteria = "; ".join(part for part in parts if part)
    return _("Weather warning over the regency: {asked}").format(asked=criteria or _("any"))


def _asked(words: str, codes: Iterable[CapCode]) -> str:
    """Return one criterion: "tingkat ekstrem atau berat"; empty if any value will do."""
    labels = [cap_label(code) for code in codes]
    return words.format(words=_(" or ").join(labels)) if labels else ""


_EVALUATED: Final = {
    Hazard.EARTHQUAKE: N_("every earthquake that BMKG announces"),
    Hazard.EXTREME_WEATHER: N_("every BMKG weather warning that covers part of the regency"),
    Hazard.VOLCANO: N_("every volcano level entered by hand"),
}


def describe_evaluated_bulletins(hazard: Hazard) -> str:
    """Return the bulletins that a rule about a hazard evaluates."""
    return _(_EVALUATED[hazard])
