"""What calls keyfob once a day: one file per system that can."""
