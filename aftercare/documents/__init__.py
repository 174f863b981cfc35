"""Papers: numbered, frozen, in copies with holders, rendered once and kept."""
