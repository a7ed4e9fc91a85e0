"""The window: the only place that connects things."""
