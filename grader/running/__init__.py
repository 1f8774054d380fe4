"""The story of a run: submissions in, lanes at work, each result whole or absent."""
