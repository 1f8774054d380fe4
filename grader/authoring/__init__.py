"""What an instructor makes of a course: the students' files, new assignments, its own check."""
