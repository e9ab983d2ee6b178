"""Webhooks to the applications of OPDs: the durable queue, the requests, and the service that fills it."""
