"""The shapes of the YAML files: strict models with positions, one per element, sugar still in place."""
