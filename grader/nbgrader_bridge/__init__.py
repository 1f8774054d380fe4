"""nbgrader's side of a course: its configuration, gradebook, folders and feedback.

nbgrader takes two seconds to import, so nothing of it is imported before it is needed.  Nothing
here is at work while student code runs: a gradebook is opened only when all is judged.
"""
