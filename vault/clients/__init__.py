"""Client programs that publish packages: what their commands want, and how they take a key."""
