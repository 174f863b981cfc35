"""Who may act: persons, roles, stores, leave, deputies, rights."""
