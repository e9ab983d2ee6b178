"""Sentences and labels for people, made from domain values. No Qt."""
