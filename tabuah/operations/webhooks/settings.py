"""The settings of webhooks: the file `webhooks.toml` of a server, as values with bounds."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.notices.channels import SettingName, UrlValue, url_problem
from tabuah.resources.toml_parser import parse_toml

FILE_NAME: Final = "webhooks.toml"
MAX_PROBLEMS: Final = 20


class InvalidWebhookSettings(ValueError):
    """The file cannot be used; the message gives position and reason."""


class EventFamily(StrEnum):
    """The family of an event, by its subject."""

    INCIDENT = "incident"
    DISPATCH = "dispatch"  # of a unit of the OPD
    DISPOSITION = "disposition"
    TASK = "task"
    TEST = "tabuah"  # a person tries an endpoint


class WebhookEndpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application of an OPD that receives events.

    Attributes:
        url: https, or http on this machine; redirects are not followed.
        opd: name of the OPD, as assignments, units and tasks name it.
        secret_file: file with a secret a line, the newest first, relative to the directory of the server.
        events: families of events; empty for all.
        exercises: also send the events of exercises.
        texts: also send titles of incidents and lines of tasks, which people write.
    """

    name: SettingName
    url: UrlValue
    opd: Annotated[str, Meta(min_length=1, max_length=120)]
    secret_file: Annotated[str, Meta(min_length=1, max_length=1_000)]
    events: Annotated[tuple[EventFamily, ...], Meta(max_length=len(EventFamily))] = ()
    exercises: bool = False
    texts: bool = False

    def wants(self, family: EventFamily, *, exercise: bool) -> bool:
        """Return whether it receives events of a family, of an exercise or of the real world."""
        return (not self.events or family in self.events) and (self.exercises or not exercise)


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. Without an endpoint nothing is sent.

    Attributes:
        disable_after_d: days without a success after which an endpoint that fails is disabled.
        keep_days: days for which events are kept, to be sent again.
        waiting: events of an endpoint that may wait at once; further ones are queued after some are sent.
    """

    endpoint: Annotated[tuple[WebhookEndpoint, ...], Meta(max_length=50)] = ()
    disable_after_d: Annotated[float, Meta(gt=0, le=30)] = 5.0
    keep_days: Annotated[int, Meta(ge=1, le=365)] = 14
    waiting: Annotated[int, Meta(ge=10, le=1_000_000)] = 10_000

    def endpoint_named(self, name: str) -> WebhookEndpoint | None:
        """Return an endpoint by its name."""
        return next((each for each in self.endpoint if each.name == name), None)


def read_webhook_settings(text: str) -> WebhookSettings:
    """Parse the settings.

    Raises:
        InvalidWebhookSettings: not TOML, an unknown name, or a value that cannot be used; all are named.
    """
    try:
        found = msgspec.convert(parse_toml(text), WebhookSettings)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InvalidWebhookSettings(str(error)) from error
    problems = list(_find_problems(found))
    if problems:
        raise InvalidWebhookSettings("; ".join(problems[:MAX_PROBLEMS]))
    return found


def _find_problems(found: WebhookSettings) -> Iterator[str]:
    names = [each.name for each in found.endpoint]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two endpoints are called {name!r}"
    for each in found.endpoint:
        if problem := url_problem(each.url):
            yield f"endpoint {each.name!r}: {problem}"
        if EventFamily.TEST in each.events:
            yield f"endpoint {each.name!r}: every endpoint receives tests"
