"""What runs behind the window: worker thread, edits, sessions, recording, export."""
