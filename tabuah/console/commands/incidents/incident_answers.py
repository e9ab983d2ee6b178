"""`tabuah incident answer` and `questions`: answers to the questions about a hazard, and people at risk."""

from datetime import datetime
from typing import Any, NamedTuple

import click

from tabuah.console.commands.command_classes import Code, PastMoment
from tabuah.console.commands.incidents.answer_options import answer_options, read_answered
from tabuah.console.commands.incidents.incident_changes import save_change
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, ItemTable
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.drafts import answer_questions, has_answers
from tabuah.resources.hazard_questions import HazardQuestion, QuestionKind
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import answer_text, question_kind_label


class _ListedQuestion(NamedTuple):
    hazard: Hazard
    question: HazardQuestion


@incident_group.command("answer", help=N_("Add or correct answers of a caller, or the people at risk."))
@click.argument("incident", metavar="ID")
@answer_options
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("Time of the answers (local time); default: now.")
)
@click.pass_obj
def answer(
    call: Invocation, *, incident: str, answers: tuple[str, ...], at_risk: str | None, occurred_at: datetime | None
) -> None:
    with call.open_store() as store:
        found = store.incident(incident)
        body = read_answered(found.hazard, answers, at_risk, stored=found.intake.answers)
        if not has_answers(body):
            raise click.UsageError(_("give at least one --answer, or --at-risk"))
        save_change(call, store, answer_questions(found, body, occurred_at=occurred_at))


@incident_group.command("questions", help=N_("List the questions for the caller, with their codes."))
@click.argument("hazard", required=False, type=Code(Hazard), metavar="[HAZARD]")
@click.pass_obj
def questions(call: Invocation, *, hazard: Hazard | None) -> None:
    profile = current_regency()
    listed = [
        _ListedQuestion(each, question)
        for each in ([hazard] if hazard else Hazard)
        for question in profile.hazard(each).asked
    ]
    table = ItemTable[_ListedQuestion](
        kind="question",
        headers=[_("Hazard"), _("Code"), _("Question"), _("Kind"), _("Answers")],
        name=lambda each: each.question.code,
        record=_record,
        cells=lambda each: [
            code_label(each.hazard),
            each.question.code,
            each.question.text,
            question_kind_label(each.question.kind),
            _describe_limits(each.question),
        ],
    )
    call.show_items(listed, table, empty=_("The profile has no questions for this hazard."))


def _describe_limits(question: HazardQuestion) -> str:
    match question.kind:
        case QuestionKind.NUMBER:
            return f"{answer_text(question.at_least)} – {answer_text(question.at_most, question)}"
        case QuestionKind.CHOICE:
            return ", ".join(question.choices)
    return ""


def _record(each: _ListedQuestion) -> dict[str, Any]:
    question = each.question
    is_number = question.kind is QuestionKind.NUMBER
    return {
        "hazard": each.hazard.value,
        "code": question.code,
        "text": question.text,
        "kind": question.kind.value,
        "unit": question.unit,
        "at_least": question.at_least if is_number else None,
        "at_most": question.at_most if is_number else None,
        "choices": list(question.choices),
    }
