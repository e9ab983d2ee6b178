"""`tabuah rule`: the rules in words, and what a rule would have raised in the past."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.parameters import Moment
from tabuah.console.commands.rule_trials import show_bulletin_trial, show_trial
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.bulletins.rule_checking import faults_of_bulletin_rule
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_key
from tabuah.operations.rules.either import AnyRule, subject_of_rule, tell_any_rule
from tabuah.operations.rules.gestures import put_into_force, retire_rule
from tabuah.operations.rules.reading import BadRule, read_rule, write_rule
from tabuah.resources.catalogue import N_, _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore

rule_group = TabuahGroup("rule", help=N_("See the rules that raise alarms, and try them on the past."))


@rule_group.command("list", help=N_("List the rules in words; nothing here needs the server."))
@click.pass_obj
def list_rules(call: Invocation) -> None:
    """List the rules: those about series, then those about what agencies tell."""
    with call.open_store() as store:
        series = sorted(
            store.rules(), key=lambda rule: (not rule.active, rule.parameter, rule.severity.rank, rule.id)
        )
        bulletins = sorted(
            store.bulletin_rules(), key=lambda rule: (not rule.active, rule.hazard, rule.severity.rank)
        )
    rules: tuple[AnyRule, ...] = (*series, *bulletins)
    headers = ["ID", _("Level"), _("Rule"), _("Source"), ""]
    rows = [
        [r.id, severity_word(r.severity), tell_any_rule(r), r.source, "" if r.active else _("retired")] for r in rules
    ]
    told = [msgspec.to_builtins(rule) | {"active": rule.active, "told": tell_any_rule(rule)} for rule in rules]
    call.show_table(told, headers, rows, empty=_("No rules."))


@rule_group.command("show", help=N_("Show one rule as text that `rule write` takes."))
@click.argument("rule_id", metavar="ID")
@click.pass_obj
def show(call: Invocation, *, rule_id: str) -> None:
    """Show one rule."""
    with call.open_store() as store:
        rule = _find(store, rule_id)
    call.show(rule, lambda: say(write_rule(rule)))


@rule_group.command("write", help=N_("Put the rule of a file into force, or change it; see `rule try` first."))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def write(call: Invocation, *, file: Path) -> None:
    """Put a rule into force: the next version where there is one of this id."""
    written = _read(file)
    if isinstance(written, BulletinRule):
        for fault in faults_of_bulletin_rule(written):
            raise click.UsageError(_("{file} cannot be used: {error}").format(file=file, error=fault.words))
    with call.open_store() as store:
        same = (rule for rule in _all_rules(store) if subject_of_rule(rule) == subject_of_rule(written))
        known = next(same, None)
        rule = msgspec.structs.replace(written, active=True, version=known.version + 1 if known else 1)
        store.save(put_into_force(written, known=known))
    told = _("Rule {id}, version {version}: {rule}").format(
        id=rule.id, version=rule.version, rule=tell_any_rule(rule)
    )
    call.show(rule, lambda: say(told))


@rule_group.command("retire", help=N_("Take a rule out of force; its alarms are over then."))
@click.argument("rule_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def retire(call: Invocation, *, rule_id: str, reason: str) -> None:
    """Take a rule out of force."""
    with call.open_store() as store:
        rule = _find(store, rule_id)
        store.save(retire_rule(rule, reason=reason))
    call.show(rule, lambda: say(_("Rule {id} is retired.").format(id=rule.id)))


@rule_group.command("try", help=N_("Play the past to a rule and show what it would have raised."))
@click.argument("rule_id", metavar="ID|FILE")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (WIB)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.pass_obj
def try_on_past(call: Invocation, *, rule_id: str, since: datetime, until: datetime) -> None:
    """Play the past to a rule: readings, or what agencies have told."""
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    with call.open_store() as store:
        rule = _read(Path(rule_id)) if Path(rule_id).is_file() else _find(store, rule_id)
        if isinstance(rule, BulletinRule):
            show_bulletin_trial(call, store, rule, since=since, until=until)
        else:
            show_trial(call, store, rule, since=since, until=until)


def _all_rules(store: ConsoleStore) -> Iterable[AnyRule]:
    return (*store.rules(), *store.bulletin_rules())


def _find(store: ConsoleStore, wanted: str) -> AnyRule:
    """A rule by its id; by its subject, such as `bulletin_rule/gempa-dekat`, where two have the same id."""
    found = [rule for rule in _all_rules(store) if wanted in (rule.id, subject_of_rule(rule))]
    if not found:
        raise UnknownKey(_("There is no rule {id}. See: tabuah rule list").format(id=subject_key(wanted) or wanted))
    if len(found) > 1:
        subjects = " · ".join(subject_of_rule(rule) for rule in found)
        raise UnknownKey(_("Two rules are called {id}. Say which: {subjects}").format(id=wanted, subjects=subjects))
    return found[0]


def _read(file: Path) -> AnyRule:
    try:
        return read_rule(file.read_text("utf-8-sig"))
    except (BadRule, UnicodeDecodeError) as error:
        raise click.UsageError(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
