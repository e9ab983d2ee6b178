"""Roads as a network: built from lines, stored in a file, and searched for distances and routes."""
