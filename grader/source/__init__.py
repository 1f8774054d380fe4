"""A submission's source as text and syntax tree: read, never run."""
