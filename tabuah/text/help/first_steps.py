"""The first steps on a new computer, each with its state, instructions and the remedy if it fails."""

from enum import StrEnum
from typing import Final

import msgspec

from tabuah.resources.localisation import _, current_language, ngettext
from tabuah.text.people.lock_screen import describe_lock_time

_NAMES: Final = {"id": "Bahasa Indonesia", "en": "English"}


class StepCode(StrEnum):
    """The steps in their order."""

    LANGUAGE = "language"
    SERVER = "server"
    MAP = "map"
    SOUND = "sound"
    LOCK = "lock"
    KEYS = "keys"


class ConsoleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a console that its first steps depend on.

    Attributes:
        user, server: of the log-in; empty without one.
        is_map_loaded: the map of the regency is read.
        has_boundaries: the official boundaries are imported.
        layers: number of the other imported layers.
        map_problems: descriptions of map files that cannot be read.
        is_muted: the alarm sound is muted for some minutes.
        lock_min: minutes without input until the window locks, 0 for never.
        lock_is_chosen: a person chose this time.
        marked: steps that a person marked as done.
    """

    user: str = ""
    server: str = ""
    is_map_loaded: bool = False
    has_boundaries: bool = False
    layers: int = 0
    map_problems: tuple[str, ...] = ()
    is_muted: bool = False
    lock_min: int = 0
    lock_is_chosen: bool = False
    marked: frozenset[StepCode] = frozenset()


class FirstStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step.

    Attributes:
        code: its code.
        title: a few words.
        is_done: the facts of the console say so, or a person marked it.
        is_found_done: the facts of the console say so.
        status: its present state.
        instructions: one sentence each.
        failure: the remedy if it fails.
        act: label of the button that does it.
        mark: label of the button that marks it as done.
    """

    code: StepCode
    title: str
    is_done: bool
    is_found_done: bool
    status: str
    instructions: tuple[str, ...]
    failure: str
    act: str
    mark: str


def first_steps(facts: ConsoleFacts) -> tuple[FirstStep, ...]:
    """Return the steps in the current language."""
    return (_language(facts), _server(facts), _map(facts), _sound(facts), _lock(facts), _keys(facts))


def first_steps_summary(steps: tuple[FirstStep, ...]) -> str:
    """Return the number of steps that are done, and the keys that close the guide and open it again."""
    done = _("{done} of {all} done").format(done=sum(step.is_done for step in steps), all=len(steps))
    return f"{done}. {_('Esc leaves the guide, Shift+F1 opens it again. Work is possible at any time.')}"


def _step(
    facts: ConsoleFacts,
    code: StepCode,
    *,
    title: str,
    status: str,
    instructions: tuple[str, ...],
    failure: str,
    act: str,
    is_found_done: bool = False,
    mark: str = "",
) -> FirstStep:
    return FirstStep(
        code=code,
        title=title,
        is_done=is_found_done or code in facts.marked,
        is_found_done=is_found_done,
        status=status,
        instructions=instructions,
        failure=failure,
        act=act,
        mark=_("Not done") if code in facts.marked else mark or _("Done"),
    )


def _language(facts: ConsoleFacts) -> FirstStep:
    present, other = (_NAMES[code] for code in sorted(_NAMES, key=lambda code: code != current_language()))
    return _step(
        facts,
        StepCode.LANGUAGE,
        title="Bahasa · Language",
        status=_("The window is in this language: {language}.").format(language=present),
        instructions=(
            _("Enter or F10 opens the window in the other language: {language}.").format(language=other),
            _("Theme and text size are in the settings (Ctrl+,)."),
        ),
        failure=_("A form that is open keeps the language: save or close it first."),
        act=other,
    )


