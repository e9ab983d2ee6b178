"""Registration of all commands of `tabuah map`: importing their modules adds them to the group."""

from tabuah.console.commands.map import map_queries, map_where
from tabuah.console.commands.map.maps import map_group

__all__ = ["map_group", "map_queries", "map_where"]
