"""The fetcher and servers that answer slowly or not at all."""

import http.server
import threading
import time

import pytest
from support.answering_server import start_server_that

from tabuah.server.feeds.fetcher import FeedUnreachable, Fetcher, RateLimiter


def fetcher(*, total_s: float) -> Fetcher:
    return Fetcher(RateLimiter(time.monotonic), agent="Tabuah", pause=lambda _wait_s: False, total_s=total_s)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Endless: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_response_that_trickles_fails_at_the_deadline(head: bytes):
    ended = threading.Event()

    def trickle(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while not ended.wait(0.05):
            request.wfile.write(b"x")

    with start_server_that(trickle) as url:
        client = fetcher(total_s=0.5)
        with pytest.raises(FeedUnreachable):
            client.fetch(url)
        ended.set()
        client.close()


def test_request_without_a_response_is_aborted():
    asked, ended = threading.Event(), threading.Event()

    def hang(_request: http.server.BaseHTTPRequestHandler) -> None:
        asked.set()
        ended.wait(30)

    with start_server_that(hang) as url:
        client = fetcher(total_s=30)
        failures: list[BaseException] = []

        def fetch() -> None:
            try:
                client.fetch(url)
            except FeedUnreachable as failure:
                failures.append(failure)

        thread = threading.Thread(target=fetch)
        thread.start()
        assert asked.wait(10)
        client.abort()
        thread.join(5)  # the read timeout is longer
        assert not thread.is_alive()
        assert failures
        ended.set()
        client.close()


def test_fetcher_works_again_after_an_abort():
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with start_server_that(answer) as url:
        client = fetcher(total_s=30)
        for _turn in range(2):
            client.abort()
            assert client.fetch(url).body == b"ok"
        client.close()
