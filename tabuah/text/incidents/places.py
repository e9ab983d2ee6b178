"""Text about places of the gazetteer: nagari of a point, places outside the regency, kinds of places."""

from typing import Final

from tabuah.gis.places import Certainty, Place, PlaceKind
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.place import MAX_PLACE_WORDS
from tabuah.resources.level_names import name_with_level
from tabuah.resources.localisation import N_, _, format_number
from tabuah.resources.regency import current_regency

_KINDS: Final = {
    PlaceKind.NAGARI: N_("Nagari"),
    PlaceKind.KECAMATAN: N_("Kecamatan"),
    PlaceKind.TOWN: N_("Town"),
    PlaceKind.LAKE: N_("Lake"),
    PlaceKind.VOLCANO: N_("Volcano"),
}


def place_kind_label(kind: PlaceKind) -> str:
    return _(_KINDS[kind])


def kecamatan_text(name: str) -> str:
    """Return a kecamatan with its type: "Kecamatan Kubung"."""
    return name_with_level(_("Kecamatan"), name)


def describe_located_place(place: Place) -> str:
    """Return the nagari of a point with its alternatives, or the neighbour outside the regency."""
    if not place.inside_regency:
        return place.neighbour or _("Outside the regency")
    name = f"{name_with_level(_('Nagari'), place.nagari_name)}, {place.kecamatan_name}"
    if place.certainty is Certainty.OFFICIAL:
        return name
    others = ", ".join(nagari.name for nagari in place.alternatives)
    estimate = _("{place} (estimate)").format(place=name)
    return _("{place} · or {others}").format(place=estimate, others=others) if others else estimate


def describe_outside_place(place: Place) -> str:
    """Return the distance of an outside place from the boundary, and whether the boundary is in doubt."""
    where = f" ({place.neighbour})" if place.neighbour else ""
    message = _("Outside {regency}{where}, {km} km from the boundary.").format(
        regency=current_regency().name, where=where, km=format_number(place.border_margin_m / 1000, digits=1)
    )
    if place.regency_doubtful:
        message += " " + _("The boundary here is only an estimate: the place may be inside.")
    return message


def place_words_fault(*texts: str) -> str:
    """Return why a jorong or a landmark cannot be saved; empty if it can."""
    if any(len(text) > MAX_PLACE_WORDS for text in texts):
        return _("Jorong and landmark have at most {n} characters each.").format(n=MAX_PLACE_WORDS)
    if not all(map(is_plain, texts)):
        return _("Jorong or landmark has characters that cannot be shown.")
    return ""


def landmark_note(landmark: str) -> str:
    """Return a landmark as a line of the description, for a server with older rules."""
    return _("Landmark: {text}").format(text=landmark)
