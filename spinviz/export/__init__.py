"""Images, animations and tables; drives the same loop as the window."""
