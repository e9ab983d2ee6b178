"""The server's database: schema, migrations and queries."""
