"""The figures of the alarms as CSV that a spreadsheet opens as it is: figures first, then each alarm of the span."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from tabuah.console.reports.csv_file import ZONE, harmless
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.performance_telling import Figure
from tabuah.operations.alarms.titles import severity_word
from tabuah.resources.catalogue import _, current_language
from tabuah.resources.formats import WIB


def performance_csv(figures: Sequence[Figure], alarms: Iterable[Alarm]) -> bytes:
    """Figures beside what is recommended, an empty line, and the alarms that they were counted from."""
    text = io.StringIO(newline="")
    separator = ";" if current_language() == "id" else ","
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([_("Figure"), _("Value"), _("Recommended"), _("kept")])
    kept = {True: _("yes"), False: _("no"), None: ""}
    writer.writerows([harmless(f.label), harmless(f.told), harmless(f.recommended), kept[f.is_kept]] for f in figures)
    writer.writerow([])
    writer.writerow(
        [_("Raised"), _("Cleared"), _("Acknowledged"), _("By"), _("Level"), _("Station"), _("Rule"), _("Time zone")]
    )
    writer.writerows(_alarm_row(alarm) for alarm in alarms)
    return text.getvalue().encode("utf-8-sig")


def _alarm_row(alarm: Alarm) -> list[str]:
    moments = (alarm.raised_at, alarm.cleared_at, alarm.acknowledged_at)
    words = (alarm.acknowledged_by, severity_word(alarm.severity), alarm.station or alarm.title, alarm.rule)
    return [*map(_moment, moments), *map(harmless, words), ZONE]


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
