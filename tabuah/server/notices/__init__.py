"""Outgoing notices: the durable queue, its deliveries, and the service that fills it."""
