"""The system `antiferromagnet`."""
