"""Gateways: messages from a broker or a logger's file, converted to readings."""
