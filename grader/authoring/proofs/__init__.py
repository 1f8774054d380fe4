"""What `grade verify` proves of an assignment: a module for each check."""
