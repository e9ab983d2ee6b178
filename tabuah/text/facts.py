"""Facts: labelled values in reading order."""

Fact = tuple[str, str]
Facts = tuple[Fact, ...]


def known_facts(facts: Facts) -> Facts:
    """Return the facts that have a value."""
    return tuple((label, value) for label, value in facts if value)
