"""The options `--answer CODE=VALUE` and `--at-risk N`, and their parsers."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import click
from msgspec import UNSET, UnsetType

from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.answers import InvalidAnswer, read_answer, read_people_at_risk
from tabuah.operations.incidents.entry_bodies import MAX_ANSWERS, Answer, IncidentAnswered
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import invalid_answer_text, invalid_people_text

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


def answer_options(function: FunctionT) -> FunctionT:
    """Add `--answer CODE=VALUE`, which may be repeated, and `--at-risk N` to a command."""
    at_risk = click.option("--at-risk", metavar="N", help=N_("People at risk: a number, none or unknown."))
    answers = click.option(
        "--answer",
        "answers",
        multiple=True,
        metavar="CODE=VALUE",
        help=N_("An answer to a question about the hazard; see `tabuah incident questions`."),
    )
    return answers(at_risk(function))


def read_answered(
    hazard: Hazard, pairs: Sequence[str], at_risk: str | None, *, stored: Iterable[str] = ()
) -> IncidentAnswered:
    """Return the answers of the options.

    Args:
        hazard: the questions are those of this hazard.
        pairs: `CODE=VALUE`; an empty value takes an answer back.
        at_risk: people at risk, None if not given.
        stored: codes with an answer, which may be taken back even if the profile does not have them any more.

    Raises:
        click.UsageError: a code or a value is not valid; the message names the valid ones.
    """
    if len(pairs) > MAX_ANSWERS:
        raise click.UsageError(_("give at most {n} answers").format(n=MAX_ANSWERS))
    read: dict[str, Answer] = {}
    for pair in pairs:
        answer = _read_pair(hazard, pair, frozenset(stored))
        if answer.question in read:
            raise click.UsageError(_("{field} is given twice").format(field=answer.question))
        read[answer.question] = answer
    return IncidentAnswered(answers=tuple(read.values()), people_at_risk=_read_at_risk(at_risk))


def _read_at_risk(text: str | None) -> int | None | UnsetType:
    if text is None:
        return UNSET
    try:
        return read_people_at_risk(text)
    except ValueError:
        raise click.UsageError(f"--at-risk: {invalid_people_text()}") from None


def _read_pair(hazard: Hazard, pair: str, stored: frozenset[str]) -> Answer:
    code, equals, text = pair.partition("=")
    code, text = code.strip().lower(), text.strip()
    if not equals:
        raise click.UsageError(_("{pair} is not of the form CODE=VALUE").format(pair=pair))
    if not text and code in stored:
        return Answer(question=code, value=None)
    asked = {question.code: question for question in current_regency().hazard(hazard).asked}
    if code not in asked:
        codes = ", ".join(asked) or "–"
        message = _("{code} is no question about the hazard {hazard}; questions are: {codes}")
        raise click.UsageError(message.format(code=code, hazard=code_label(hazard), codes=codes))
    try:
        return Answer(question=code, value=read_answer(asked[code], text))
    except InvalidAnswer as error:
        raise click.UsageError(f"{code}: {invalid_answer_text(error)}") from error
