"""What grading costs, measured; each module is a script with a --help."""
