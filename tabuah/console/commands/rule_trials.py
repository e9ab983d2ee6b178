"""What `tabuah rule try` prints: the episodes that a rule would have raised in readings, or in what agencies told."""

from datetime import datetime

import msgspec

from tabuah.console.bulletin_history import try_on_bulletins
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_table, say
from tabuah.console.readings_tried import seen_words, tried_words
from tabuah.console.rule_history import try_on_history
from tabuah.console.trial_words import newest_only_words, place_words, title_words
from tabuah.operations.bulletins.folding import subject_of_bulletin
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.trial import BulletinEpisode, BulletinTrial
from tabuah.operations.feeds.nearness import Region
from tabuah.operations.rules.either import tell_any_rule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Episode, Trial
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.store import ConsoleStore


def show_trial(call: Invocation, store: ConsoleStore, rule: Rule, *, since: datetime, until: datetime) -> None:
    """Play readings to a rule about series."""
    trial, source = try_on_history(rule, store, since=since, until=until)
    record = msgspec.to_builtins(trial) | {"fired": len(trial.episodes), "source": source}
    call.show(record, lambda: _print(rule, trial, source))


def show_bulletin_trial(
    call: Invocation, store: ConsoleStore, rule: BulletinRule, *, since: datetime, until: datetime
) -> None:
    """Play what agencies told to a rule about bulletins."""
    trial = try_on_bulletins(rule, store, since=since, until=until)
    record = {
        "rule": trial.rule,
        "bulletins": trial.bulletins,
        "newest_only": trial.newest_only,
        "episodes": [_record(episode) for episode in trial.episodes],
        "fired": len(trial.episodes),
        "source": "journal",
    }
    call.show(record, lambda: _print_bulletins(rule, trial))


def _record(episode: BulletinEpisode) -> dict[str, object]:
    alarm = episode.alarm
    return {
        "subject": subject_of_bulletin(episode.bulletin),
        "title": title_words(episode),
        "onset_at": alarm.onset_at,
        "raised_at": episode.raised_at,
        "cleared_at": episode.cleared_at,
        "lon_deg": alarm.lon_deg,
        "lat_deg": alarm.lat_deg,
        "worse": episode.worse,
        "exercise": episode.bulletin.exercise,
    }


def _print_bulletins(rule: BulletinRule, trial: BulletinTrial) -> None:
    over = ngettext("{n} announcement", "{n} announcements", trial.bulletins).format(n=trial.bulletins)
    say(f"{rule.name}: {tell_any_rule(rule)}")
    say(f"{_times_words(len(trial.episodes))} · {over}.")
    if trial.newest_only:
        say(newest_only_words(trial.newest_only))
    if trial.episodes:
        headers = [_("What"), _("Where"), _("Raised"), _("Cleared"), _("A worse rule speaks")]
        print_table(headers, [_bulletin_cells(episode, trial.region) for episode in trial.episodes])


def _bulletin_cells(episode: BulletinEpisode, region: Region) -> list[str]:
    return [
        title_words(episode),
        place_words(episode, region),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        episode.worse,
    ]


def _print(rule: Rule, trial: Trial, source: str) -> None:
    say(f"{rule.name}: {tell_any_rule(rule)}")
    say(f"{_times_words(len(trial.episodes))}.")
    say(tried_words(trial, source))
    if trial.too_little_history:
        told = _("Too little is known to forecast: {stations}.")
        say(told.format(stations=", ".join(trial.too_little_history)))
    if trial.episodes:
        headers = [_("Station"), _("Onset"), _("Raised"), _("Cleared"), _("Peak or values")]
        print_table(headers, [_cells(episode) for episode in trial.episodes])


def _times_words(fired: int) -> str:
    told = ngettext("It would have been raised {n} time", "It would have been raised {n} times", fired)
    return told.format(n=fired)


def _cells(episode: Episode) -> list[str]:
    return [
        episode.station,
        format_moment(episode.onset_at),
        format_moment(episode.raised_at),
        format_moment(episode.cleared_at) if episode.cleared_at else "",
        _seen(episode),
    ]


def _seen(episode: Episode) -> str:
    """The worst value, or what each station said that a rule over several series looked at."""
    spoke = [finding for finding in episode.evidence if finding.holds and finding.value is not None]
    if episode.peak is None:
        return ", ".join(f"{f.station} {format_value(f.parameter, f.value or 0.0)}" for f in spoke)
    return seen_words(episode) if spoke else format_value(episode.parameter, episode.peak)
