"""Text about mappings of gateways: their trial on a message, and those in force."""

from collections.abc import Sequence

from tabuah.operations.gateways.configuration import MappingProblem
from tabuah.operations.gateways.recorded_message import MappingTrial
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.text.file_errors import describe_file_message


def describe_mappings_in_force(names: Sequence[str], *, receives: bool) -> str:
    """Return which mappings are in force; `receives` is whether the server receives messages by MQTT."""
    text = _("In force: {mappings}.").format(mappings=", ".join(names))
    waits = _("The server receives nothing by MQTT; they apply once it is started with --mqtt.")
    return text if receives else f"{text} {waits}"


def describe_trial(trial: MappingTrial) -> str:
    """Return how much of a message a mapping reads."""
    if not trial.mapping:
        return _("No mapping matches the topic.")
    read = sum(each.reading is not None for each in trial.posted)
    unread = len(trial.posted) - read
    name = _("Mapping {name}").format(name=trial.mapping)
    found = ngettext("{n} reading", "{n} readings", read).format(n=format_number(read))
    if not trial.posted:
        return f"{name}: " + _("The message has no readings.")
    refused = ngettext("{n} refusal", "{n} refusals", unread).format(n=format_number(unread)) if unread else ""
    return f"{name}: " + ", ".join(part for part in (found, refused) if part) + "."


def describe_read_messages(read: int, of: int) -> str:
    """Return how many of the recorded messages the mappings read."""
    return _("{n} of {of} recorded messages are read.").format(n=format_number(read), of=format_number(of))


def describe_problems(n: int) -> str:
    """Return how many errors the text of the mappings has."""
    return ngettext("The mappings have {n} error.", "The mappings have {n} errors.", n).format(n=n)


def describe_problem(problem: MappingProblem) -> tuple[str, str]:
    """Return the place of an error, and the error as the reader of the file words it."""
    where = _("Line {n}").format(n=format_number(problem.line)) if problem.line else _("The file")
    text = _("This is no TOML: {error}") if problem.is_syntax else _("This cannot be used: {error}")
    return where, text.format(error=describe_file_message(problem.text))
