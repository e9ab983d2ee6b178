"""MQTT: readings taken from any broker, acknowledged once they are on disk."""
