"""Small OpenStreetMap extract in the real format, with typical faults of real extracts."""

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

BOUNDS = (100.5, -1.0, 100.8, -0.7)
WEST, SOUTH = 100.6, -0.9


def write_extract(path: Path, *, buildings: int = 40) -> Path:
    """Write nodes 1…, a grid of 0.01 degree from WEST, SOUTH; a way refers to node 99, which is missing."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        _write_nodes(writer, buildings)
        _write_ways(writer, buildings)
        _write_relations(writer)
    return path


def _write_nodes(writer: osmium.SimpleWriter, buildings: int) -> None:
    for number in range(1, 51):
        column, row = (number - 1) % 10, (number - 1) // 10
        writer.add_node(Node(id=number, location=(WEST + column / 100, SOUTH + row / 100)))
    tagged = {
        60: ((100.65, -0.83), {"place": "town", "name": "Koto Baru", "population": "12.500"}),
        61: ((100.66, -0.84), {"amenity": "school", "name": "SDN 05 Koto Baru"}),
        62: ((100.66, -0.85), {"amenity": "clinic", "name": "Puskesmas Talang"}),
        63: ((100.67, -0.85), {"amenity": "hospital", "name": "RSUD Arosuka"}),
        64: ((106.8, -6.2), {"amenity": "hospital", "name": "RS di Jakarta"}),
        65: ((100.68, -0.85), {"shop": "kiosk", "name": "Warung"}),
        66: ((100.64, -0.86), {"emergency": "assembly_point", "name": "Lapangan Merdeka"}),
    }
    for number, (location, tags) in tagged.items():
        writer.add_node(Node(id=number, location=location, tags=tags))
    for number in range(buildings):
        lon, lat = WEST + number % 20 / 1000, SOUTH + number // 20 / 1000
        for corner, (dx, dy) in enumerate(((0, 0), (0.0002, 0), (0.0002, 0.0001), (0, 0.0001))):
            writer.add_node(Node(id=1000 + 4 * number + corner, location=(lon + dx, lat + dy)))


def _write_ways(writer: osmium.SimpleWriter, buildings: int) -> None:
    ways = {
        1: ([1, 2, 3], {"highway": "primary", "name": "Jalan Lintas Sumatera", "ref": "25"}),
        2: ([3, 4], {"highway": "residential", "bridge": "yes", "name": "Jembatan Lembang"}),
        3: ([4, 99, 5], {"highway": "track"}),
        4: ([98, 99], {"highway": "path"}),
        5: ([6, 6], {"highway": "path"}),
        6: ([11, 12, 13, 14], {"waterway": "river", "name": "Batang Lembang"}),
        7: ([21, 22, 32], {}),
        8: ([32, 31, 21], {}),
        9: ([23, 24, 34, 33, 23], {"amenity": "school", "building": "school", "name": "SMAN 1 Gunung Talang"}),
        10: ([26, 27], {}),
        11: ([41, 43, 42, 44, 41], {"natural": "water", "name": "Kolam Bersilang"}),
        12: ([1, 2], {"highway": "proposed"}),
    }
    for number, (nodes, tags) in ways.items():
        writer.add_way(Way(id=number, nodes=nodes, tags=tags))
    for number in range(buildings):
        first = 1000 + 4 * number
        corners = [first, first + 1, first + 2, first + 3, first]
        writer.add_way(Way(id=1000 + number, nodes=corners, tags={"building": "yes"}))


def _write_relations(writer: osmium.SimpleWriter) -> None:
    """Write a lake of two half rings, and one whose second way is missing."""
    lake = {"type": "multipolygon", "natural": "water", "water": "lake", "name": "Danau Diatas"}
    writer.add_relation(Relation(id=1, members=[("w", 7, "outer"), ("w", 8, "outer")], tags=lake))
    torn = {**lake, "name": "Danau Terpotong"}
    writer.add_relation(Relation(id=2, members=[("w", 10, "outer"), ("w", 97, "outer")], tags=torn))
