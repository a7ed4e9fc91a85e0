"""Readers and writers of files; files from strangers are data."""
