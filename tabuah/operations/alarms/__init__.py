"""Alarms: raised by rules, acknowledged by people, after ISA-18.2."""
