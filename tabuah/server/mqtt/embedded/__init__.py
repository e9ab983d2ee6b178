"""The embedded MQTT 3.1.1 broker: gateways publish readings, acknowledged once they are on disk."""
