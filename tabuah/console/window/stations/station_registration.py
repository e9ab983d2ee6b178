"""Registration and changes of stations in the form of the side panel, with the place and the river on the map."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.shared.attached_files import files_dialog
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.file_dialogs import ask_for_paths
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.stations.registration_checks import nagari_texts, window_registration_context
from tabuah.console.window.stations.station_arrivals import StationArrivals
from tabuah.console.window.stations.station_file_actions import StationFileActions
from tabuah.console.window.stations.station_form_entries import (
    new_station_code,
    station_form_drafts,
    station_in_scope,
)
from tabuah.console.window.stations.station_form_fields import CHOOSE_PHOTOS, PHOTOS, gateway_hint, station_sections
from tabuah.console.window.stations.station_form_values import (
    FIRST_LIMIT,
    GATEWAY,
    KIND,
    NAGARI,
    POSITION,
    REASON,
    WORST_LEVEL,
    InvalidStationForm,
    Texts,
    form_field_of,
    main_parameter_of,
    missing_fields,
    new_station_texts,
    parameter_count,
    parameter_texts,
    parse_station,
    position_text,
    station_texts,
    with_more_parameters,
    without_parameter,
)
from tabuah.console.window.stations.station_plan import planned_stations
from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.registration import check_station
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, ngettext
from tabuah.text.form_drafts import kept_form_text
from tabuah.text.reason_length import describe_reason_length
from tabuah.text.stations.registration_text import describe_problem
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.stations.station_form import PICK, StationForm

_RESTRUCTURING: Final = (KIND, POSITION, ".parameter")  # fields that others depend on
_OTHER_PARAMETERS: Final = ("battery_v", "rain_mm", "temperature_c", "humidity_pct")


class StationRegistration(QObject):
    """The station form. Problems are shown at their field, and nothing is saved then."""

    def __init__(
        self, context: WindowContext, form: StationForm, drafts: DraftWriter, files: StationFileActions
    ) -> None:
        super().__init__(form)
        self._context, self._form, self._drafts = context, form, drafts
        self._texts: dict[str, str] = {}
        self._shown: dict[str, str] = {}  # the content before the person changed it
        self._edited = ""  # code of the station that is edited; empty for a new one
        self._key = ""  # of the draft of the open form
        self._picks = False
        self._nagari = ""  # as filled in from the position
        self._photos: tuple[Path, ...] = ()
        self._users: Mapping[str, User] = {}  # the accounts, for the check of the gateway
        self._arrivals = StationArrivals(context, files, self)
        form.changed.connect(self._on_changed)
        form.parameter_added.connect(self._on_parameter_added)
        form.parameter_removed.connect(self._on_parameter_removed)
        form.action_requested.connect(self._on_action_requested)
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self.leave)
        form.discarded.connect(self._on_discarded)
        context.canvas.location_picked.connect(self._on_location_picked)
        context.canvas.pick_cancelled.connect(self._on_pick_cancelled)
        context.side.currentChanged.connect(self._on_page_changed)
        drafts.user_changed.connect(self._on_user_changed)

    # Opening and closing

    def begin(self, texts: Texts | None = None) -> None:
        """Open the form for a new station, with `texts` filled in."""
        scope = self._context.state.scope
        key = f"station form/new/{scope.exercise_id or ''}"
        title, save = _("Register a station"), _("Register")
        self._open("", new_station_texts() | dict(texts or {}), key=key, title=title, save=save)

    def begin_at(self, lon_deg: float, lat_deg: float) -> None:
        """Open the form for a new station at a place, or show why that is not possible."""
        if refusal := self._context.state.writing_refusal("station.registered"):
            self._context.notifier.refuse(refusal)
            return
        self.begin({POSITION: position_text(lon_deg, lat_deg)} | nagari_texts(self._context, lon_deg, lat_deg))

    def begin_edit(self) -> None:
        """Open the form of the selected station."""
        station = self._stations.get(self._context.selection.station)
        if station is None:
            return
        title = _("Edit station {station}").format(station=plain_code(station.code))
        key = f"station form/{station.code}"
        self._open(station.code, station_texts(station), key=key, title=title, save=_("Save"))

    def begin_limits(self) -> None:
        """Open the form of the selected station at its thresholds, or else at its first valid range."""
        if self._context.selection.station in self._stations:
            self.begin_edit()
            field = WORST_LEVEL if WORST_LEVEL in self._form.texts else FIRST_LIMIT
            self._form.fields.focus_field(field)

    @property
    def is_allowed(self) -> bool:
        """Whether the user may register stations here."""
        return not self._context.state.writing_refusal("station.registered")

    def leave(self) -> None:
        """Close the form; its content is there again when it opens."""
        self._drafts.write()
        self._context.canvas.cancel_pick()
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()

    def close(self) -> None:
        """Stop following."""
        self._arrivals.close()

    def _open(self, code: str, texts: dict[str, str], *, key: str, title: str, save: str) -> None:
        self._edited, self._key, self._photos = code, key, ()
        self._shown = dict(texts)
        kept = self._drafts.kept(key, dict[str, str])
        self._texts = texts | (kept or {})
        if kept:
            self._context.notifier.inform(kept_form_text())
        self._context.store.run(lambda store: store.authority().users, on_done=self._on_users_read)
        self._form.show_title(title, save=save)
        self._form.show_errors({}, "")
        self._show_sections()
        self._context.side.show_page(SidePage.STATION)
        self._form.fields.focus_first()
        self._form.fields.scroll_to_top()

    def _on_users_read(self, users: Mapping[str, User]) -> None:
        """Keep the accounts, and list the gateways below their field."""
        self._users = users
        self._form.fields.show_hint(GATEWAY, gateway_hint(self._gateways))

    @property
    def _gateways(self) -> list[str]:
        return sorted(name for name, user in self._users.items() if user.role is Role.GATEWAY and user.active)

    @property
    def _stations(self) -> Mapping[str, Station]:
        return self._context.state.snapshot.stations

    @property
    def _before(self) -> Station | None:
        return self._stations.get(self._edited) if self._edited else None

    # The content

    def _show_sections(self) -> None:
        place = self._position()
        outside = self._context.places.outside_question(self._context.places.suggestion_at(*place)) if place else ""
        self._form.show_sections(
            station_sections(
                self._texts,
                edited=self._before,
                stations=self._stations,
                place=self._describe(place),
                is_outside=bool(outside),
                gateways=self._gateways,
            )
        )
        self._show_plan()

    def _position(self) -> tuple[float, float] | None:
        try:
            return parse_position(self._texts.get(POSITION, ""))
        except CoordinateError:
            return None

    def _describe(self, place: tuple[float, float] | None) -> str:
        return self._context.places.suggestion_at(*place).detail if place else ""

    def _on_changed(self, code: str) -> None:
        self._keep_texts()
        if code == KIND and not self._edited and parameter_count(self._texts) == 1:
            self._texts |= parameter_texts(1, main_parameter_of(self._texts[KIND]))
        if code.endswith(".parameter"):
            self._texts |= parameter_texts(int(code[1 : code.index(".")]), self._texts[code])
        if code.endswith(_RESTRUCTURING) and code != POSITION:
            self._show_sections()
        elif code == POSITION:
            self._on_position_typed()
        else:
            self._show_plan()
        self._schedule()

    def _on_position_typed(self) -> None:
        """Show the place that is meant; sections change only when the field is left or picked."""
        place = self._position()
        self._form.fields.show_hint(POSITION, self._describe(place))
        nagari = nagari_texts(self._context, *place).get(NAGARI, "") if place else ""
        if nagari and self._texts.get(NAGARI, "") in ("", self._nagari):
            self._nagari = nagari
            self._form.fields.show_text(NAGARI, nagari)
        self._show_plan()

    def _keep_texts(self) -> None:
        self._texts |= self._form.texts

    def _schedule(self) -> None:
        content = {code: text for code, text in self._texts.items() if code != PHOTOS}
        if self._key and content != self._shown:
            self._drafts.schedule(self._key, content)

    def _on_parameter_added(self) -> None:
        self._keep_texts()
        used = {self._texts.get(f"p{n}.parameter") for n in range(1, parameter_count(self._texts) + 1)}
        code = next((each for each in _OTHER_PARAMETERS if each not in used), _OTHER_PARAMETERS[0])
        self._texts = with_more_parameters(self._texts, code)
        self._show_sections()
        self._form.fields.focus_field(f"p{parameter_count(self._texts)}.parameter")
        self._schedule()

    def _on_parameter_removed(self, code: str) -> None:
        self._keep_texts()
        self._texts = without_parameter(self._texts, int(code))
        self._show_sections()
        self._schedule()

    # Map

    def _show_plan(self) -> None:
        plan = planned_stations(self._texts, self._position(), self._stations, edited=self._before)
        self._context.canvas.show_planned(*plan)

    def _on_action_requested(self, code: str) -> None:
        if code == PICK:
            self._context.canvas.begin_pick()
            self._picks = True
        elif code == CHOOSE_PHOTOS:
            name = self._texts.get("name") or _("the station")
            ask_for_paths(files_dialog(self._form, name), self._on_photos_chosen)

    def _on_photos_chosen(self, files: Sequence[Path]) -> None:
        self._photos = tuple(files)
        self._keep_texts()
        self._texts[PHOTOS] = ", ".join(file.name for file in files)
        self._show_sections()

    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        if not self._picks:
            return
        self._picks = False
        self._keep_texts()
        self._texts |= {POSITION: position_text(lon_deg, lat_deg)} | nagari_texts(self._context, lon_deg, lat_deg)
        self._show_sections()
        self._form.fields.focus_field(POSITION)
        self._schedule()

    def _on_pick_cancelled(self) -> None:
        if self._picks:
            self._picks = False
            self._form.fields.focus_field(POSITION)

    # Saving

    def _on_submitted(self) -> None:
        self._keep_texts()
        before, scope = self._before, self._context.state.scope
        code = self._edited or new_station_code(self._texts, scope)
        try:
            station = parse_station(self._texts, code, before=before, now=self._context.state.now())
        except InvalidStationForm as error:
            self._show_errors(missing_fields(self._texts, is_new=before is None) | error.errors)
            return
        station = station_in_scope(station, scope) if before is None else station
        errors = self._problems(station, before)
        if errors:
            self._show_errors(errors)
            return
        try:
            drafts = station_form_drafts(self._texts, station, before, self._stations)
        except NotPossible as refusal:
            self._show_errors({REASON: describe_not_possible(refusal)})
            return
        self._save(station, drafts, is_new=before is None)

    def _problems(self, station: Station, before: Station | None) -> dict[str, str]:
        """Return the message for each field that has a problem, the first one of each."""
        context = window_registration_context(self._context, self._users)
        errors: dict[str, str] = {}
        if too_long := describe_reason_length(self._texts.get(REASON, "")):
            errors[REASON] = too_long
        for problem in check_station(station, context, before=before):
            errors.setdefault(form_field_of(problem.field), describe_problem(problem))
        return errors

    def _show_errors(self, errors: Mapping[str, str]) -> None:
        self._show_sections()
        shown = self._form.texts
        first = next((code for code in shown if code in errors), "")
        hidden = [error for code, error in errors.items() if code not in shown]
        n = len(errors)
        summary = ngettext("{n} field needs another value.", "{n} fields need another value.", n).format(n=n)
        self._form.show_errors(errors, " ".join((summary, *hidden)))
        self._form.fields.focus_field(first)

    def _save(self, station: Station, drafts: Sequence[Draft], *, is_new: bool) -> None:
        message = _("Station {station} is registered.") if is_new else _("Station {station} is changed.")
        key, photos = self._key, self._photos

        def on_saved(_saved: object) -> None:
            self._drafts.discard(key)
            self._arrivals.expect(station.code, photos)
            if self._key == key:
                self._forget()
                self.leave()
            self._context.notifier.done(message.format(station=station.name))

        self._context.save(lambda _store: tuple(drafts), on_saved=on_saved)

    def _on_discarded(self) -> None:
        key, content, opened = self._key, dict(self._texts), self._edited
        changed = content != self._shown
        self._drafts.discard(key)
        self._forget()
        self.leave()
        if changed:
            user = self._drafts.user
            self._context.notifier.done(
                _("The form is discarded."), undo=lambda: self._restore(content, opened, user)
            )

    def _restore(self, content: dict[str, str], edited: str, user: str) -> None:
        if user != self._drafts.user:
            return
        if edited:
            self._context.selection.choose_station(edited)
            self.begin_edit()
        else:
            self.begin()
        self._texts = content
        self._show_sections()
        self._schedule()

    def _forget(self) -> None:
        self._key, self._texts, self._photos = "", {}, ()

    def _on_page_changed(self) -> None:
        if self._context.side.page is not SidePage.STATION:
            self._picks = False
            self._context.canvas.show_planned(())

    def _on_user_changed(self) -> None:
        """Close the form; its draft stays for the user who typed it."""
        self._forget()
        if self._context.side.page is SidePage.STATION:
            self.leave()
