"""One TLS context for all HTTP clients of a test run: loading the system's certificates takes 13 ms a client."""

import functools
import os
import ssl

import httpcore2


def share_tls_contexts() -> None:
    """Let clients with the same sources of certificates share their default TLS context."""
    make_context = httpcore2.default_ssl_context

    @functools.cache
    def context_from(_sources: tuple[str | None, ...], **options: bool) -> ssl.SSLContext:
        return make_context(**options)

    def default_ssl_context(**options: bool) -> ssl.SSLContext:
        return context_from((os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")), **options)

    httpcore2.default_ssl_context = default_ssl_context