def _server(facts: ConsoleFacts) -> FirstStep:
    status = _("Not logged in. Reports are saved on this computer and sent after the log-in.")
    if facts.user:
        status = _("Logged in as {user} at {server}.").format(user=facts.user, server=facts.server)
    return _step(
        facts,
        StepCode.SERVER,
        title=_("Join the server"),
        is_found_done=bool(facts.user),
        status=status,
        instructions=(
            _("Get address, user name, password and pairing code from the administrator in person or by telephone."),
            _("Enter opens the log-in. The pairing code is needed once, for a server with its own certificate."),
            _("The badge in the header says “Synced” when incidents, stations and rules have arrived."),
            _("Without a server, mark this step. For a demonstration with simulated data run “tabuah demo”."),
        ),
        failure=_(
            "No answer: check the network cable and the address. Pairing code refused: compare it word by word with "
            "the administrator, and never accept one from somebody else. Nothing written here is lost."
        ),
        act=_("Log in"),
        mark=_("Go on without a server"),
    )


def _map(facts: ConsoleFacts) -> FirstStep:
    return _step(
        facts,
        StepCode.MAP,
        title=_("Check the map"),
        is_found_done=facts.has_boundaries and not facts.map_problems,
        status=_map_status(facts),
        instructions=(
            _("The shipped map has the regency, its kecamatan and nagari, rivers, lakes and roads."),
            _("Official boundaries, and layers such as schools or bridges, come from files: Enter chooses one."),
            _("GeoPackage, GeoJSON, shapefile in a ZIP file, and OpenStreetMap files are read."),
        ),
        failure=_("The import says which file or column is wrong; the map from before stays in use."),
        act=_("Import a map file"),
        mark=_("The map is enough"),
    )


def _map_status(facts: ConsoleFacts) -> str:
    if facts.map_problems:
        return _("Not readable: {files}").format(files="; ".join(facts.map_problems))
    if not facts.is_map_loaded:
        return _("The map is still being read.")
    status = _("The shipped map is in use; its boundaries are estimates.")
    if facts.has_boundaries:
        status = _("Official boundaries are imported.")
    if not facts.layers:
        return status
    layers = ngettext("{n} imported layer", "{n} imported layers", facts.layers).format(n=facts.layers)
    return f"{status} {layers}."


def _sound(facts: ConsoleFacts) -> FirstStep:
    status = _("The alarm sound is on.")
    if facts.is_muted:
        status = _("The alarm sound is muted for some minutes; new alarms sound all the same.")
    return _step(
        facts,
        StepCode.SOUND,
        title=_("Test the alarm sound"),
        status=status,
        instructions=(
            _("Enter plays the tone of a high alarm."),
            _("Mark this step when it was clearly heard at the place of work."),
        ),
        failure=_(
            "No sound: turn up the volume of the computer and choose the right loudspeaker, then test again. Linux "
            "needs pw-play, paplay or aplay. Alarms stay visible in the strip at the top."
        ),
        act=_("Play the tone"),
        mark=_("Heard it"),
    )


def _lock(facts: ConsoleFacts) -> FirstStep:
    return _step(
        facts,
        StepCode.LOCK,
        title=_("Lock the window"),
        is_found_done=facts.lock_is_chosen,
        status=_("Locks by itself: {time}.").format(time=describe_lock_time(facts.lock_min)),
        instructions=(
            _("F12 locks the window after a log-in; the password opens it. Alarms stay visible and audible."),
            _("Enter opens the settings, which say after how many minutes it locks by itself."),
        ),
        failure=_("Password forgotten: the administrator gives a one-time code. Changes on this computer stay here."),
        act=_("Settings"),
        mark=_("The time is right"),
    )


def _keys(facts: ConsoleFacts) -> FirstStep:
    return _step(
        facts,
        StepCode.KEYS,
        title=_("Learn the keys"),
        status=_("Every action has a key or is found with Ctrl+K."),
        instructions=(
            _("Enter shows all keys; there, Ctrl+P saves the key card as PDF for printing."),
            _("N reports an incident, F1 helps with what has the focus."),
        ),
        failure=_("A letter does nothing while a text field has the focus: press Esc first."),
        act=_("All keys"),
    )
