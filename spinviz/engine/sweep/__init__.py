"""Sweeps: what a system shows over its parameters, each point judged, with errors, the same bits wherever computed."""
