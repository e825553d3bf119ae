"""The steps of the create-key wizard, one question each."""
