"""Every form, so that the engine knows them wherever it is imported from."""
