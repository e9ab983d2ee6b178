"""Requests of the logged-in user to the server, on the network worker."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient

ReplyT = TypeVar("ReplyT")


def ask_server(
    context: WindowContext,
    act: "Callable[[ServerClient], ReplyT]",
    *,
    on_done: Callable[[ReplyT], None],
    on_error: Callable[[Exception], None],
) -> None:
    """Call the server; `on_done` gets the reply, and `on_error` what `ServerClient.call` raises."""

    def work(store: ConsoleStore) -> ReplyT:
        from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

        session = ConsoleSession(store)
        with session.client:
            return act(session.client)

    context.network.run(work, on_done=on_done, on_error=on_error)
