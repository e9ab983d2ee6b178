"""A local stand-in for BMKG: one earthquake and one weather warning, marked as an exercise."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from tabuah.operations.feeds.sources import FILE_NAME
from tabuah.resources.regency import current_regency, shipped_regency
from tabuah.resources.regency_profile import ZONE_LABELS

EARTHQUAKE_BEFORE: Final = timedelta(minutes=47)
WARNING_BEFORE: Final = timedelta(minutes=20)
WARNING_LASTS: Final = timedelta(hours=3)
_QUAKE_PATH, _LIST_PATH, _WARNING_PATH = "/autogempa.json", "/rss.xml", "/peringatan.xml"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
# Gunung Talang and the upper Batang Lembang, where the simulated storm rains; latitude first, as in CAP.
_EPICENTRE_DEG: Final = (100.62, -0.71)
_AREA_DEG: Final = (
    *((100.60, -0.86), (100.74, -0.86), (100.78, -0.98)),
    *((100.72, -1.06), (100.60, -1.00), (100.60, -0.86)),
)


@contextmanager
def serve_sample_feeds(directory: Path, *, exercise_id: str = "") -> Iterator[None]:
    """Serve the sample feeds and write the server's `feeds.toml` until the block ends."""
    now = datetime.now(UTC)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as site:
        url = f"http://127.0.0.1:{site.server_port}"
        site.RequestHandlerClass = _handler_serving(sample_feed_files(url, now))
        thread = threading.Thread(target=site.serve_forever, args=(0.1,), name="tabuah-made-up-feeds", daemon=True)
        thread.start()
        try:
            directory.mkdir(parents=True, exist_ok=True)
            (directory / FILE_NAME).write_text(feeds_toml(url, exercise_id), encoding="utf-8")
            yield
        finally:
            site.shutdown()
            thread.join()


def feeds_toml(url: str, exercise_id: str = "") -> str:
    """Return the content of `feeds.toml` with both feeds, marked as an exercise."""
    feeds = (
        ("gempa-latihan", "Gempa (latihan)", "earthquakes", _QUAKE_PATH),
        ("nowcast-latihan", "Peringatan dini cuaca (latihan)", "warnings", _LIST_PATH),
    )
    return "\n".join(
        f'[[feed]]\nname = "{name}"\ntitle = "{title}"\ncontent = "{content}"\nurl = "{url}{path}"\n'
        f'every_s = 30\nexercise = true\nexercise_id = "{exercise_id}"\n'
        for name, title, content, path in feeds
    )


def sample_feed_files(url: str, now: datetime) -> dict[str, bytes]:
    """Return the file at each path, in BMKG's format."""
    issued_at = now - WARNING_BEFORE
    identifier = f"2.49.0.1.360.0.{issued_at:%Y.%m.%d.%H}.13.001"
    return {
        _QUAKE_PATH: _earthquake(now - EARTHQUAKE_BEFORE),
        _LIST_PATH: _list(url, identifier, issued_at),
        _WARNING_PATH: _warning(identifier, issued_at),
    }


def _earthquake(at: datetime) -> bytes:
    """A light, felt earthquake on the Sumani segment: weaker than the flood, which must stay the worst alarm."""
    local, regency = at.astimezone(ZONE_LABELS["WIB"]), current_regency()
    lon_deg, lat_deg = _moved(*_EPICENTRE_DEG)
    felt = "II X Koto Singkarak, II Kubung" if regency == shipped_regency() else f"II {regency.short_name}"
    quake = {
        "Tanggal": f"{local.day:02d} {_MONTHS[local.month - 1]} {local.year}",
        "Jam": f"{local:%H:%M:%S} WIB",
        "DateTime": at.replace(microsecond=0).isoformat(),
        "Coordinates": f"{lat_deg:.2f},{lon_deg:.2f}",
        "Lintang": f"{abs(lat_deg):.2f} {'LS' if lat_deg < 0 else 'LU'}",
        "Bujur": f"{lon_deg:.2f} BT",
        "Magnitude": "4.1",
        "Kedalaman": "10 km",
        "Wilayah": f"LATIHAN: pusat gempa di darat 10 km utara {regency.short_name}",
        "Potensi": "Tidak berpotensi tsunami",
        "Dirasakan": felt,
    }
    return json.dumps({"Infogempa": {"gempa": quake}}).encode()


def _list(url: str, identifier: str, at: datetime) -> bytes:
    mail_date = format_datetime(at)
    item = (
        f"<item><title>LATIHAN: Hujan Lebat disertai Petir di {_warned_province()}</title>"
        f"<link>{escape(url)}{_WARNING_PATH}</link><guid>{identifier}</guid><pubDate>{mail_date}</pubDate></item>"
    )
    return f"<rss><channel><lastBuildDate>{mail_date}</lastBuildDate>{item}</channel></rss>".encode()


def _warning(identifier: str, at: datetime) -> bytes:
    def cap_time(moment: datetime) -> str:
        return moment.astimezone(ZONE_LABELS["WIB"]).isoformat(timespec="seconds")

    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{identifier}</identifier><sender>latihan@localhost</sender><sent>{cap_time(at)}</sent>"
        "<status>Exercise</status><msgType>Alert</msgType><scope>Public</scope><info><language>id</language>"
        "<event>Hujan Lebat dan Petir</event><urgency>Immediate</urgency><severity>Moderate</severity>"
        f"<certainty>Observed</certainty><effective>{cap_time(at)}</effective>"
        f"<expires>{cap_time(at + WARNING_LASTS)}</expires>"
        f"<headline>LATIHAN: Hujan Lebat disertai Petir di {_warned_province()}</headline>"
        f"<description>Hujan lebat disertai petir, khususnya di {escape(_warned_places())}.</description>"
        f"<area><areaDesc>{_warned_province()}</areaDesc><polygon>{_warned_area()}</polygon></area></info></alert>"
    ).encode()


def _moved(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    """Return a place of Kabupaten Solok at the same distance from the centre of the regency in use."""
    (lon, lat), (shipped_lon, shipped_lat) = current_regency().centre_deg, shipped_regency().centre_deg
    return lon_deg + lon - shipped_lon, lat_deg + lat - shipped_lat


def _warned_area() -> str:
    return " ".join(f"{lat:.2f},{lon:.2f}" for lon, lat in (_moved(*corner) for corner in _AREA_DEG))


def _warned_places() -> str:
    regency = current_regency()
    return "GUNUNG TALANG, LEMBANG JAYA, KUBUNG" if regency == shipped_regency() else regency.short_name.upper()


def _warned_province() -> str:
    """Return the province of the shipped regency; a profile names no province, so another regency names itself."""
    regency = current_regency()
    return "Sumatera Barat" if regency == shipped_regency() else escape(regency.short_name)


def _handler_serving(files: dict[str, bytes]) -> type[http.server.BaseHTTPRequestHandler]:
    class SampleFeedHandler(http.server.BaseHTTPRequestHandler):
        """Serves the files; logs nothing."""

        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body or b"")

        def log_message(self, *_words: object) -> None: ...

    return SampleFeedHandler
