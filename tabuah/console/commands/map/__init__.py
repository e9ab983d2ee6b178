"""Commands of `tabuah map`. Importing the modules registers them with the group."""

from tabuah.console.commands.map import map_queries, map_where
from tabuah.console.commands.map.maps import map_group

__all__ = ["map_group", "map_queries", "map_where"]
