"""`tabuah feed bmkg`: real files as text and JSON, invalid files rejected, downloads within limits."""

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLine

from tabuah.console.commands.feeds import download as fetching
from tabuah.console.commands.feeds.feeds import MAX_BYTES

QUAKE = {
    "Tanggal": "23 Sep 2026", "Jam": "19:16:56 WIB", "DateTime": "2026-09-23T12:16:56+00:00",
    "Coordinates": "-0.85,100.66", "Lintang": "0.85 LS", "Bujur": "100.66 BT", "Magnitude": "5.1",
    "Kedalaman": "12 km", "Wilayah": "Pusat gempa di darat Kab. Solok", "Potensi": "Tidak berpotensi tsunami",
    "Dirasakan": "III-IV Solok",
}  # fmt: skip
ANSWERS: dict[str, tuple[int, bytes]] = {
    "/autogempa.json": (200, json.dumps({"Infogempa": {"gempa": QUAKE}}).encode()),
    "/gone.json": (404, b"not here"),
    "/hotspot.json": (511, b"<html>Wi-Fi</html>"),
    "/endless.json": (200, b" " * (MAX_BYTES + 10)),
}


class Answering(http.server.BaseHTTPRequestHandler):
    """A web server with a few files."""

    def do_GET(self):
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the reader closed the connection
            self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Log nothing."""


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_feed_prints_felt_earthquakes_with_distance(line: CommandLine, reference_data: Path):
    file = str(reference_data / "feeds" / "bmkg_gempadirasakan.json")
    code, out, _err = line("feed", "bmkg", file)
    assert code == 0
    assert "BMKG (gempadirasakan)" in out
    assert "15 butir" in out
    assert "km dari pusat Kabupaten Solok" in out
    answer = line.json("feed", "bmkg", file)
    assert len(answer["earthquakes"]) == 15
    assert all(quake["distance_km"] > 0 for quake in answer["earthquakes"])


def test_feed_recognises_warnings_and_warning_lists(line: CommandLine, reference_data: Path):
    notices = line.json("feed", "bmkg", str(reference_data / "feeds" / "bmkg_nowcast_rss_id_excerpt.xml"))
    alert = line.json("feed", "bmkg", str(reference_data / "feeds" / "bmkg_cap_CGT20260924002_alert.xml"))
    assert len(notices["notices"]) == 3
    assert alert["alerts"][0]["infos"]


def test_feed_prints_skipped_items_with_reason(line: CommandLine, tmp_path: Path):
    broken = {**QUAKE, "Coordinates": "nowhere", "Lintang": "", "Bujur": ""}
    file = tmp_path / "feed.json"
    file.write_text(json.dumps({"Infogempa": {"gempa": [QUAKE, broken]}}))
    code, out, _err = line("feed", "bmkg", str(file))
    assert code == 0
    assert "Dilewati:\n- butir 2:" in out
    assert [aside["index"] for aside in line.json("feed", "bmkg", str(file))["set_aside"]] == [1]


@pytest.mark.parametrize("name", ["usgs_2.5_day.geojson", "bmkg_prakiraan_404.json"])
def test_feed_rejects_other_files(name: str, line: CommandLine, reference_data: Path):
    code, out, err = line("feed", "bmkg", str(reference_data / "feeds" / name))
    assert (code, out) == (2, "")
    assert err


def test_feed_reports_missing_file(line: CommandLine, tmp_path: Path):
    code, _out, err = line("feed", "bmkg", str(tmp_path / "none.json"))
    assert code == 2
    assert "none.json tidak dapat dibaca" in err


def test_feed_downloads_address_and_locates_earthquake(line: CommandLine, site: str):
    quake = line.json("feed", "bmkg", f"{site}/autogempa.json")["earthquakes"][0]
    assert quake["relation"] == "inside"
    code, out, _err = line("feed", "bmkg", f"{site}/autogempa.json")
    assert code == 0
    assert "di Kabupaten Solok" in out


def test_feed_exits_3_without_answer(line: CommandLine, site: str):
    code, _out, err = line("feed", "bmkg", f"{site}/gone.json")
    assert (code, "HTTP 404" in err) == (3, True)
    code, _out, err = line("feed", "bmkg", f"{site}/hotspot.json")
    assert (code, "jaringan meminta masuk lewat peramban" in err) == (3, True)
    code, _out, err = line("feed", "bmkg", "http://127.0.0.1:9/autogempa.json")
    assert (code, "tidak dapat diambil" in err) == (3, True)


def test_feed_download_stops_at_size_limit(line: CommandLine, site: str):
    code, _out, err = line("feed", "bmkg", f"{site}/endless.json")
    assert (code, "lebih dari 10 MB" in err) == (2, True)


@pytest.mark.parametrize("url", ["ftp://bmkg.go.id/x", "https://", "https://user:pw@bmkg.go.id/", "https://a:b:c/"])
def test_download_rejects_invalid_addresses_first(url: str):
    with pytest.raises(fetching.InvalidDownloadUrl):
        fetching.download(url, limit_bytes=10)
