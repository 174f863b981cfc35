"""Text of a handbook -> frozen definitions, every fault found. Pure: no database, no Django."""
