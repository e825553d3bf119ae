"""Single settings in the configuration files of clients: everything else in them stays as it is."""
