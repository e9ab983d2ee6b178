"""`tabuah rule`: list, write and retire rules, and run them on past data."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_text
from tabuah.console.commands.parameters import Moment
from tabuah.console.commands.rules.rule_trials import show_bulletin_trial, show_readings_trial
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_key
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.drafts import activate_rule, retire_rule
from tabuah.operations.rules.rule_file import InvalidRule, read_rule, write_rule
from tabuah.resources.catalogue import N_, _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.alarms.titles import severity_label
from tabuah.text.rules.any_rule_text import describe_any_rule
from tabuah.text.rules.rule_problems import find_bulletin_rule_problems

rule_group = TabuahGroup("rule", help=N_("See the rules that raise alarms, and run them on past data."))


@rule_group.command("list", help=N_("List the rules in words; works offline."))
@click.pass_obj
def list_rules(call: Invocation) -> None:
    """List series rules, then bulletin rules."""
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
        [r.id, severity_label(r.severity), describe_any_rule(r), r.source, "" if r.active else _("retired")]
        for r in rules
    ]
    records = [msgspec.to_builtins(rule) | {"active": rule.active, "told": describe_any_rule(rule)} for rule in rules]
    call.show_table(records, headers, rows, empty=_("No rules."))


@rule_group.command("show", help=N_("Show a rule in the format of `rule write`."))
@click.argument("rule_id", metavar="ID")
@click.pass_obj
def show_rule(call: Invocation, *, rule_id: str) -> None:
    with call.open_store() as store:
        rule = _find_rule(store, rule_id)
    call.show(rule, lambda: print_text(write_rule(rule)))


@rule_group.command("write", help=N_("Put the rule in a file into force, or change it; run `rule try` first."))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def write_command(call: Invocation, *, file: Path) -> None:
    """Put a rule into force, as the next version of an existing rule with this id."""
    written = _read_rule_file(file)
    if isinstance(written, BulletinRule):
        for fault in find_bulletin_rule_problems(written):
            raise click.UsageError(_("{file} cannot be used: {error}").format(file=file, error=fault.text))
    with call.open_store() as store:
        same = (rule for rule in _all_rules(store) if subject_of_rule(rule) == subject_of_rule(written))
        known = next(same, None)
        rule = msgspec.structs.replace(written, active=True, version=known.version + 1 if known else 1)
        store.save(activate_rule(written, known=known))
    message = _("Rule {id}, version {version}: {rule}").format(
        id=rule.id, version=rule.version, rule=describe_any_rule(rule)
    )
    call.show(rule, lambda: print_text(message))


@rule_group.command("retire", help=N_("Take a rule out of force and clear its alarms."))
@click.argument("rule_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def retire_command(call: Invocation, *, rule_id: str, reason: str) -> None:
    with call.open_store() as store:
        rule = _find_rule(store, rule_id)
        store.save(retire_rule(rule, reason=reason))
    call.show(rule, lambda: print_text(_("Rule {id} is retired.").format(id=rule.id)))


@rule_group.command("try", help=N_("Run a rule on past data and show the alarms that it would have raised."))
@click.argument("rule_id", metavar="ID|FILE")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (WIB)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.pass_obj
def try_command(call: Invocation, *, rule_id: str, since: datetime, until: datetime) -> None:
    """Run a rule on past readings or bulletins."""
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    with call.open_store() as store:
        rule = _read_rule_file(Path(rule_id)) if Path(rule_id).is_file() else _find_rule(store, rule_id)
        if isinstance(rule, BulletinRule):
            show_bulletin_trial(call, store, rule, since=since, until=until)
        else:
            show_readings_trial(call, store, rule, since=since, until=until)


def _all_rules(store: ConsoleStore) -> Iterable[AnyRule]:
    return (*store.rules(), *store.bulletin_rules())


def _find_rule(store: ConsoleStore, wanted: str) -> AnyRule:
    """Return a rule by its id, or by its subject (`bulletin_rule/gempa-dekat`) where two share an id."""
    found = [rule for rule in _all_rules(store) if wanted in (rule.id, subject_of_rule(rule))]
    if not found:
        raise UnknownKey(_("There is no rule {id}. See: tabuah rule list").format(id=subject_key(wanted) or wanted))
    if len(found) > 1:
        subjects = " · ".join(subject_of_rule(rule) for rule in found)
        raise UnknownKey(
            _("Two rules have the id {id}. Give one of: {subjects}").format(id=wanted, subjects=subjects)
        )
    return found[0]


def _read_rule_file(file: Path) -> AnyRule:
    try:
        return read_rule(file.read_text("utf-8-sig"))
    except (InvalidRule, UnicodeDecodeError) as error:
        raise click.UsageError(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
