"""`tabuah rule`: list, write and retire rules, and run them on past data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.alarms.alarms import with_plain_code
from tabuah.console.commands.command_classes import Moment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_table, print_text
from tabuah.console.rules.bulletin_trial import run_bulletin_trial
from tabuah.console.rules.readings_trial import run_readings_trial
from tabuah.operations.bulletins.bulletin import subject_of_bulletin
from tabuah.operations.bulletins.rule_trial import BulletinEpisode, BulletinTrial
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_key
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope, plain_code, world_of_code
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.drafts import activate_rule, retire_rule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_file import InvalidRule, read_rule, write_rule
from tabuah.operations.rules.rule_trial import RuleEpisode, RuleTrial
from tabuah.operations.rules.validation import find_bulletin_rule_problems
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.alarms.titles import severity_label
from tabuah.text.bulletins.trial_episodes import (
    describe_episode_place,
    describe_episode_title,
    describe_missing_history,
)
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercises_by_id, scope_fields
from tabuah.text.file_errors import describe_file_error
from tabuah.text.readings.measurements import format_value
from tabuah.text.rules.any_rule_text import describe_any_rule
from tabuah.text.rules.rule_problems import describe_rule_problem
from tabuah.text.rules.trial_results import describe_episode_evidence, describe_trial_basis

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
            raise click.UsageError(
                _("{file} cannot be used: {error}").format(file=file, error=describe_rule_problem(fault))
            )
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
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (local time)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (local time)."))
@scope_options
@click.pass_obj
def try_command(call: Invocation, *, rule_id: str, since: datetime, until: datetime, worlds: ChosenWorlds) -> None:
    """Run a rule on past readings or bulletins."""
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    with call.open_store() as store:
        rule = _read_rule_file(Path(rule_id)) if Path(rule_id).is_file() else _find_rule(store, rule_id)
        scope = worlds.scope(store)
        if isinstance(rule, BulletinRule):
            show_bulletin_trial(call, store, rule, since=since, until=until, scope=scope)
        else:
            show_readings_trial(call, store, rule, since=since, until=until, scope=scope)


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
        raise click.UsageError(
            _("{file} cannot be used: {error}").format(file=file, error=describe_file_error(error))
        ) from error


def show_readings_trial(
    call: Invocation, store: ConsoleStore, rule: Rule, *, since: datetime, until: datetime, scope: ExerciseScope
) -> None:
    """Run a series rule on past readings and print the result."""
    trial, source = run_readings_trial(rule, store, since=since, until=until, scope=scope)
    known, stations = exercises_by_id(store.exercises()), {each.code: each for each in store.stations()}
    worlds = [world_of_code(episode.station, stations) for episode in trial.episodes]
    episodes = [
        msgspec.structs.asdict(episode)
        | {"station": plain_code(episode.station), "evidence": list(map(with_plain_code, episode.evidence))}
        | exercise_fields(world, known)
        for episode, world in zip(trial.episodes, worlds, strict=True)
    ]
    record = {
        **msgspec.structs.asdict(trial),
        "episodes": episodes,
        "fired": len(episodes),
        "source": source,
        **scope_fields(scope, known),
    }
    marks = [exercise_mark(world, known) for world in worlds]
    call.show(record, lambda: _print_readings_trial(rule, trial, source, marks))


def show_bulletin_trial(
    call: Invocation,
    store: ConsoleStore,
    rule: BulletinRule,
    *,
    since: datetime,
    until: datetime,
    scope: ExerciseScope,
) -> None:
    """Run a bulletin rule on past bulletins and print the result."""
    trial = run_bulletin_trial(rule, store, since=since, until=until, scope=scope)
    known = exercises_by_id(store.exercises())
    record = {
        "rule": trial.rule,
        "bulletins": trial.bulletins,
        "newest_only": trial.newest_only,
        "episodes": [_make_episode_record(episode, known) for episode in trial.episodes],
        "fired": len(trial.episodes),
        "source": "journal",
        **scope_fields(scope, known),
    }
    call.show(record, lambda: _print_bulletin_trial(rule, trial, known))


def _make_episode_record(episode: BulletinEpisode, known: Mapping[str, Exercise]) -> dict[str, object]:
    alarm = episode.alarm
    return {
        "subject": subject_of_bulletin(episode.bulletin),
        "title": describe_episode_title(episode),
        "onset_at": alarm.onset_at,
        "raised_at": episode.raised_at,
        "cleared_at": episode.cleared_at,
        "lon_deg": alarm.lon_deg,
        "lat_deg": alarm.lat_deg,
        "worse": episode.worse,
        **exercise_fields(episode.bulletin, known),
    }


def _print_bulletin_trial(rule: BulletinRule, trial: BulletinTrial, known: Mapping[str, Exercise]) -> None:
    over = ngettext("{n} announcement", "{n} announcements", trial.bulletins).format(n=trial.bulletins)
    print_text(f"{rule.name}: {describe_any_rule(rule)}")
    print_text(f"{_describe_count(len(trial.episodes))} · {over}.")
    if trial.newest_only:
        print_text(describe_missing_history(trial.newest_only))
    if trial.episodes:
        headers = [_("What"), _("Where"), _("Raised"), _("Cleared"), _("Suppressed by"), ""]
        rows = [[*_bulletin_cells(e, trial.region), exercise_mark(e.bulletin, known)] for e in trial.episodes]
        print_table(headers, rows)


def _bulletin_cells(episode: BulletinEpisode, region: Region) -> list[str]:
    return [
        describe_episode_title(episode),
        describe_episode_place(episode, region),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        episode.worse,
    ]


def _print_readings_trial(rule: Rule, trial: RuleTrial, source: str, marks: Sequence[str]) -> None:
    print_text(f"{rule.name}: {describe_any_rule(rule)}")
    print_text(f"{_describe_count(len(trial.episodes))}.")
    print_text(describe_trial_basis(trial, source))
    if trial.too_little_history:
        message = _("Too little data for a forecast: {stations}.")
        print_text(message.format(stations=", ".join(map(plain_code, trial.too_little_history))))
    if trial.episodes:
        headers = [_("Station"), _("Onset"), _("Raised"), _("Cleared"), _("Peak or values"), ""]
        rows = [[*_readings_cells(e), mark] for e, mark in zip(trial.episodes, marks, strict=True)]
        print_table(headers, rows)


def _describe_count(fired: int) -> str:
    message = ngettext("It would have been raised {n} time", "It would have been raised {n} times", fired)
    return message.format(n=fired)


def _readings_cells(episode: RuleEpisode) -> list[str]:
    return [
        plain_code(episode.station),
        format_moment(episode.onset_at),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        _describe_episode(episode),
    ]


def _describe_episode(episode: RuleEpisode) -> str:
    """Return the peak, or the values of all stations for a rule over several series."""
    contributing = [finding for finding in episode.evidence if finding.holds and finding.value is not None]
    if episode.peak is None:
        return ", ".join(f"{plain_code(f.station)} {format_value(f.parameter, f.value or 0.0)}" for f in contributing)
    return describe_episode_evidence(episode) if contributing else format_value(episode.parameter, episode.peak)
