"""One request by HTTP: hostile answers, the end of a transfer, cookies and secrets."""

import http.server
import threading

import pytest
from support.answering_server import start_server_that
from support.notice_servers import start_gateway_server

from tabuah.server.notices.http_exchange import MAX_ANSWER_BYTES, HttpExchange
from tabuah.server.notices.message_sender import DeliveryFailed


def test_request_without_a_response_is_aborted():
    asked, ended = threading.Event(), threading.Event()

    def hang(_request: http.server.BaseHTTPRequestHandler) -> None:
        asked.set()
        ended.wait(30)

    with start_server_that(hang) as url:
        exchange = HttpExchange(url, "Tabuah")
        failures: list[BaseException] = []

        def ask() -> None:
            try:
                exchange.ask("POST", url)
            except DeliveryFailed as failure:
                failures.append(failure)

        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(10)
        exchange.abort()
        thread.join(5)  # the read timeout is longer
        assert not thread.is_alive()
        assert failures
        ended.set()
        exchange.close()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Endless: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_response_that_trickles_fails_at_the_deadline(head: bytes):
    ended = threading.Event()

    def trickle(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while not ended.wait(0.05):
            request.wfile.write(b"x")

    with start_server_that(trickle) as url:
        exchange = HttpExchange(url, "Tabuah", total_s=0.5)
        with pytest.raises(DeliveryFailed):
            exchange.ask("POST", url)
        ended.set()
        exchange.close()


def test_endless_body_is_cut():
    def pour(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            request.wfile.write(b"x" * 65_536)

    with start_server_that(pour) as url:
        exchange = HttpExchange(url, "Tabuah")
        assert len(exchange.ask("POST", url).body) == MAX_ANSWER_BYTES
        exchange.close()


def test_cookies_are_not_kept():
    with start_gateway_server() as gateway:
        gateway.answers = [(200, {"Set-Cookie": "size=" + "x" * 4_000}, {})]
        exchange = HttpExchange(gateway.url, "Tabuah")
        for _number in range(2):
            exchange.ask("POST", gateway.url, content=b"{}", headers={"Content-Type": "application/json"})
        exchange.close()
    assert all("cookie" not in headers for _path, headers, _body in gateway.requests)


def test_exchange_works_again_after_an_abort():
    with start_gateway_server() as gateway:
        exchange = HttpExchange(gateway.url, "Tabuah")
        exchange.abort()
        for _number in range(2):
            assert exchange.ask("POST", gateway.url, json={}).status == 200
            exchange.abort()
        exchange.close()


@pytest.mark.parametrize("written", ["a:b/c+d", "a%3Ab%2Fc%2Bd", "a:b%2Fc%2Bd", "a%3Ab/c%2Bd"])
def test_secret_is_hidden_in_every_form_of_an_address(written: str):
    exchange = HttpExchange("https://sms.example.org/", "Tabuah", secrets=("a:b/c+d",))
    assert exchange.hide(f"https://sms.example.org/{written}/send") == "https://sms.example.org/***/send"
    exchange.close()
