"""The server's tables as SQLAlchemy Core definitions; `migrations` creates them."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA: Final = MetaData()

META: Final = Table(
    "meta",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# One row: holding it serialises the assignment of seqs.
HEAD: Final = Table(
    "head",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

ENTRIES: Final = Table(
    "entries",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("id", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

CHAIN_HEADS: Final = Table(
    "chain_heads",
    METADATA,
    Column("device", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

SUBJECT_STATES: Final = Table(
    "subject_states",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
)

INCIDENT_NUMBERS: Final = Table(
    "incident_numbers",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("subject", Text, nullable=False),
)

# The subjects that name an attachment or its thumbnail.
BLOB_SUBJECTS: Final = Table(
    "blob_subjects",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
)

PERSONAL_VALUES: Final = Table(
    "personal_values",
    METADATA,
    Column("entry", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("salt", Text, nullable=False),
    Column("value", Text, nullable=False),
)

# Quarantined entries of bundles; `sealed` is a box with personal values, or "".
QUARANTINE: Final = Table(
    "aside",
    METADATA,
    Column("device", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("text", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("came_at", Text, nullable=False),
)

# Records that consoles hand back, until they continue the journal; `previous` is the hash of the record before.
HANDBACK_RECORDS: Final = Table(
    "handback_records",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("previous", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("personal", Text, nullable=False),  # personal values as JSON
)

PASSWORDS: Final = Table(
    "passwords",
    METADATA,
    Column("user_name", Text, primary_key=True),
    Column("hash", Text, nullable=False),  # Argon2id
)

# `successor` is the hash of the token that replaced this one; times are seconds since 1970.
REFRESH_TOKENS: Final = Table(
    "refresh_tokens",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("family", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("successor", Text, nullable=False),
    Column("device", Text, nullable=True),
    Column("opened_at", BigInteger, nullable=False),  # of the log-in; no renewal changes it
    Column("issued_at", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),  # that of the user at the log-in
)

# One-time codes for choosing another password; at most one for each user.
RESET_CODES: Final = Table(
    "reset_codes",
    METADATA,
    Column("user_name", Text, primary_key=True),
    Column("hash", Text, nullable=False),  # SHA-256
    Column("expires_at", BigInteger, nullable=False),
)

# The second factor of a user: in force if the user's state says so.
SECOND_FACTORS: Final = Table(
    "second_factors",
    METADATA,
    Column("user_name", Text, primary_key=True),
    Column("secret", Text, nullable=False),  # Base32
    Column("last_step", BigInteger, nullable=False),  # of the newest code that was used
)

RECOVERY_CODES: Final = Table(
    "recovery_codes",
    METADATA,
    Column("user_name", Text, primary_key=True),
    Column("hash", Text, primary_key=True),  # SHA-256
)

BLOBS: Final = Table(
    "blobs",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("received_at", Text, nullable=False),
)
