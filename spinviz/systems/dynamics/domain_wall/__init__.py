"""Domain wall: Walker's wall in a track, in field and current; pinning and Barkhausen jumps."""
