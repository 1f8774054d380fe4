"""Near-identical submissions, to be looked at side by side; never a verdict."""
