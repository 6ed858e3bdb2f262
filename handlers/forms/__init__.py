"""Forms. ``handlers.everything`` imports them all, so that the registry is whole."""
