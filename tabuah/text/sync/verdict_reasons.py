"""Text for the reason codes of verdicts and of `NotPossible`: which rule applies, and what to do."""

from typing import Final

from tabuah.operations.errors import NotPossible
from tabuah.resources.localisation import _

REASONS: Final[dict[str, str]] = {
    "role_forbids": "Your role does not allow this.",
    "out_of_scope": (
        "This incident is not assigned to your OPD. Notes, photos and figures are always accepted; the control room"
        " does the rest."
    ),
    "scope_changed": "It was allowed when it was written. Now the incident is assigned to another OPD.",
    "supervisor_only": "Only a supervisor may close or reopen an incident, or merge a closed one.",
    "close_needs_contained": "An incident is closed only after it is contained.",
    "close_needs_second_person": (
        "Closing needs a second person: the person who contained an incident cannot close it."
    ),
    "no_such_deputyship": "This person cannot be a deputy in this role, or not for this time.",
    "deputyship_ended": "The author's time as a deputy had ended.",
    "deputyship_too_long": "After three days in a row as a deputy, only an administrator names this person again.",
    "hidden_characters": "Office or full name has line breaks, control or other hidden characters.",
    "last_administrator": "The last active administrator cannot be locked or get another role.",
    "closed_without_reason": "Closing an incident needs a reason.",
    "merge_into_itself": "An incident cannot be merged into itself.",
    "merge_in_a_circle": "This merge would form a circle: first undo the merge in the other direction.",
    "merge_contested": (
        "Another change of this incident waits for a settlement, and names another target: settle it first."
    ),
    "merge_needs_target": "A merge needs the incident to merge into.",
    "other_target": "Another person merged it into another incident, or the merges would form a circle.",
    "already_reported": "This incident was reported already.",
    "already_raised": "This alarm was raised already.",
    "raised_by_another": "Only the device that raised this alarm, or the server, may clear it.",
    "raiser_is_active": (
        "A supervisor ends an alarm only if the device that raised it is revoked or silent for a day, and is not the"
        " server."
    ),
    "shelving_too_long": "An alarm can be shelved for at most 24 hours.",
    "already_escalated": "This alarm was escalated already.",
    "no_longer_waiting": "This alarm no longer waits for an answer.",
    "already_ended": "This maintenance is over already.",
    "already_exists": "This name exists already.",
    "number_of_another_device": "The incident number belongs to another device.",
    "number_taken": "Another incident has this number already.",
    "subject_malformed": "The subject of this change has no valid ID.",
    "unknown_subject": "The subject of this change is unknown.",
    "unknown_conflict": "There is no such conflict.",
    "no_base": "There was no previous value: choose the current or the proposed one.",
    "not_held": "This entry is not held any more.",
    "rests_on_held": "It depends on an entry that is held: it takes effect automatically once that is released.",
    "rests_on_unknown": (
        "It depends on an entry that has not arrived yet: it takes effect automatically once that has arrived."
    ),
    "too_many_wait": (
        "Too many changes already depend on the same missing entry; send it again once that has arrived."
    ),
    "too_many_held": "Too many changes of this subject already wait for a supervisor; send it again later.",
    "too_many_attachments": "It has as many attachments as it may have.",
    "too_many_answers": "Too many questions have an answer on this incident.",
    "too_many_of_author": "You have written this too often on this incident.",
    "too_many_shifts": "The week has as many shifts as it may have.",
    "too_many_proposals": "Too many changes of this shift already wait for a decision: settle it first.",
    "shift_closed": "The shift has ended.",
    "shift_not_closed": "The shift is still running.",
    "too_many_people": "As many people have joined the shift as may.",
    "too_many_log_lines": "The log of the shift has as many lines as it may have.",
    "too_many_promises": "The shift has as many promises as it may have.",
    "unknown_log_line": "The line that it corrects is not known.",
    "unknown_promise": "This promise is not known.",
    "promise_already_ended": "The promise was ended already.",
    "handover_changed": "The handover was changed or withdrawn by another person: read it again.",
    "handover_hash": "It names another content of the handover than the one that was prepared.",
    "handover_complete": "Both sides have confirmed the handover already.",
    "already_confirmed": "This side of the handover is confirmed already.",
    "same_person": "One person cannot confirm both sides of a handover.",
    "not_of_shift": "Only a person of the outgoing shift confirms its side.",
    "too_many_links": "The alarm is linked to as many incidents as it may be.",
    "unknown_kind": "The server does not know this kind of change: its version is older.",
    "unknown_schema": "The server does not know this form of change: its version is older.",
    "malformed_body": "The content is not valid.",
    "out_of_bounds": "A number, a time or a text in it is too large; correct it and send it again.",
    "subject_of_another_kind": "The change does not fit its subject.",
    "subject_of_another_name": "The change names another subject than its own.",
    "needs_newer_version": "This was changed by a newer version; update Tabuah to work on it.",
    "too_large": "This is too long to be sent; shorten it or attach it as a file.",
    "already_there": "The same work arrived already under another key.",
    "twin_not_found": (
        "The server took it for work that had arrived under another key, but that work is not here; send it again."
    ),
    "stale_base": "Another person changed the same field meanwhile.",
    "unknown_device": "The device was not enrolled.",
    "no_grant": "It was written without a valid log-in on this device.",
    "device_revoked": "The device was revoked.",
    "device_not_approved": "The device waits for approval.",
    "user_inactive": "The user is locked out.",
    "role_changed": "The user's role has changed since the log-in.",
    "grant_expired": "The log-in had expired when it was written.",
    "before_grant": "Its time lies before the log-in under which it was written.",
    "clock_ahead": "Its time lies in the future: the clock of its computer is wrong.",
    "late_arrival": "It arrived more than 14 days after its log-in had ended.",
    "another_author": "It names another author than the owner of its device, and no log-in of that author.",
    "not_vouched": "It is not the work that its device had signed when it was enrolled.",
    "release_needs_another": (
        "Its author is not proven, and you use the same device: a supervisor at another device must release it."
    ),
    "weak_key": "Anyone can sign with the key of this device.",
    "unit_of_another_opd": "A field office moves and places only units of its own OPD.",
    "station_change_needs_reason": "Limits and the position of a station change only with a reason.",
    "by_server_only": "Only the server writes a change for another person.",
    "not_your_station": "A gateway registers stations only for itself.",
    "attachment_of_another": "A field office removes only what it has added itself.",
    "task_of_others": "A field office works on tasks of its own people, units and office, and on those it added.",
    "task_is_done": "The task is done already.",
    "task_is_open": "The task is open.",
    "no_disposition": "Only a disposition has a receipt.",
    "no_receipt": "The disposition has no receipt.",
    "receipt_without_name": "Name the person at the OPD who has received it.",
    "disposition_without_opd": "A disposition is addressed to an OPD.",
    "exercise_running": "The exercise is still running. End it first.",
    "exercise_differs": "It belongs to another exercise, or mixes an exercise with real work.",
    "unknown_exercise": "This exercise is not known.",
    "exercise_unnamed": "Stations and units of a drill are registered inside a named exercise.",
    "exercise_ended": "The exercise has ended. Nothing is written into it any more.",
    "another_regency": "The journal is that of another regency.",
    "refused": "A supervisor refused it.",
    # Of entries that are not issued again after a decision between two histories.
    "changed_in_both": "The history that goes on has changed the same: check which value is right.",
    "alarm_is_up": "The history that goes on has an active alarm of this series.",
    "device_stolen": "The device was reported stolen.",
    "id_is_used": "Another entry has its ID.",
    "gap": "An earlier entry of its device is missing; the device sends both when it comes back.",
    "fork": "Its device has written another entry in its place: the data of the device were copied.",
    "broken_chain": "It does not follow the entry of its device before it.",
    "bad_signature": "Its signature does not match the key of its device.",
}

