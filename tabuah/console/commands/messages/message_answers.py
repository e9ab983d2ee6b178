"""`tabuah message answer`, `withdraw` and `templates`: answer senders in their channel; works offline."""

import click

from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_text
from tabuah.console.commands.messages.messages import find_message, message_group
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.messages.answer import MessageAnswer
from tabuah.operations.messages.answer_drafts import answer_message, withdraw_answer
from tabuah.operations.messages.answer_templates import answer_templates, find_template
from tabuah.operations.messages.message import Message
from tabuah.resources.localisation import N_, _, current_language
from tabuah.resources.regency_profile import AnswerTemplate
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.messages.answer_text import answered_already

_ID = click.argument("key", metavar="ID")


@message_group.command("answer", help=N_("Answer the sender in the channel of the message; the server sends it."))
@_ID
@click.argument("text", required=False, default="", metavar="[TEXT]")
@click.option(
    "--template",
    default="",
    metavar="CODE",
    help=N_("A sentence of the profile, before TEXT, in the language of --language."),
)
@click.option("--again", is_flag=True, help=N_("Also where an answer was sent or waits."))
@click.pass_obj
def answer(call: Invocation, *, key: str, text: str, template: str, again: bool) -> None:
    sentence = _sentence(template) if template else ""
    written = " ".join(filter(None, (sentence, text.strip())))
    with call.open_store() as store:
        found = find_message(store, key)
        draft = _draft(store, found, written)
        if (earlier := answered_already(found.answers)) and not again:
            raise click.UsageError(_("{earlier} To answer once more, add --again.").format(earlier=earlier))
        saved = store.save(draft)
    if earlier:
        print_error(earlier)
    text = _("The answer is saved. The server sends it; until then: tabuah message withdraw {id}")
    if found.exercise:
        text = _("The answer is saved. Answers of an exercise are not sent.")
    record = {"id": found.id, "answer": saved.entry.id}
    call.show(record, lambda: print_text(text.format(id=found.id[:13])))


def _draft(store: ConsoleStore, found: Message, text: str) -> Draft:
    return answer_message(found, text, store.personal_of(found.received_entry), salt=new_salt())


def _sentence(code: str) -> str:
    found = find_template(code)
    if found is None:
        known = ", ".join(each.code for each in answer_templates())
        raise click.UsageError(_("There is no template {code}. Known are: {known}").format(code=code, known=known))
    return found.text(current_language())


@message_group.command("withdraw", help=N_("Take back the newest answer that has not been sent."))
@_ID
@click.pass_obj
def withdraw(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        found = find_message(store, key)
        taken_back = _newest_waiting(found)
        store.save(withdraw_answer(found, taken_back))
    record = {"id": found.id, "answer": taken_back.entry}
    call.show(record, lambda: print_text(_("The answer is withdrawn.")))


def _newest_waiting(found: Message) -> MessageAnswer:
    if not found.unsent_answers:
        raise NotPossible("answer_not_waiting")
    return found.unsent_answers[-1]


@message_group.command("templates", help=N_("List the sentences of the profile for answers, in both languages."))
@click.pass_obj
def templates(call: Invocation) -> None:
    table = ItemTable[AnswerTemplate](
        kind="template",
        headers=[_("Code"), "id", "en"],
        name=lambda each: each.code,
        record=lambda each: each,
        cells=lambda each: [each.code, each.id, each.en],
    )
    call.show_items(list(answer_templates()), table, empty=_("The profile has no sentences."))
