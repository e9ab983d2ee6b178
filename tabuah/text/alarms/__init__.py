"""Texts about alarms: titles, evidence, groups, escalation and performance."""
