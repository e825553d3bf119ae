"""The terminal app. It talks to `vault` through its public names only."""
