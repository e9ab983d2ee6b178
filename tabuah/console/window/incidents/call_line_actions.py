"""The line of the report form about a call: reads it at every key and fills the fields."""

from PySide6.QtCore import QObject

from tabuah.console.window.shared.form_fields import hazard_choices
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.call_line import CallLine, read_call_line
from tabuah.operations.incidents.call_line_places import NamedPlace
from tabuah.resources.regency import current_regency
from tabuah.text.incidents.call_line import ambiguous_line_place, call_line_meaning
from tabuah.widgets.incidents.report_draft import ReportDraft
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.values import PlaceSuggestion


class CallLineActions(QObject):
    """Reads the line of the form, finds its place, and shows both."""

    def __init__(self, context: WindowContext, form: ReportForm) -> None:
        super().__init__(form)
        self._context, self._form = context, form
        self._named = ""  # the place of the line, as it was named
        self._place: PlaceSuggestion | None = None  # and as it was found
        form.line_changed.connect(self._on_line_changed)

    def _on_line_changed(self, text: str) -> None:
        line = read_call_line(
            text,
            places=self._named_places(),
            hazards=tuple(Hazard(choice.code) for choice in hazard_choices()),
            hamlet=current_regency().levels.hamlet,
            now=self._context.state.now(),
        )
        before = self._form.draft().place
        if line.place_text != self._named:
            self._named, self._place = line.place_text, self._find(line.place_text)
        place = self._place
        self._form.show_call_line(_filled(line, place), call_line_meaning(line, place=_place_text(line, place)))
        shown = self._form.draft().place
        if shown != before:
            self._show_on_map(shown)

    def _show_on_map(self, place: PlaceSuggestion | None) -> None:
        """Centre the map on a new place of the form, and ask for the reason if it is outside the regency."""
        self._form.ask_outside_reason(self._context.places.outside_question(place) if place else "")
        if place is not None and place.lon_deg is not None and place.lat_deg is not None:
            self._context.canvas.centre_on(place.lon_deg, place.lat_deg)

    def _named_places(self) -> tuple[NamedPlace, ...]:
        gazetteer = self._context.places.gazetteer
        nagari = gazetteer.all_nagari if gazetteer else ()
        return tuple(NamedPlace(each.name, each.kecamatan_name) for each in nagari)

    def _find(self, text: str) -> PlaceSuggestion | None:
        """Return the place of a text; None for none, and for a name that several nagari have."""
        found = self._context.places.suggest(text) if text else ()
        if len(found) > 1 and "," not in text and found[0].name == found[1].name:
            return None
        return found[0] if found else None


def _place_text(line: CallLine, place: PlaceSuggestion | None) -> str:
    if place is not None:
        return " · ".join(filter(None, (place.name, place.detail.rpartition(" · ")[2])))
    return ambiguous_line_place(line.place_text) if line.place_text else ""


def _filled(line: CallLine, place: PlaceSuggestion | None) -> ReportDraft:
    return ReportDraft(
        hazard=line.hazard.value if line.hazard else "",
        place=place,
        place_text=place.name if place else line.place_text,
        jorong=line.jorong,
        landmark=line.landmark,
        caller_name=line.caller_name,
        caller_number=line.caller_number,
        occurred_text=line.occurred_text,
        people_at_risk=line.people_at_risk,
        note=line.note,
    )
