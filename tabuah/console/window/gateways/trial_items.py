"""Trials of mappings as display values: recorded messages, readings and refusals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.gateways.configuration import MappingProblem, find_problems, read_mappings
from tabuah.operations.gateways.recorded_message import MappingTrial, RecordedMessage, try_mappings
from tabuah.operations.readings.reading import Doubt, PostedReading
from tabuah.resources.localisation import _, format_age, format_moment, format_number
from tabuah.text.gateways.mapping_trials import (
    describe_problem,
    describe_problems,
    describe_read_messages,
    describe_trial,
)
from tabuah.text.readings.measurements import describe_doubt, format_value, parameter_name
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.gateways.values import TrialView
from tabuah.widgets.values import Level

MOST_LINES: Final = 500


class MappingTrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial: errors of the text, the message on the screen, and which recorded messages are read."""

    problems: tuple[MappingProblem, ...] = ()
    trial: MappingTrial | None = None
    read: tuple[bool, ...] = ()
    names: tuple[str, ...] = ()


def run_trial(text: str, message: RecordedMessage | None, recorded: Sequence[RecordedMessage]) -> MappingTrialResult:
    """Read a message and all recorded ones by the mappings of a text; nothing is stored."""
    problems = find_problems(text)
    if problems:
        return MappingTrialResult(problems=problems)
    mappings = read_mappings(text)
    return MappingTrialResult(
        trial=try_mappings(mappings, message) if message is not None and message.topic else None,
        read=tuple(try_mappings(mappings, each).is_read for each in recorded),
        names=tuple(mapping.name for mapping in mappings),
    )


def message_lines(recorded: Sequence[RecordedMessage], read: Sequence[bool], now: datetime) -> tuple[LevelLine, ...]:
    """Return the recorded messages as rows; those that the mappings on the screen read are normal."""
    shown = [*read, *(False,) * len(recorded)]
    return tuple(
        LevelLine(
            id=str(number),
            level=Level.NORMAL if is_read else Level.ATTENTION,
            text=message.topic or _("no topic"),
            about=" · ".join(part for part in (message.mapping or _("no mapping"), message.account) if part),
            at=format_age(max(now - message.received_at, now - now)),
            author=_("{n} bytes").format(n=format_number(len(message.payload))),
        )
        for number, (message, is_read) in enumerate(zip(recorded, shown, strict=False))
    )


def no_messages(*, is_known: bool) -> tuple[str, str]:
    """Return title and text of the empty list; `is_known` is whether the server has answered."""
    title = _("No recorded messages.") if is_known else _("The list is not known without the server.")
    return title, _("Paste a message to try the mappings on it.")


def trial_view(result: MappingTrialResult, stations: Mapping[str, object]) -> TrialView:
    """Return a result with a row for each reading and each refusal; `stations` are the registered ones."""
    if result.problems:
        lines = tuple(_problem_lines(result.problems))
        return TrialView(summary=describe_problems(len(result.problems)), level=Level.CRITICAL, lines=lines)
    counts = describe_read_messages(sum(result.read), len(result.read)) if result.read else ""
    if result.trial is None:
        return TrialView(summary=counts or _("The mappings can be read."), level=Level.NORMAL)
    trial = result.trial
    level = Level.NORMAL if trial.is_read else Level.ATTENTION
    summary = " ".join(part for part in (describe_trial(trial), counts) if part)
    return TrialView(summary=summary, level=level, lines=tuple(_posted_lines(trial.posted, stations)))


def _problem_lines(problems: Iterable[MappingProblem]) -> Iterator[LevelLine]:
    for number, problem in enumerate(problems):
        where, text = describe_problem(problem)
        yield LevelLine(id=str(number), level=Level.CRITICAL, text=where, about=text)


def _posted_lines(posted: Sequence[PostedReading], stations: Mapping[str, object]) -> Iterator[LevelLine]:
    for number, each in enumerate(posted[:MOST_LINES]):
        reading = each.reading
        if reading is None:
            doubt = describe_doubt(each.doubt or Doubt.MALFORMED)
            yield LevelLine(id=str(number), level=Level.HIGH, text=doubt, about=each.raw)
            continue
        is_known = reading.station in stations
        value = format_value(reading.parameter, reading.value)
        yield LevelLine(
            id=str(number),
            level=Level.NORMAL if is_known else Level.ATTENTION,
            text=f"{parameter_name(reading.parameter)}: {value}",
            about=reading.station if is_known else f"{reading.station} · {_('not registered')}",
            author=format_moment(reading.at),
        )
