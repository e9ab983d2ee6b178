"""Figures of a road network, as commands and the window show them."""

from datetime import datetime

import msgspec

from tabuah.gis.roads.road_network import RoadNetwork, RoadSource


class RoadNetworkFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a network; `outdated` says that the data it was built from have changed or are gone."""

    source: RoadSource
    built_at: datetime
    junctions: int
    edges: int
    length_m: float
    lengths_by_class_m: dict[str, float]
    parts: int
    largest_share: float
    outdated: bool


def network_facts(network: RoadNetwork, *, outdated: bool) -> RoadNetworkFacts:
    """Return the figures of a network."""
    return RoadNetworkFacts(
        source=network.source,
        built_at=network.built_at,
        junctions=network.junction_count,
        edges=network.edge_count,
        length_m=round(network.length_m),
        lengths_by_class_m={name: round(length) for name, length in network.lengths_by_class_m().items()},
        parts=network.component_count,
        largest_share=round(network.largest_share, 4),
        outdated=outdated,
    )
