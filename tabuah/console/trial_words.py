"""One alarm that a rule about bulletins would have raised, in words: what it was about, and where."""

from datetime import timedelta

import msgspec

from tabuah.gis.geodesy import bearing_deg
from tabuah.operations.bulletins.alarm_titles import bulletin_title
from tabuah.operations.bulletins.alarming import away_km
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.telling import tell_direction, tell_felt
from tabuah.operations.bulletins.trial import BulletinEpisode
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.kecamatan_names import names_in_common
from tabuah.operations.feeds.nearness import Region
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number, format_time

_HALF_A_DAY = timedelta(hours=12)


def title_words(episode: BulletinEpisode) -> str:
    """What the alarm would have been called, without its place, which is told beside it; a drill says so."""
    at_a_place = isinstance(episode.bulletin, KnownEarthquake)
    title = bulletin_title(msgspec.structs.replace(episode.alarm, title="") if at_a_place else episode.alarm)
    return f"{_('SIMULATION')} · {title}" if episode.bulletin.exercise else title


def place_words(episode: BulletinEpisode, region: Region) -> str:
    """Where it was as seen from the regency, or which of our kecamatan were named; empty of a volcano."""
    match episode.bulletin:
        case KnownEarthquake():
            return _away_words(episode.bulletin, region)
        case KnownWarning():
            return ", ".join(names_in_common(episode.bulletin.issued.kecamatan, region.kecamatan))
    return ""


def felt_words(episode: BulletinEpisode) -> str:
    """Where an earthquake was felt, as far as that was known when the alarm was raised; else empty."""
    felt = tell_felt(episode.bulletin.felt) if isinstance(episode.bulletin, KnownEarthquake) else ""
    return f"{_('felt:')} {felt}" if felt else ""


def newest_only_words(n: int) -> str:
    """That of some bulletins what was said first is not here: a console that began with a snapshot lacks it."""
    return _("Of {n} of them only the newest word is known here.").format(n=n)


def span_words(episode: BulletinEpisode) -> str:
    """From when until when it would have been up."""
    if episode.cleared_at is None:
        until = _("still up")
    elif episode.cleared_at - episode.raised_at < _HALF_A_DAY:
        until = format_time(episode.cleared_at)
    else:
        until = format_moment(episode.cleared_at)
    return f"{format_moment(episode.raised_at)} – {until}"


def _away_words(quake: KnownEarthquake, region: Region) -> str:
    latest = quake.latest
    direction = bearing_deg(region.lon_deg, region.lat_deg, latest.lon_deg, latest.lat_deg)
    told = _("{distance} km {direction} of the middle of the regency")
    return told.format(distance=format_number(away_km(quake, region)), direction=tell_direction(direction))
