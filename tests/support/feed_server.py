"""Local web server that answers like BMKG, or with faults."""

import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

QUAKE = {
    "Tanggal": "24 Nov 2026", "Jam": "14:20:05 WIB", "DateTime": "2026-11-24T07:20:05+00:00",
    "Coordinates": "-0.85,100.66", "Lintang": "0.85 LS", "Bujur": "100.66 BT", "Magnitude": "5.1",
    "Kedalaman": "12 km", "Wilayah": "Pusat gempa di darat 5 km timur laut Solok",
    "Potensi": "Tidak berpotensi tsunami",
}  # fmt: skip


def latest(**changes: Any) -> bytes:
    """Return autogempa.json."""
    return json.dumps({"Infogempa": {"gempa": QUAKE | changes}}).encode()


def list_of(*changes: Mapping[str, Any]) -> bytes:
    """Return gempaterkini.json, or gempadirasakan.json if one event was felt."""
    return json.dumps({"Infogempa": {"gempa": [QUAKE | dict(each) for each in changes]}}).encode()


def cap(number: int, *, message: str = "Alert", status: str = "Actual", references: tuple[int, ...] = ()) -> bytes:
    """Return a warning over the centre of the regency, in force from 14.30 to 16.30 WIB."""
    told = " ".join(f"cuaca@bmkg.go.id,{guid(each)},2026-11-24T14:25:00+07:00" for each in references)
    return f"""<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>{guid(number)}</identifier><sender>cuaca@bmkg.go.id</sender>
<sent>2026-11-24T14:25:0{number % 10}+07:00</sent>
<status>{status}</status><msgType>{message}</msgType><scope>Public</scope><references>{told}</references>
<info><language>id</language><event>Hujan Lebat</event><urgency>Immediate</urgency><severity>Moderate</severity>
<certainty>Observed</certainty><effective>2026-11-24T14:30:00+07:00</effective>
<expires>2026-11-24T16:30:00+07:00</expires><headline>Hujan Lebat di Sumatera Barat</headline>
<description>Hujan lebat khususnya di KUBUNG, GUNUNG TALANG.</description>
<area><areaDesc>Sumatera Barat</areaDesc><polygon>-0.9,100.6 -0.9,100.8 -1.0,100.8 -0.9,100.6</polygon></area></info>
</alert>""".encode()


def guid(number: int, *, province: str = "13") -> str:
    """Return a BMKG identifier."""
    return f"2.49.0.1.360.0.2026.11.24.07.{province}.{number:03d}"


def rss(site: str, *numbers: int, province: str = "13", built: str = "Tue, 24 Nov 2026 07:28:00 +0000") -> bytes:
    """Return the nowcast list, with links to this server."""
    items = "".join(
        f"<item><title>Hujan Lebat {n}</title><link>{site}/cap/{n}.xml</link>"
        f"<guid>{guid(n, province=province)}</guid>"
        f"<pubDate>Tue, 24 Nov 2026 14:25:00 +0700</pubDate><description>Hujan.</description></item>"
        for n in numbers
    )
    return f"<rss><channel><lastBuildDate>{built}</lastBuildDate>{items}</channel></rss>".encode()


@dataclass
class FeedAnswer:
    """Response of one address."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False  # sends less than promised and keeps the connection open


@dataclass
class FeedServer:
    """Responses by path; `asked` are the paths and headers of all requests."""

    url: str
    answers: dict[str, FeedAnswer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> None:
        """Set the response of a path; an underscore in a header name is a hyphen."""
        self.answers[path] = FeedAnswer(
            body, status, {name.replace("_", "-"): text for name, text in headers.items()}
        )

    def hang(self, path: str) -> None:
        """Start a response and never finish it."""
        self.answers[path] = FeedAnswer(b"{", hangs=True)

    def paths(self) -> list[str]:
        """Return the requested paths, in order."""
        return [path for path, _headers in self.asked]


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """Run a server on a free port until the block ends."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): text for name, text in self.headers.items()}))
            answer = site.answers.get(self.path, FeedAnswer(b"not here", 404))
            etag = answer.headers.get("ETag")
            fresh = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if fresh else answer.status)
            for name, text in answer.headers.items():
                self.send_header(name, text)
            body = b"" if fresh else answer.body
            self.send_header("Content-Length", str(len(body) + 1000 * answer.hangs))
            self.end_headers()
            with suppress(ConnectionError):  # the client has disconnected
                self.wfile.write(body)
            if answer.hangs:
                self.wfile.flush()
                closing.wait(30)

        def log_message(self, *_words: object) -> None:
            """Log nothing."""

    closing = threading.Event()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = FeedServer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            closing.set()
            server.shutdown()
            thread.join()
