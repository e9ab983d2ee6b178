"""Moves of notices: the server writes that a contact has confirmed one, perhaps twice, before and after alarms."""

from histories import versions
from histories.base_machine import CONSOLES, PICKS, HistoryMachine
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.notices.drafts import acknowledge_notice
from tabuah.server.errors import DraftRefused

ALARM = "00000000-0000-7000-8000-0000000a7{pick:03d}"
NOTICE = "00000000-0000-7000-8000-0000000b0{pick:03d}"
CONTACT = "00000000-0000-7000-8000-0000000c0{pick:03d}"


class NoticeMoves(HistoryMachine):
    """Moves of notices."""

    @rule(number=CONSOLES, picks=st.lists(PICKS, min_size=1, max_size=3), exchanges=st.booleans())
    def confirm_notices(self, number: int, picks: list[int], exchanges: bool) -> None:
        for pick in picks:
            self.confirm(pick)
        if exchanges:
            self.exchange(self.console(number))

    def confirm(self, pick: int) -> None:
        """Let the server raise an alarm where it has none yet, and record that a contact confirmed its notice."""
        key, at = ALARM.format(pick=pick % 2), self.world.server.clock()
        known = self.world.server.journal.state_of(f"alarm/{key}").value
        if not isinstance(known, Alarm):
            body = AlarmRaised(rule="r", station="", parameter="pga_g", severity=AlarmSeverity.HIGH, onset_at=at)
            self.append(raise_alarm(key, body, exercise=False))
            return
        before = self.world.server.journal.state_of(f"notice/{NOTICE.format(pick=pick % 5)}").value
        self.append(
            acknowledge_notice(
                NOTICE.format(pick=pick % 5),
                contact=CONTACT.format(pick=pick % 3),
                channel="surel",
                subjects=(f"alarm/{key}",),
                world=SubjectWorld(known.exercise, known.exercise_id),
            )
        )
        after = self.world.server.journal.state_of(f"notice/{NOTICE.format(pick=pick % 5)}").value
        assert before is None or after == before, "a confirmed notice was confirmed again"
        assert after is None or isinstance(after, NoticeAcknowledgement)
        state = self.world.server.journal.state_of(f"alarm/{key}").value
        assert isinstance(state, Alarm)
        assert state.acknowledged_at == known.acknowledged_at, "a notice acknowledged its alarm"

    def append(self, draft: Draft) -> None:
        """Write an entry of the server, unless its rules refuse it."""
        server = self.world.server
        with versions.running(newer=server.newer):
            try:
                server.journal.append_drafts([draft])
            except DraftRefused as refused:
                assert refused.reason in ("already_acknowledged", "unknown_kind")  # noqa: PT017 - several versions
