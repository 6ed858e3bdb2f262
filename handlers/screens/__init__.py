"""Every screen, so that the registry is whole wherever it is imported from."""
