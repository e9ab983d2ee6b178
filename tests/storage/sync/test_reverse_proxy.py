"""A console works through Caddy and nginx, set up as the guide says; the live stream is not held back."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.reverse_proxy import PROXIES, caddy_command, free_port, nginx_command, running_proxy
from support.running_server import PASSWORD, RunningServer, start_server
from support.tls_server import create_tls_server

from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, UntrustedServer
from tabuah.storage.sync.live_stream import LiveStream
from tabuah.storage.sync.server_pin import pin_from_file, pinned_context
from tabuah.storage.sync.session import log_in
from tabuah.storage.sync.session_tokens import TokenFile

PATIENCE_S = 10.0  # less than a heartbeat: what a proxy holds back does not come with the next one


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        yield server


@contextmanager
def proxy_of(kind: str, project: Path, folder: Path, server: RunningServer) -> Iterator[tuple[str, Path]]:
    """Run a proxy and yield its address and the certificate of its authority."""
    program = kind.removesuffix("-internal")
    if not PROXIES[program]:
        pytest.skip(f"{program} is not installed: apt-get install {program}")
    folder.mkdir()
    port = free_port()
    if kind == "caddy-internal":
        command = caddy_command(project, folder, port=port, server_url=server.url, certificate=None)
        authority = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    else:
        state = create_tls_server(folder / "authority", names=("localhost",))
        make, authority = (caddy_command if kind == "caddy" else nginx_command), Path(state.authority)
        command = make(project, folder, port=port, server_url=server.url, certificate=Path(state.certificate))
    with running_proxy(command, folder, port) as url:
        yield url, authority


def hear_stream(store: ConsoleStore, url: str) -> tuple[LiveStream, threading.Event]:
    """Open the live stream through the proxy; the event is set by the first entry."""
    heard, tokens = threading.Event(), TokenFile(store.directory).read()
    assert tokens is not None
    stream = LiveStream(
        lambda: ServerClient(url, access_token=lambda: tokens.access_token, trust=pinned_context(store.directory)),
        after=store.head.seq,
        on_entry=lambda _seq: heard.set(),
        on_readings=lambda _readings: None,
        on_end=lambda: None,
    )
    return stream, heard


@pytest.mark.parametrize("kind", ["caddy", "caddy-internal", "nginx"])
def test_console_works_through_a_proxy(kind: str, project: Path, server: RunningServer, tmp_path: Path):
    with (
        proxy_of(kind, project, tmp_path / "proxy", server) as (url, authority),
        open_store(tmp_path / "ani") as store,
    ):
        with pytest.raises(UntrustedServer):
            log_in(store, url=url, user="ani", password=PASSWORD)
        log_in(store, url=url, user="ani", password=PASSWORD, pin=pin_from_file(authority))
        report_incident_at(store)
        assert sync(store).pushed
        stream, heard = hear_stream(store, url)
        try:
            for name in ("budi", "citra"):  # the stream is open when the second one comes
                server.add_user(name)
                assert heard.wait(PATIENCE_S), "the proxy holds the stream back"
                heard.clear()
        finally:
            stream.close()
        sync(store)
        assert store.head.seq == server.journal.head().seq


def test_proxy_without_its_server_counts_as_offline(project: Path, tmp_path: Path):
    with ExitStack() as proxied, open_store(tmp_path / "ani") as store:
        with start_server(tmp_path / "server") as server:
            server.add_user("ani")
            url, authority = proxied.enter_context(proxy_of("caddy", project, tmp_path / "proxy", server))
            log_in(store, url=url, user="ani", password=PASSWORD, pin=pin_from_file(authority))
        with pytest.raises(Offline, match="aman"):
            sync(store)
