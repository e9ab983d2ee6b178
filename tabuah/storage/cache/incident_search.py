"""The search for incidents: words by the index, filters by columns, in a chosen order."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, plain_code
from tabuah.operations.incidents.clocks import clock_rules
from tabuah.operations.incidents.excerpts import Excerpt, find_excerpt
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.merges import listed_incident
from tabuah.operations.incidents.search_query import Matcher, SearchQuery, match_expression, parse_query
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.units.call_signs import opds_of
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.archive import Archive
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.event_incidents import read_event_incidents
from tabuah.storage.cache.feature_tables import gpkg_datetime
from tabuah.storage.cache.incident_index import LIST_SEPARATOR, stored_document

MAX_FOUND: Final = 100_000  # ids that one search returns
_OPEN: Final = tuple(status.value for status in Status if status.is_open)
_IS_OPEN: Final = f"shown_status IN ({', '.join(repr(status) for status in _OPEN)})"
_MATCH: Final = "SELECT rowid FROM search_text WHERE search_text MATCH ?"
_ORDERS: Final = {
    IncidentOrder.URGENT: f"NOT {_IS_OPEN}, NOT ({{late}}), severity DESC, reported_at, incident",
    IncidentOrder.NEWEST: "reported_at DESC, incident DESC",
    IncidentOrder.OLDEST: "reported_at, incident",
    IncidentOrder.CHANGED: "updated_at DESC, incident DESC",
    IncidentOrder.NUMBER: "number, incident",
}
_BROKEN_STATUS: Final = "coalesce((SELECT value FROM json_each(?) WHERE key = incident), status)"
Condition = tuple[str, tuple[object, ...]]


class IncidentSearch:
    """Searches of one console. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session
        self._archive = Archive(session)
        self._broken: tuple[int, str] = (-1, "")

    def find(
        self,
        filters: IncidentFilters,
        *,
        scope: ExerciseScope = REAL_WORLD,
        order: IncidentOrder = IncidentOrder.NEWEST,
        limit: int = MAX_FOUND,
    ) -> tuple[str, ...]:
        """Return the ids of the incidents that a search finds, in this order."""
        query = parse_query(filters.words)
        if filters.words.strip() and not query.terms:
            return ()  # nothing in it can be searched
        conditions = [*_words(query), *_fields(filters), *self._assigned(filters), *self._grouped(filters)]
        conditions += _worlds(scope)
        late, late_values = self._late()
        if filters.late:
            conditions.append((late, late_values))
        ordered = _ORDERS[order].format(late=late)
        source, source_values = self._source()
        where = " AND ".join(f"({text})" for text, _values in conditions) or "true"
        values = (*source_values, *(value for _text, values in conditions for value in values))
        if order is IncidentOrder.URGENT:
            values = (*values, *late_values)
        sql = f"SELECT incident FROM {source} WHERE {where} ORDER BY {ordered} LIMIT ?"  # noqa: S608 - our names
        return tuple(row[0] for row in self._session.connection.execute(sql, (*values, limit)))

    @property
    def is_complete(self) -> bool:
        """Return whether the index has all incidents; after an update it is filled in steps."""
        return self._session.index_fill.is_complete

    def read(self, keys: Iterable[str]) -> list[Incident]:
        """Return the incidents with these ids that are here, in this order."""
        wanted = tuple(keys)
        found = {incident.id: incident for incident in self._archive.among(wanted)}
        return [found[key] for key in wanted if key in found]

    def excerpts(self, incidents: Iterable[Incident], words: str) -> dict[str, Excerpt]:
        """Return the excerpts of found incidents by id, without those that have none."""
        query = parse_query(words)
        if not query.wanted:
            return {}
        matcher = Matcher(query)
        connection = self._session.connection
        found = ((each.id, find_excerpt(stored_document(connection, each), matcher)) for each in incidents)
        return {key: excerpt for key, excerpt in found if excerpt is not None}

    def _source(self) -> Condition:
        """Return the rows with their status as lists show it: merges that lead nowhere do not count."""
        version = self._session.meta.version
        if self._broken[0] != version:
            broken = self._archive.broken_merges()
            statuses = {key: self._listed_status(key) for key in broken}
            self._broken = (version, msgspec.json.encode(statuses).decode() if statuses else "")
        if not self._broken[1]:
            return "(SELECT *, status AS shown_status FROM search_rows)", ()
        return f"(SELECT *, {_BROKEN_STATUS} AS shown_status FROM search_rows)", (self._broken[1],)  # noqa: S608

    def _listed_status(self, key: str) -> str:
        found = self._session.shown_incident(key)
        return listed_incident(found, self._session.shown_incident).status.value if found is not None else ""

    def _late(self) -> Condition:
        """Return the condition that a clock has run out, as `operations/incidents/clocks` defines it."""
        now = self._session.now()
        conditions: list[str] = []
        values: list[object] = []
        for rule in clock_rules():
            parts: dict[str, list[str]] = {
                "shown_status": sorted(each.value for each in rule.waiting),
                "hazard": sorted(each.value for each in rule.hazards),
                "channel": sorted(each.value for each in rule.channels),
            }
            named = [
                f"{column} IN ({', '.join('?' * len(codes))})"
                for column, codes in parts.items()
                if codes or column == "shown_status"
            ]
            conditions.append(" AND ".join((*named, "reported_at < ?")))
            values += [code for codes in parts.values() for code in codes]
            values.append(gpkg_datetime(rule.overdue_before(now)))
        return " OR ".join(f"({each})" for each in conditions) or "false", tuple(values)

    def _assigned(self, filters: IncidentFilters) -> Iterator[Condition]:
        if filters.unit.strip():
            yield _listed("units", self._names_of_unit(filters.unit))
        if filters.opd.strip():
            yield _listed("units", self._names_of_opd(filters.opd))

    def _grouped(self, filters: IncidentFilters) -> Iterator[Condition]:
        event = filters.parent_event.strip()
        if event:
            members = read_event_incidents(self._session, (event,)).get(event, EventIncidents())
            keys = msgspec.json.encode([incident.id for incident in members.all]).decode()
            yield "incident IN (SELECT value FROM json_each(?))", (keys,)

    def _names_of_unit(self, name: str) -> set[str]:
        """Return the texts by which an assignment may name a unit."""
        wanted = name.strip().casefold()
        called = [names for names in map(_names, self._units()) if wanted in names]
        return {wanted}.union(*called)

    def _names_of_opd(self, opd: str) -> set[str]:
        """Return the texts by which an assignment may name an OPD or one of its units."""
        wanted = opd.strip().casefold()
        owned = [_names(unit) for unit in self._units() if wanted in {each.casefold() for each in opds_of(unit)}]
        return {wanted}.union(*owned)

    def _units(self) -> Iterator[Unit]:
        return (unit for unit in self._session.subjects.values_of_kind("unit") if isinstance(unit, Unit))


