"""Source elements -> frozen definitions: names resolved, conditions compiled, every fault noted."""