# Only a draft is refused with these, before anything is saved; no verdict carries them.
REFUSALS: Final[dict[str, str]] = {
    "view_unknown": "There is no saved view “{name}”. `tabuah incident view list` shows all.",
    "view_name_taken": "Another saved view has the name “{name}”.",
    "view_name_length": "The name of a view has 1 to {n} characters.",
    "too_many_views": "There can be {n} saved views. Delete one first.",
    "no_editable_text": "This has no text that could be changed.",
    "text_length": "The text is empty or too long.",
    "reason_length": "Rejection needs a reason of at most {n} characters.",
    "already_acknowledged": "This alarm was acknowledged already by {name}.",
    "alarm_is_over": "This alarm is over already.",
    "end_reason_length": "Ending an alarm needs a reason of at most {n} characters.",
    "no_shelving_reason": "Shelving an alarm needs a reason.",
    "shelved_too_long": "An alarm can be shelved for at most {n} hours.",
    "not_shelved": "This alarm is not shelved.",
    "already_linked": "This alarm is already linked to incident {number}.",
    "no_source": "Name the source of the level, such as: PVMBG, MAGMA Indonesia.",
    "stated_in_future": "The statement lies in the future. Check its date and time.",
    "unknown_volcano": "There is no volcano {id} on the map. Known are: {known}.",
    "no_maintenance_reason": "Maintenance needs a reason.",
    "stations_of_one_kind": "Name stations that are all real, or all of an exercise.",
    "ends_in_the_past": "The end is past.",
    "maintenance_too_long": "Maintenance can last {n} days at most.",
    "no_retirement_reason": "Retiring a rule needs a reason.",
    "no_removal_reason": "Removing a file needs a reason.",
    "no_station_reason": "Changing, retiring or restoring a station needs a reason.",
    "nothing_changed": "Nothing was changed.",
    "already_retired": "The station is retired already.",
    "not_retired": "The station is in service.",
    "no_assignment_reason": "Naming another gateway needs a reason.",
    "no_contact_reason": "Retiring or restoring a contact needs a reason.",
    "contacts_changed": "Contacts have changed since the preview. Check it and import again.",
    "call_is_linked": "The call is about an incident, so it is a normal call.",
    "already_received": "The disposition was received already.",
    "task_has_ended": "The task has ended already.",
    "task_owner_text": "An owner has a name of at most {n} characters.",
    "unknown_task_owner": "There is no unit or user {name} here.",
    "task_text_missing": "The text is empty.",
    "task_text_length": "The text is longer than {n} characters.",
    "contact_retired": "The contact {contact} is retired already.",
    "contact_not_retired": "The contact {contact} is not retired.",
    "unit_retired": "Unit {unit} is retired.",
    "unit_known": "{unit} is registered already.",
    "unit_on_mission": "{unit} is still sent to {numbers}.",
    "exercise_name": "An exercise needs a name of at most {n} characters, other than “unnamed”.",
    "exercise_runs": "An exercise named {name} is running already.",
    "exercise_over": "Exercise {name} has ended already.",
    "exercise_wiped": "Exercise {name} was wiped already.",
    "no_exercise": "There is no exercise {name}. “tabuah exercise list” shows all.",
    "several_exercises": "Several exercises are named {name}. Give the id of one: {ids}",
    "name_exercise": "Name the exercise: {n} are running.",
    "one_exercise_or_all": "Use either --exercise or --with-exercises.",
    "unknown_person": "There is no user {name}.",
    "person_locked": "{name} is locked.",
    "shift_not_planned": "Nobody is planned for this shift.",
    "nothing_to_undo": "There is no change of this shift to undo.",
    "no_proposal": "No other change of this shift waits for a decision.",
    "roster_changed": "The roster has changed since the preview. Check it and import again.",
    "nothing_to_copy": "Nothing is planned in {week}.",
    "swap_reason_length": "A swap needs a reason of at most {n} characters.",
    "no_shift": "No shift is running. Start it: tabuah shift start",
    "shift_running": "The shift of {crew} is running. Hand it over or close it first.",
    "unknown_shift": "There is no shift {text}.",
    "no_handover": "No handover is prepared: tabuah shift handover",
    "no_open_promise": "There is no open promise {text}.",
    "no_log_line": "There is no line {text} in the log.",
    "roster_plans_nobody": "The roster has no crew for this time. Name the crew: tabuah shift start --crew NAME",
    "another_hash": "The prepared handover has the hash {hash}. Read it: tabuah shift show",
    "unknown_about": "There is nothing named {text}, or several begin like this.",
    "shift_length": "A shift ends after it has begun, and within 48 hours.",
    "shift_text_length": "The text is empty or longer than {n} characters.",
    "tracker_taken": "{tracker} is carried by {unit} already.",
}


def describe_reason(code: str) -> str:
    """Return the text of a verdict's reason in the current language; the code itself if it is unknown."""
    return _(REASONS[code]) if code in REASONS else code


def describe_not_possible(refusal: NotPossible) -> str:
    """Return the reason why a change is not possible."""
    if refusal.reason in REFUSALS:
        return _(REFUSALS[refusal.reason]).format(**refusal.values)
    return describe_reason(refusal.reason)
