"""A bar of iron or another soft metal: its domains, and what a magnet does to it."""
