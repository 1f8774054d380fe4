"""The story of judging one submission: its own neighbours first, then lent ones."""
