"""The system `paramagnet`."""
