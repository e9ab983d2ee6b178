"""A date and time as people here write it, in WIB; given and taken as aware UTC."""

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime
from PySide6.QtWidgets import QAbstractSpinBox, QDateTimeEdit

from tabuah.resources.catalogue import current_language
from tabuah.resources.formats import WIB


class MomentEdit(QDateTimeEdit):
    """The arrow keys change the part under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        language = QLocale.Language.Indonesian if current_language() == "id" else QLocale.Language.English
        self.setLocale(QLocale(language))
        self.setDisplayFormat("d MMM yyyy  HH.mm 'WIB'")
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)

    def show_moment(self, moment: datetime) -> None:
        """Show an aware time in WIB."""
        local = moment.astimezone(WIB)
        day, clock = QDate(local.year, local.month, local.day), QTime(local.hour, local.minute)
        self.setDateTime(QDateTime(day, clock))

    def moment(self) -> datetime:
        """The time that stands there, in UTC."""
        day, clock = self.date(), self.time()
        local = datetime(day.year(), day.month(), day.day(), clock.hour(), clock.minute(), tzinfo=WIB)
        return local.astimezone(UTC)
