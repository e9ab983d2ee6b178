"""Rules about earthquakes, warnings and volcanoes in words, as an operator reads them."""

from collections.abc import Iterable
from typing import Final

from tabuah.operations.bulletins.rules import BulletinRule, Restless, Shaking, Warned
from tabuah.operations.bulletins.telling import tell_volcano_level
from tabuah.operations.feeds.cap_values import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.feeds.felt import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_number

CapCode = CapSeverity | CapUrgency | CapCertainty

_SEVERITIES: Final = {
    CapSeverity.EXTREME: N_("Extreme"),
    CapSeverity.SEVERE: N_("Severe"),
    CapSeverity.MODERATE: N_("Moderate"),
    CapSeverity.MINOR: N_("Minor"),
    CapSeverity.UNKNOWN: N_("Unknown"),
}
_URGENCIES: Final = {
    CapUrgency.IMMEDIATE: N_("Immediate"),
    CapUrgency.EXPECTED: N_("Expected within the hour"),
    CapUrgency.FUTURE: N_("Future"),
    CapUrgency.PAST: N_("Past"),
    CapUrgency.UNKNOWN: N_("Unknown"),
}
_CERTAINTIES: Final = {
    CapCertainty.OBSERVED: N_("Observed"),
    CapCertainty.LIKELY: N_("Likely"),
    CapCertainty.POSSIBLE: N_("Possible"),
    CapCertainty.UNLIKELY: N_("Unlikely"),
    CapCertainty.UNKNOWN: N_("Unknown"),
}


def tell_bulletin_rule(rule: BulletinRule) -> str:
    """The condition of a rule: "Gempa M ≥ 6,0 dalam 150 km dari tengah kabupaten"."""
    match rule.condition:
        case Shaking():
            return _tell_shaking(rule.condition)
        case Warned():
            return _tell_warned(rule.condition)
        case Restless(level=level):
            return tell_restless(level)


def tell_over_by_itself(rule: BulletinRule) -> str:
    """When an alarm of the rule is over."""
    match rule.condition:
        case Shaking():
            return _("12 hours after the earthquake, or when a correction no longer means it")
        case Warned():
            return _("when the warning ends, or is replaced or cancelled")
        case Restless():
            return _("when a statement lowers the level")


def tell_cap(code: CapCode) -> str:
    """A code of CAP in words."""
    match code:
        case CapSeverity():
            return _(_SEVERITIES[code])
        case CapUrgency():
            return _(_URGENCIES[code])
        case CapCertainty():
            return _(_CERTAINTIES[code])


def tell_restless(level: VolcanoLevel) -> str:
    """What raises an alarm about a volcano."""
    if level is VolcanoLevel.AWAS:
        return _("The level of a volcano is raised to {level}").format(level=tell_volcano_level(level))
    return _("The level of a volcano is raised to {level} or higher").format(level=tell_volcano_level(level))


def _tell_shaking(asked: Shaking) -> str:
    if asked.asks_for_nothing:
        return _("An earthquake of which nothing is asked: never raised")
    what = _("Earthquake")
    if asked.magnitude:
        what += f" M ≥ {format_number(asked.magnitude, digits=1)}"
    if asked.within_km is not None:
        told = _("within {distance} km of the middle of the regency")
        what += " " + told.format(distance=format_number(asked.within_km))
    if asked.felt_mmi is None:
        return what
    felt = _("felt here at MMI {mmi} or more").format(mmi=ROMAN[asked.felt_mmi - 1])
    return f"{what} {felt}" if asked.magnitude == 0 and asked.within_km is None else f"{what}, {felt}"


def _tell_warned(asked: Warned) -> str:
    parts = (
        _asked(_("severity {words}"), asked.severities),
        _asked(_("urgency {words}"), asked.urgencies),
        _asked(_("certainty {words}"), asked.certainties),
    )
    told = "; ".join(part for part in parts if part)
    return _("Weather warning over the regency: {asked}").format(asked=told or _("any"))


def _asked(words: str, codes: Iterable[CapCode]) -> str:
    """One line of what is asked: "tingkat ekstrem atau berat"; empty where anything will do."""
    told = [tell_cap(code) for code in codes]
    return words.format(words=_(" or ").join(told)) if told else ""
