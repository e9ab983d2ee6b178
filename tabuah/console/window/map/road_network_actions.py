"""The road network in the window: its figures, and building or removing it on a worker."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.roads.network_facts import RoadNetworkFacts, network_facts
from tabuah.gis.roads.road_network import RoadSourceKind
from tabuah.resources.localisation import _
from tabuah.storage.cache.map.maps import base_map_source
from tabuah.text.map.road_text import describe_left_out, describe_network_facts
from tabuah.widgets.values import Choice

_BASE_MAP: Final = "base_map"
_WITH_TRACKS: Final = "with_tracks"
_REMOVE: Final = "remove"
_LAYER: Final = "layer:"
_MOST_LAYERS: Final = 6  # chips of a card


class _Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Possible sources of a network, and the figures of the present one; `problem` describes a damaged one."""

    has_base_map: bool
    layers: tuple[str, ...]
    facts: RoadNetworkFacts | None
    problem: str


class RoadNetworkActions(QObject):
    """Asks what to build the network from. The build reads files, so it runs on the worker of the map."""

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context

    def begin(self) -> None:
        """Show the network and ask what to do."""
        self._context.work.run(
            lambda _context: self._read_sources(), on_done=self._ask, on_error=self._context.notifier.error
        )

    def _read_sources(self) -> _Sources:
        from tabuah.storage.cache.map.road_networks import is_outdated, line_layers, load_road_network  # noqa: PLC0415 - loads the search

        directory, facts, problem = self._context.directory, None, ""
        try:
            network = load_road_network(directory)
        except RoadNetworkError as error:
            problem = str(error)
        else:
            if network is not None:
                facts = network_facts(network, outdated=is_outdated(directory, network))
        return _Sources(
            has_base_map=base_map_source(directory) is not None,
            layers=line_layers(directory),
            facts=facts,
            problem=problem,
        )

    def _ask(self, sources: _Sources) -> None:
        choices = _choices(sources)
        if not choices:
            self._context.notifier.inform(
                _("There are no roads on this console: neither a base map nor an imported layer of lines."),
                _("Import a layer of roads with Ctrl+O, or build a base map: tabuah map build --osm FILE.pbf"),
            )
            return
        question = Question(
            title=_("Road network"),
            text=_describe(sources),
            confirm=_("Continue"),
            choice_label=_("Build from"),
            choices=choices,
            chosen=_present_choice(sources, choices),
        )
        card = self._context.confirm
        card.ask(question, lambda _text: self._on_chosen(card.choice))

    def _on_chosen(self, choice: str) -> None:
        if choice == _REMOVE:
            self._remove()
            return
        layer = choice.removeprefix(_LAYER) if choice.startswith(_LAYER) else ""
        self._context.notifier.inform(_("The road network is being built."))
        self._context.work.run(
            lambda _context: self._build(layer, with_tracks=choice == _WITH_TRACKS),
            on_done=self._on_built,
            on_error=self._context.notifier.error,
        )

    def _build(self, layer: str, *, with_tracks: bool) -> str:
        from tabuah.storage.cache.map.road_networks import build_road_network  # noqa: PLC0415 - loads the search

        built = build_road_network(
            self._context.directory, built_at=datetime.now(UTC), layer=layer, with_tracks=with_tracks
        )
        facts = dict(describe_network_facts(network_facts(built.network, outdated=False)))
        left_out = describe_left_out(without_length=built.without_length, joined_ends=built.joined_ends)
        length, connected = facts[_("Length")], facts[_("Connected")]
        done = _("The road network is ready: {length}, {connected} connected.").format(
            length=length, connected=connected
        )
        return " ".join((done, *left_out))

    def _on_built(self, text: str) -> None:
        self._context.notifier.done(text)
        self._context.roads.prepared.emit()  # views measure again

    def _remove(self) -> None:
        from tabuah.storage.cache.map.road_networks import remove_road_network  # noqa: PLC0415 - loads the search

        def done(_removed: bool) -> None:
            self._context.notifier.done(_("The road network was removed. Distances are straight lines."))
            self._context.roads.prepared.emit()

        self._context.work.run(
            lambda _context: remove_road_network(self._context.directory),
            on_done=done,
            on_error=self._context.notifier.error,
        )


def _choices(sources: _Sources) -> tuple[Choice, ...]:
    found = []
    if sources.has_base_map:
        found.append((_BASE_MAP, _("base map")))
        found.append((_WITH_TRACKS, _("base map with tracks")))
    found += [(f"{_LAYER}{name}", _("layer {name}").format(name=name)) for name in sources.layers[:_MOST_LAYERS]]
    if sources.facts is not None or sources.problem:
        found.append((_REMOVE, _("remove it")))
    return tuple(Choice(code=code, label=label, key=str(key)) for key, (code, label) in enumerate(found, start=1))


def _present_choice(sources: _Sources, choices: tuple[Choice, ...]) -> str:
    """Return the source of the present network, else the first one: the card builds it again."""
    wanted = choices[0].code
    if sources.facts is not None:
        source = sources.facts.source
        layer = f"{_LAYER}{source.name}"
        wanted = layer if source.kind is RoadSourceKind.LAYER else _WITH_TRACKS if source.with_tracks else _BASE_MAP
    return wanted if any(choice.code == wanted for choice in choices) else choices[0].code


def _describe(sources: _Sources) -> str:
    if sources.problem:
        return sources.problem
    if sources.facts is None:
        return _("There is none: distances of units are straight lines.")
    lines = [f"{label}: {value}" for label, value in describe_network_facts(sources.facts)]
    if sources.facts.outdated:
        lines.append(_("The source has changed since the build. Build it again."))
    return "\n".join(lines)