def _names(unit: Unit) -> set[str]:
    names = (plain_code(unit.id), unit.name, *(former.name for former in unit.former))
    return {name.strip().casefold() for name in names}


def _words(query: SearchQuery) -> Iterator[Condition]:
    if query.wanted:
        yield f"id IN ({_MATCH})", (match_expression(query.wanted),)
    if query.excluded:
        yield f"id NOT IN ({_MATCH})", (match_expression(query.excluded, joined_by="OR"),)


def _fields(filters: IncidentFilters) -> Iterator[Condition]:
    if filters.stage is not IncidentStage.ALL:
        yield _IS_OPEN if filters.stage is IncidentStage.OPEN else f"NOT {_IS_OPEN}", ()
    for column, chosen in (
        ("shown_status", [status.value for status in filters.statuses]),
        ("hazard", [hazard.value for hazard in filters.hazards]),
        ("severity", [severity.rank for severity in filters.severities]),
        ("channel", [channel.value for channel in filters.channels]),
    ):
        if chosen:
            yield f"{column} IN ({', '.join('?' * len(chosen))})", tuple(chosen)
    for column, name in (("kecamatan", filters.kecamatan.strip()), ("nagari", filters.nagari.strip())):
        if name:
            yield f"{column} = ? OR {column}_code = ?", (name, name)
    if filters.author.strip():
        yield _listed("authors", {filters.author.strip().casefold()})
    if filters.since is not None:
        yield "reported_at >= ?", (gpkg_datetime(filters.since),)
    if filters.until is not None:
        yield "reported_at < ?", (gpkg_datetime(filters.until),)


def _worlds(scope: ExerciseScope) -> Iterator[Condition]:
    if scope.real and scope.all_exercises:
        return
    if scope.exercise_id is None:
        yield "exercise" if scope.all_exercises else "NOT exercise", ()
    elif scope.real:
        yield "NOT exercise OR exercise_id = ?", (scope.exercise_id,)
    else:
        yield "exercise AND exercise_id = ?", (scope.exercise_id,)


def _listed(column: str, names: set[str]) -> Condition:
    """Return the condition that a stored list has one of these names."""
    tests: list[Any] = [f"instr({column}, ?)"] * len(names)
    return " OR ".join(tests), tuple(f"{LIST_SEPARATOR}{name}{LIST_SEPARATOR}" for name in sorted(names))
