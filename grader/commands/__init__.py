"""The commands of `grade`: parse, call, print, exit code; nothing else."""
