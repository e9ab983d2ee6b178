"""`tabuah rule`: the rules in words, and what a rule would have raised in the past."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_table, say
from tabuah.console.commands.parameters import Moment
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.console.rule_history import try_on_history
from tabuah.console.series_source import open_series
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.rules.gestures import put_into_force, retire_rule
from tabuah.operations.rules.reading import BadRule, read_rule, write_rule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.telling import tell_rule
from tabuah.operations.rules.trial import Episode, Trial
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore

rule_group = TabuahGroup("rule", help=N_("See the rules that raise alarms, and try them on the past."))


@rule_group.command("list", help=N_("List the rules in words; nothing here needs the server."))
@click.pass_obj
def list_rules(call: Invocation) -> None:
    """List the rules."""
    with call.open_store() as store:
        rules = sorted(store.rules(), key=lambda rule: (not rule.active, rule.parameter, rule.severity.rank, rule.id))
    headers = ["ID", _("Level"), _("Rule"), _("Source"), ""]
    rows = [
        [r.id, severity_word(r.severity), tell_rule(r), r.source, "" if r.active else _("retired")] for r in rules
    ]
    told = [msgspec.to_builtins(rule) | {"active": rule.active, "told": tell_rule(rule)} for rule in rules]
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
    with call.open_store() as store:
        known = next((rule for rule in store.rules() if rule.id == written.id), None)
        rule = msgspec.structs.replace(written, active=True, version=known.version + 1 if known else 1)
        store.save(put_into_force(written, known=known))
    told = _("Rule {id}, version {version}: {rule}").format(id=rule.id, version=rule.version, rule=tell_rule(rule))
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


@rule_group.command("try", help=N_("Play the readings of the past to a rule and show what it would have raised."))
@click.argument("rule_id", metavar="ID|FILE")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (WIB)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.pass_obj
def try_on_past(call: Invocation, *, rule_id: str, since: datetime, until: datetime) -> None:
    """Play the past to a rule."""
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    with call.open_store() as store:
        rule = _read(Path(rule_id)) if Path(rule_id).is_file() else _find(store, rule_id)
        stations = store.stations()
        with open_series(store) as source:
            trial = try_on_history(rule, stations, source, since=since, until=until)
            where = source.name
    record = msgspec.to_builtins(trial) | {"fired": len(trial.episodes), "source": where}
    call.show(record, lambda: _print(rule, trial))


def _find(store: ConsoleStore, rule_id: str) -> Rule:
    found = next((rule for rule in store.rules() if rule.id == rule_id), None)
    if found is None:
        raise UnknownKey(_("There is no rule {id}. See: tabuah rule list").format(id=rule_id))
    return found


def _read(file: Path) -> Rule:
    try:
        return read_rule(file.read_text("utf-8-sig"))
    except (BadRule, UnicodeDecodeError) as error:
        raise click.UsageError(_("{file} cannot be used: {error}").format(file=file, error=error)) from error


def _print(rule: Rule, trial: Trial) -> None:
    fired = len(trial.episodes)
    told = ngettext("It would have been raised {n} time", "It would have been raised {n} times", fired).format(
        n=fired
    )
    over = _("{series} series with {readings} readings").format(series=trial.series, readings=trial.readings)
    say(f"{rule.name}: {tell_rule(rule)}")
    say(f"{told} · {over}.")
    if trial.too_little_history:
        told = _("Too little is known to forecast: {stations}.")
        say(told.format(stations=", ".join(trial.too_little_history)))
    if trial.episodes:
        headers = [_("Station"), _("Onset"), _("Raised"), _("Cleared"), _("Peak or values")]
        print_table(headers, [_cells(episode) for episode in trial.episodes])


def _cells(episode: Episode) -> list[str]:
    return [
        episode.station,
        format_moment(episode.onset_at),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        _what_was_seen(episode),
    ]


def _what_was_seen(episode: Episode) -> str:
    """The worst value, or what a rule over several series looked at."""
    spoke = [finding for finding in episode.evidence if finding.holds and finding.value is not None]
    if spoke:
        return ", ".join(f"{f.station} {format_value(f.parameter, f.value or 0.0)}" for f in spoke)
    return "" if episode.peak is None else format_value(episode.parameter, episode.peak)
