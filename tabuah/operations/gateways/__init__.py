"""Gateways: what reaches us over a broker or in a logger's file, and how it becomes readings."""
