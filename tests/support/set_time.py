"""A clock that a test sets: the time of a journal and the seconds of a service."""

from datetime import datetime, timedelta


class SetTime:
    """Called, it returns the time."""

    def __init__(self, now: datetime) -> None:
        self.now, self.seconds = now, 0.0

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds
