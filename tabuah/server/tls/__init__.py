"""The TLS certificate of the server, its own certificate authority, and client certificates of gateways."""
