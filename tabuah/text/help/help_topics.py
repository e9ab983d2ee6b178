"""The topics of the help: a title, short steps, the panels that a topic is about, and its actions."""

from typing import Final

import msgspec

from tabuah.resources.localisation import N_, _


class HelpTopic(msgspec.Struct, frozen=True, kw_only=True):
    """One topic. Title and steps are English and marked for translation.

    Attributes:
        code: its name.
        panels: object names of the widgets that it is about.
        actions: ids of actions of the window, the most important one first.
    """

    code: str
    title: str
    steps: tuple[str, ...]
    panels: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def shown_title(self) -> str:
        """The title in the current language."""
        return _(self.title)

    @property
    def shown_steps(self) -> tuple[str, ...]:
        """The steps in the current language."""
        return tuple(_(step) for step in self.steps)


TOPICS: Final = (
    HelpTopic(
        code="first_steps",
        title=N_("Prepare a new computer"),
        steps=(
            N_("Shift+F1 opens the first steps. Up and Down choose one, Enter does it, Ctrl+D marks it as done."),
            N_("Each step says what is so now, and what to do when it fails."),
            N_("Escape leaves them at any time; what was marked is kept."),
        ),
        actions=("first_steps", "log_in", "settings", "import_map", "key_card"),
    ),
    HelpTopic(
        code="report",
        title=N_("Report an incident from a call"),
        panels=("report_form",),
        steps=(
            N_("Press N in any window. The form opens at the place."),
            N_("Type the name of the nagari, coordinates, or a link of a map."),
            N_("Tab goes to the next field. Enter saves; in the note, Ctrl+Enter saves."),
            N_("Escape closes the form and keeps the draft. N opens it again."),
        ),
        actions=("report", "caller", "answers", "callers"),
    ),
    HelpTopic(
        code="alarms",
        title=N_("Answer an alarm"),
        panels=("alarm_strip", "alarms_dialog"),
        steps=(
            N_("The strip shows the worst alarm. A shows the next one, L its place on the map."),
            N_("T acknowledges it. For ten seconds Ctrl+Z takes that back."),
            N_("I makes an incident of it, with place, hazard and value filled in."),
            N_("Shift+T silences it for a stated time and reason. Shift+M mutes the sound; new alarms still sound."),
        ),
        actions=("acknowledge", "make_incident", "next_alarm", "locate", "shelve", "mute", "alarms"),
    ),
    HelpTopic(
        code="incident",
        title=N_("Work on an incident"),
        panels=("incident_board", "incident_panel", "edit_form"),
        steps=(
            N_("Select it on the board (Ctrl+1) or on the map. The details show all that is known."),
            N_("D assigns units, M changes the status, C adds a note, F a photo."),
            N_("E corrects fields, P the place. H records casualties and damage."),
            N_("Ctrl+Z undoes the latest change that can be undone."),
        ),
        actions=("dispatch", "move", "note", "edit", "photo", "figures", "add_task", "undo"),
    ),
    HelpTopic(
        code="messages",
        title=N_("Deal with messages"),
        panels=("message_list_dialog", "answer_card"),
        steps=(
            N_("Ctrl+Shift+M lists the messages; those that wait come first. Enter reports an incident."),
            N_("A answers the sender. Alt and a digit insert a sentence, Ctrl+Enter sends, Escape keeps the text."),
            N_("Ctrl+Z or W withdraws an answer that was not sent yet. If an answer fails, A sends it again."),
            N_("J joins a message to a known incident. M shows it on the map. X closes one that needs no work."),
        ),
        actions=("messages", "report"),
    ),
    HelpTopic(
        code="map",
        title=N_("Use the map without a mouse"),
        panels=("map_view", "layers_panel"),
        steps=(
            N_("Ctrl+2 goes to the map. Arrow keys move it, + and - change the scale."),
            N_("In a tool, Space clicks under the cross at the centre."),
            N_("G goes to a place or to coordinates. Ctrl+D bookmarks the view."),
            N_("Escape discards the current figure. A second Escape ends the tool."),
        ),
        actions=("focus_map", "home", "go_to", "keep_view", "tool_distance", "print", "toggle_layers"),
    ),
    HelpTopic(
        code="stations",
        title=N_("Read a station"),
        panels=("station_chart", "station_dialog", "stations_dialog"),
        steps=(
            N_("Y opens the page of the selected station: health, limits, history."),
            N_("Green always means fresh data. Grey means that the value is old or missing."),
            N_("W enters readings by hand. They are kept here until the server has them."),
        ),
        actions=("station_page", "stations", "type_reading", "compare_gauges", "save_chart"),
    ),
    HelpTopic(
        code="units",
        title=N_("Find and send units"),
        panels=("units_panel",),
        steps=(
            N_("Ctrl+U shows or hides the units."),
            N_("D lists the units for the selected incident by distance."),
        ),
        actions=("toggle_units", "dispatch", "register_unit"),
    ),
    HelpTopic(
        code="offline",
        title=N_("Work without a connection"),
        steps=(
            N_("Go on working. Every change is saved on this computer at once and sent later."),
            N_("The badge in the header shows how many changes are not sent yet, and since when."),
            N_("Without any network, Ctrl+Shift+E exports a bundle that a USB stick can carry."),
            N_("B shows changes that wait for a supervisor, Shift+B those that were rejected."),
        ),
        actions=("sync", "data_saver", "export_bundle", "import_bundle", "held", "rejected"),
    ),
    HelpTopic(
        code="conflicts",
        title=N_("Settle a conflict"),
        panels=("conflict_resolver",),
        steps=(
            N_("Two people changed the same field without seeing each other's change. Both values are kept."),
            N_("K shows both, with author and time. Choose one; the other stays in the history."),
        ),
        actions=("settle", "merge", "unmerge"),
    ),
    HelpTopic(
        code="search",
        title=N_("Find anything"),
        panels=("command_palette", "incident_list_dialog"),
        steps=(
            N_("Ctrl+K finds incidents, stations, contacts, places and every command."),
            N_("Ctrl+I lists all incidents, ended ones too: search, filter, export."),
        ),
        actions=("palette", "incident_list", "filter", "callers", "contacts"),
    ),
    HelpTopic(
        code="replay",
        title=N_("Look at the past"),
        panels=("time_bar",),
        steps=(
            N_("J shows the past on the map. Alarms and work go on in the present."),
            N_("Space plays or pauses. [ and ] go to the previous and the next event."),
            N_("J returns to the present."),
        ),
        actions=("replay",),
    ),
    HelpTopic(
        code="shift",
        title=N_("Hand over a shift"),
        panels=("duty_shift_dialog", "roster_dialog"),
        steps=(
            N_("Ctrl+Shift+S opens the shift on duty: people, log and promises."),
            N_("Prepare the handover at the end. One person of each side confirms it."),
        ),
        actions=("shift", "shift_handover", "roster"),
    ),
    HelpTopic(
        code="exercises",
        title=N_("Take part in an exercise"),
        panels=("exercise_banner", "exercises_dialog"),
        steps=(
            N_("In an exercise the window has a violet frame, and everything says EXERCISE."),
            N_("A critical alarm of the real world still sounds and is shown."),
        ),
        actions=("exercises", "leave_exercise"),
    ),
    HelpTopic(
        code="keyboard",
        title=N_("Lists and forms by keyboard"),
        steps=(
            N_("In the window of a list, arrow keys choose a row and Enter runs its first button."),
            N_("In a form, Tab goes on, Enter saves and Escape closes. Letters are no shortcuts there."),
            N_("N, J and the function keys work in every window. F1 shows the help for what has the focus."),
        ),
        actions=("focus_board", "focus_map", "focus_details", "help", "key_card"),
    ),
    HelpTopic(
        code="window",
        title=N_("Adjust the window"),
        panels=("settings_dialog", "wall_view"),
        steps=(
            N_("Ctrl+, opens all settings. Up and Down choose one, Left and Right change it, Ctrl+Z undoes it."),
            N_("F9 changes between the dark and the light theme, F10 the language."),
            N_("Ctrl++ and Ctrl+- change the size of the text. F6, F7 and F8 show or hide panels."),
            N_("F12 locks the window. Alarms stay visible and audible."),
            N_("Ctrl+F11 shows map, clock and worst alarms in large type on the second screen. Escape leaves it."),
        ),
        actions=(
            "settings",
            "theme",
            "language",
            "larger",
            "smaller",
            "full_screen",
            "wall_view",
            "lock",
            "lock_time",
        ),
    ),
)


def topic_of_panels(panels: tuple[str, ...]) -> HelpTopic | None:
    """Return the topic of the first panel that has one; the innermost panel comes first."""
    return next((topic for panel in panels for topic in TOPICS if panel in topic.panels), None)
