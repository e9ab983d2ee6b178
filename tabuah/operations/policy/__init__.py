"""The decision rules in force, recorded in the journal."""
