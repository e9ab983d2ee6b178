"""Text about the trial of a bulletin rule: its basis, omissions and episodes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from tabuah.gis.geodesy import bearing_deg
from tabuah.operations.bulletins.alarms import distance_to_regency_km
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning
from tabuah.operations.bulletins.rule_trial import BulletinEpisode, BulletinTrial
from tabuah.operations.feeds.kecamatan_names import matching_names
from tabuah.operations.feeds.proximity import Region
from tabuah.resources.localisation import _, format_moment, format_number, format_time, ngettext
from tabuah.text.bulletins.bulletin_text import bulletin_title, describe_felt, direction_label, mark_exercise

_SHORT_EPISODE = timedelta(hours=12)


def describe_episode_title(episode: BulletinEpisode) -> str:
    """Return the title of the alarm without its place; exercises are marked."""
    at_a_place = isinstance(episode.bulletin, KnownEarthquake)
    title = bulletin_title(msgspec.structs.replace(episode.alarm, title="") if at_a_place else episode.alarm)
    return mark_exercise(episode.bulletin.exercise, title)


def describe_episode_place(episode: BulletinEpisode, region: Region) -> str:
    """Describe the distance from the regency, or the named kecamatan; empty for a volcano."""
    match episode.bulletin:
        case KnownEarthquake():
            return _describe_distance(episode.bulletin, region)
        case KnownWarning():
            return ", ".join(matching_names(episode.bulletin.issued.kecamatan, region.kecamatan))
    return ""


def describe_episode_intensity(episode: BulletinEpisode) -> str:
    """Describe where the earthquake was reported felt when the alarm was raised; empty for other bulletins."""
    felt = describe_felt(episode.bulletin.felt) if isinstance(episode.bulletin, KnownEarthquake) else ""
    return f"{_('felt:')} {felt}" if felt else ""


def describe_missing_history(n: int) -> str:
    """Describe bulletins of which only the newest version is known.

    A console that started from a snapshot lacks the earlier ones.
    """
    return _("Of {n} of them only the newest word is known here.").format(n=n)


def describe_episode_duration(episode: BulletinEpisode) -> str:
    """Describe when the alarm would have been raised and cleared."""
    if episode.cleared_at is None:
        until = _("still up")
    elif episode.cleared_at - episode.raised_at < _SHORT_EPISODE:
        until = format_time(episode.cleared_at)
    else:
        until = format_moment(episode.cleared_at)
    return f"{format_moment(episode.raised_at)} – {until}"


def _describe_distance(quake: KnownEarthquake, region: Region) -> str:
    latest = quake.latest
    direction = bearing_deg(region.lon_deg, region.lat_deg, latest.lon_deg, latest.lat_deg)
    message = _("{distance} km {direction} of the middle of the regency")
    return message.format(
        distance=format_number(distance_to_regency_km(quake, region)), direction=direction_label(direction)
    )


def describe_superseding_rule(name: str) -> str:
    """Describe the more severe rule whose alarm the episode would have joined."""
    return _("superseded by rule: {rule}").format(rule=name)


def no_bulletins_text() -> str:
    return _("No bulletins in this period.")


def describe_bulletin_trial_basis(bulletins: int, synced_at: datetime | None) -> str:
    """Describe the data of the trial: after a long time without sync, recent bulletins are missing."""
    over = ngettext("{n} announcement in the journal", "{n} announcements in the journal", bulletins)
    text = over.format(n=format_number(bulletins))
    if synced_at is not None:
        text += " · " + _("synced {moment}").format(moment=format_moment(synced_at))
    return f"{text}."


def list_bulletin_trial_omissions(trial: BulletinTrial, left: int) -> Iterator[str]:
    """Describe the omitted rest of the list."""
    if trial.newest_only:
        yield describe_missing_history(trial.newest_only)
    if worse := sum(bool(episode.worse) for episode in trial.episodes):
        yield _("{n} of these alarms are superseded by a more severe rule.").format(n=format_number(worse))
    if left:
        yield ngettext("{n} older one is not listed.", "{n} older ones are not listed.", left).format(n=left)
