"""Texts of the road network: its source, its figures and its problems."""

from collections.abc import Iterator
from typing import Final

from tabuah.gis.roads.network_facts import RoadNetworkFacts
from tabuah.gis.roads.road_network import RoadSourceKind
from tabuah.resources.localisation import N_, _, format_day, format_moment, format_number, ngettext

_CLASSES: Final = {
    "motorway": N_("Motorways"),
    "trunk": N_("Trunk roads"),
    "primary": N_("Primary roads"),
    "secondary": N_("Secondary roads"),
    "tertiary": N_("Tertiary roads"),
    "local": N_("Local roads"),
    "service": N_("Service roads"),
    "track": N_("Tracks"),
    "unclassified": N_("Roads without a class"),
}


def describe_network_facts(facts: RoadNetworkFacts) -> list[tuple[str, str]]:
    """Return labels and values of a network."""
    classes = [(_(label), facts.lengths_by_class_m.get(name, 0.0)) for name, label in _CLASSES.items()]
    return [
        (_("Source"), describe_road_source(facts)),
        (_("Built"), format_moment(facts.built_at)),
        (_("Length"), _kilometres(facts.length_m)),
        *((label, _kilometres(length_m)) for label, length_m in classes if length_m),
        (_("Junctions and ends"), format_number(facts.junctions)),
        (_("Connected"), _describe_parts(facts)),
    ]


def describe_road_source(facts: RoadNetworkFacts) -> str:
    """Return the source with the day of its data: "OpenStreetMap, 1 Des 2026"."""
    source = facts.source
    name = source.name
    if source.kind is RoadSourceKind.LAYER:
        name = _("layer {name}").format(name=source.name)
    if source.with_tracks:
        name = _("{source}, with tracks").format(source=name)
    return name if source.dated_at is None else f"{name}, {format_day(source.dated_at)}"


def describe_outdated(facts: RoadNetworkFacts) -> str:
    """Return the advice for a network whose source has changed."""
    command = "tabuah map roads build"
    if facts.source.kind is RoadSourceKind.LAYER:
        command = f'{command} --layer "{facts.source.name}"'
    elif facts.source.with_tracks:
        command = f"{command} --with-tracks"
    return _("The source has changed since then. Build the network again with: {command}").format(command=command)


def describe_left_out(*, without_length: int, joined_ends: int) -> Iterator[str]:
    """Yield the numbers of parts that the build left out and of ends that it joined."""
    if without_length:
        yield ngettext(
            "{n} part is left out: it is no line, or has no length.",
            "{n} parts are left out: they are no lines, or have no length.",
            without_length,
        ).format(n=format_number(without_length))
    if joined_ends:
        yield ngettext(
            "{n} end that almost touches a road is joined to it.",
            "{n} ends that almost touch a road are joined to it.",
            joined_ends,
        ).format(n=format_number(joined_ends))


def _describe_parts(facts: RoadNetworkFacts) -> str:
    share = _("{share} % of the length").format(share=format_number(facts.largest_share * 100, digits=1))
    if facts.parts == 1:
        return share
    return _("{share}, in one of {n} parts").format(share=share, n=format_number(facts.parts))


def _kilometres(length_m: float) -> str:
    return f"{format_number(length_m / 1000, digits=1)} km"
