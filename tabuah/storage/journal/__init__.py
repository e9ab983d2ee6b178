"""The journal: signing, chaining and moving entries verbatim."""
