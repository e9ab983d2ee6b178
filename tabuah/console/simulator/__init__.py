"""The simulator: plays a scenario into a server over HTTP, as gateways in the field would send it."""
