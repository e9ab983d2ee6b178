"""Blocks of documents about closed roads and outages."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tabuah.console.reports import document
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.disruption_list import sort_disruptions
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _
from tabuah.text.disruptions.disruption_text import describe_disruption, describe_period, disruption_field_label
from tabuah.text.incidents.incident_text import place_text

_ROWS_ON_A_PAGE = 25


def make_disruption_table(
    disruptions: Iterable[Disruption], *, now: datetime, incidents: Mapping[str, Incident] | None = None
) -> document.DocumentTable | None:
    """Return the disruptions, open ones first; None without any.

    Args:
        disruptions: those of the document.
        now: the time of the data.
        incidents: by id, to name the incident of each; None in the document of one incident.
    """
    listed = sort_disruptions(disruptions)
    if not listed:
        return None
    return document.DocumentTable(
        heading=_("Closed roads and outages"),
        columns=(
            document.DocumentColumn(title=disruption_field_label("name")),
            document.DocumentColumn(title=disruption_field_label("place"), width_mm=34),
            document.DocumentColumn(title=_("Period"), width_mm=52),
            document.DocumentColumn(title=disruption_field_label("source"), width_mm=32),
        ),
        rows=tuple(_row(each, now, incidents) for each in listed),
        note=_("As the sources have stated them. A road that is not listed need not be open."),
        together=len(listed) <= _ROWS_ON_A_PAGE,
    )


def _row(disruption: Disruption, now: datetime, incidents: Mapping[str, Incident] | None) -> document.Row:
    incident = (incidents or {}).get(disruption.incident)
    name = [disruption.name, describe_disruption(disruption)]
    if incident is not None:
        name.append(incident.number)
    cells = ("\n".join(name), place_text(disruption.place), describe_period(disruption, now), disruption.source)
    return document.Row(cells=cells)
