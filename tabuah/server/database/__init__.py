"""How the server's data lies in its database."""
