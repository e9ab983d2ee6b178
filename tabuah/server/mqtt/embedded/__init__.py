"""The server's own broker: gateways of MQTT 3.1.1 bring readings, and hear that these are on disk."""
