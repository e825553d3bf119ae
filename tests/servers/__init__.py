"""Small registries on loopback that behave as their documentation says."""
