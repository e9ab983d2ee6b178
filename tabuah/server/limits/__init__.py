"""Limits of load: connections, requests, streams and bytes, so that one client cannot shut out the others."""
