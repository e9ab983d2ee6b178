"""`tabuah map remove`: take an imported layer off the map again, or go back to the estimated borders."""

from pathlib import Path

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.maps import map_group
from tabuah.console.commands.output import say
from tabuah.resources.catalogue import N_, _


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What `map remove --json` prints; `layer` is null where the official boundaries were meant."""

    layer: str | None
    official: bool


@map_group.command(
    "remove", help=N_("Take an imported layer off the map, or go back from official to estimated borders.")
)
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--boundaries", is_flag=True, help=N_("The official boundaries, in place of a layer."))
@click.pass_obj
def remove(call: Invocation, *, name: str | None, boundaries: bool) -> None:
    """Remove what was imported; the file that it came from is not touched."""
    if boundaries is (name is not None):
        raise click.UsageError(_("name a layer, or say --boundaries"))
    told = _remove_boundaries(call.data) if name is None else _remove_layer(call.data, name)
    removed = Removed(layer=name, official=_is_official(call.data))
    call.show(removed, lambda: say(f"{told}\n" + _("An open window shows it at once.")))


def _remove_layer(directory: Path, name: str) -> str:
    from tabuah.console.importing import remove_layer

    known = _layer_names(directory)
    if name not in known:
        listed = ", ".join(known) if known else _("none")
        raise click.UsageError(
            _("No layer {name} was imported. Imported are: {names}").format(name=name, names=listed)
        )
    remove_layer(directory, name)
    return _("{layer} was removed.").format(layer=name)


def _remove_boundaries(directory: Path) -> str:
    from tabuah.console.importing import remove_boundaries

    if not _is_official(directory):
        raise click.UsageError(_("No official boundaries were imported; the borders are the estimates."))
    remove_boundaries(directory)
    return _("The map shows the estimated borders again.")


def _layer_names(directory: Path) -> tuple[str, ...]:
    """The layers that can be taken away, also one whose drawing is gone; boundaries are none."""
    from tabuah.storage.cache.imported_layers import missing_layers
    from tabuah.storage.cache.maps import layer_of_part, load_maps

    own = load_maps(directory).own
    return tuple(sorted({layer_of_part(part) for part in own} | set(missing_layers(directory, own))))


def _is_official(directory: Path) -> bool:
    from tabuah.storage.cache.maps import load_maps

    return load_maps(directory).is_official
