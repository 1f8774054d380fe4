"""What every peer is given alike; it is copied beside tests, and imports nothing of ours."""
