"""Settings, addresses, the embedded PostgreSQL, backups."""
