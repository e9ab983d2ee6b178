"""Readings by MQTT, from any broker; a message is acknowledged once its readings are on disk."""
