"""The simulator: plays a scenario into a server by MQTT and HTTP, as gateways and data loggers in the field do."""
