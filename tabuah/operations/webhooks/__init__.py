"""Webhooks to the applications of OPDs: their settings, events and signatures."""
