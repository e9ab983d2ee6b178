"""The past of a control room: what was known at any moment, and what happened when."""
