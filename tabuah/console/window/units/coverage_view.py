"""Coverage for the list of units; computed again when a unit, its state or its position has changed."""

from collections.abc import Iterable

from tabuah.console.window.state.places import Places
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.units.coverage import KindCoverage, unit_coverage
from tabuah.operations.units.known_units import KnownUnit


class CoverageView:
    """Returns the coverage by the units of the world that the window shows; nothing until the map is loaded."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._key: tuple[object, ...] = ()
        self._coverage: tuple[KindCoverage, ...] = ()

    def now(self, units: Iterable[KnownUnit], scope: ExerciseScope) -> tuple[KindCoverage, ...]:
        """Return the present coverage."""
        gazetteer = self._places.gazetteer
        if gazetteer is None:
            return ()
        own = tuple(each for each in units if scope.has(each.unit))
        key = (gazetteer, *((each.unit.id, each.activity.state, each.position) for each in own))
        if key != self._key:
            self._key = key
            self._coverage = unit_coverage(own, gazetteer.all_kecamatan, kecamatan_at=gazetteer.kecamatan_code_at)
        return self._coverage
