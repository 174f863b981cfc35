"""(definition, state, command, now, world) -> events, or a refusal. Pure."""
