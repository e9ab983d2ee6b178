"""Conflict policy of contacts by field, in the same form as that of incidents.

Each field is decided by itself, so that a new number of one author and a new remark of another are both kept.
"""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

FIELDS: Final = (
    *("name", "function", "organisation", "kecamatan", "nagari", "hazards"),
    *("phones", "whatsapp", "emails", "radio", "call_sign", "hours", "remark", "gateway"),
)
_EDITED: Final = ("contact.registered", "contact.edited")

CONTACT_POLICY: Final = (
    *(FieldRule(field=name, policy=MergePolicy.LAST_WINS, kinds=_EDITED) for name in (*FIELDS, "personal")),
    FieldRule(field="retired", policy=MergePolicy.LAST_WINS, kinds=("contact.retired", "contact.restored")),
)
