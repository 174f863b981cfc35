"""What pages show, worked out: one file per noun; templates only print."""
