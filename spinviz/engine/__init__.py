"""The stepping loop: time, commands, snapshots, recordings."""
