"""Text of the help: topics with short steps."""
