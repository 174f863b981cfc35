"""How fast Aftercare is, measured in one run beside hand-made SQL on the same server. Start with bin/bench."""
