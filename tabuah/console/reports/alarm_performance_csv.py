"""Alarm performance as CSV: the figures, then each alarm of the period."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from tabuah.console.reports.incidents_csv import ZONE, escape_formula
from tabuah.operations.alarms.alarm import Alarm
from tabuah.resources.catalogue import _, current_language
from tabuah.resources.time_zone import WIB
from tabuah.text.alarms.performance import PerformanceFigure
from tabuah.text.alarms.titles import severity_label


def encode_alarm_performance_csv(figures: Sequence[PerformanceFigure], alarms: Iterable[Alarm]) -> bytes:
    """Return the figures with their recommended values, an empty line, and the alarms they count."""
    text = io.StringIO(newline="")
    separator = ";" if current_language() == "id" else ","
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([_("Figure"), _("Value"), _("Recommended"), _("met")])
    kept = {True: _("yes"), False: _("no"), None: ""}
    writer.writerows(
        [escape_formula(f.label), escape_formula(f.value_with_note), escape_formula(f.recommended), kept[f.is_kept]]
        for f in figures
    )
    writer.writerow([])
    writer.writerow(
        [_("Raised"), _("Cleared"), _("Acknowledged"), _("By"), _("Level"), _("Station"), _("Rule"), _("Time zone")]
    )
    writer.writerows(_alarm_row(alarm) for alarm in alarms)
    return text.getvalue().encode("utf-8-sig")


def _alarm_row(alarm: Alarm) -> list[str]:
    moments = (alarm.raised_at, alarm.cleared_at, alarm.acknowledged_at)
    words = (alarm.acknowledged_by, severity_label(alarm.severity), alarm.station or alarm.title, alarm.rule)
    return [*map(_format_time, moments), *map(escape_formula, words), ZONE]


def _format_time(moment: datetime | None) -> str:
    return moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
