"""Sources of a report, read from the console's store."""

from pathlib import Path

from tabuah.console.aid.aid_records import AidFilter
from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.incident_report import IncidentSources, JournalReference, LocalImpact, ReliefSources
from tabuah.console.reports.office import read_office
from tabuah.operations.disruptions.disruption_list import sort_disruptions
from tabuah.operations.entries import subject_of
from tabuah.operations.impact_areas import incident_impact_area
from tabuah.operations.incidents.conflict_policy import MERGED_INTO, decode_value
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.fault_isolation import isolated
from tabuah.resources.localisation import _
from tabuah.storage.cache.map.impact_layers import ImpactReader
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id


def read_incident_sources(store: ConsoleStore, key: str) -> IncidentSources:
    """Read everything about an incident, by its id, number or the beginning of either.

    Raises:
        UnknownKey: no incident matches, or several do.
        InvalidOfficeFile: the office's letterhead cannot be read.
        ReportNotPossible: the incident was deleted, or a newer version wrote on it.
    """
    incident = store.incident(key)
    state = store.state(subject_of("incident", incident.id))
    if incident.deleted:
        raise ReportNotPossible(_("{number} was deleted; there is no report of it.").format(number=incident.number))
    if state.unknown_kinds:
        message = _("{number} was changed by a newer version of Tabuah; update this one to report on it.")
        raise ReportNotPossible(message.format(number=incident.number))
    return IncidentSources(
        incident=incident,
        entries=store.entries_of(subject_of("incident", incident.id)),
        held=frozenset(state.held),
        as_of=store.now(),
        author=store.actor,
        office=read_office(store.directory),
        trace=read_journal_reference(store),
        stations=tuple(store.stations()),
        alarms=tuple(store.alarms()),
        people=read_full_names(store),
        exercises=exercises_by_id(store.exercises()),
        relief=read_relief(store, incident.id),
        impact=read_local_impact(store.directory, incident),
        numbers=_target_numbers(store, incident),
        merged_into=store.archive.number_of(store.archive.final_target(incident.id)) if incident.merged_into else "",
    )


def read_local_impact(directory: Path, incident: Incident) -> LocalImpact | None:
    """Return the impact by the map layers of a console; None without a place, and where it cannot be computed."""
    area = incident_impact_area(incident)
    if area is None:
        return None
    with isolated("impact", incident.number, catch=(Exception,)):
        return LocalImpact(area=area, impact=ImpactReader(directory).read(area.shape()))
    return None


def read_relief(store: ConsoleStore, incident_id: str) -> ReliefSources:
    """Return the shelters and disruptions of an incident, and the lines of the aid ledger of it and its shelters."""
    shelters = {each.id: each for each in store.shelters()}
    own = tuple(each for each in shelters.values() if each.incident == incident_id)
    chosen = AidFilter(incident=incident_id)
    lines = tuple(line for line in store.aid_lines() if chosen.has(line, shelters))
    disruptions = tuple(sort_disruptions(each for each in store.disruptions() if each.incident == incident_id))
    subjects = (
        *(("shelter", each.id) for each in own),
        *(("aid", line.id) for line in lines),
        *(("disruption", each.id) for each in disruptions),
    )
    pending = sum(store.is_pending(subject_of(kind, key)) for kind, key in subjects)
    return ReliefSources(shelters=own, lines=lines, disruptions=disruptions, pending=pending)


def _target_numbers(store: ConsoleStore, incident: Incident) -> dict[str, str]:
    contested = [c for c in incident.open_conflicts if c.field == MERGED_INTO]
    targets = {decode_value(MERGED_INTO, writing.value) for c in contested for writing in (c.current, c.proposed)}
    return {target: store.archive.number_of(target) for target in targets}


def read_journal_reference(store: ConsoleStore) -> JournalReference:
    """Return the journal position of this console."""
    head = store.head
    return JournalReference(seq=head.seq, hash=head.hash, synced_at=store.last_sync_at, device=store.device)


def read_full_names(store: ConsoleStore) -> dict[str, str]:
    """Return full names by user name, as far as the journal has them."""
    return {user.name: user.full_name for user in store.authority().users.values() if user.full_name}
