"""The system `gradient_echo`."""
