"""Sentences and labels about shifts on duty."""
