"""All commands of `tabuah map`; importing them puts them into their group."""

from tabuah.console.commands import map_build, map_questions, map_remove, map_where
from tabuah.console.commands.maps import map_group

__all__ = ["map_build", "map_group", "map_questions", "map_remove", "map_where"]
