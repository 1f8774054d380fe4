"""Finds and reads submissions."""
