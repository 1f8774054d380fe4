"""A course, its assignments, and what each of them asks for.

``finding`` looks for a course and its assignments, ``assignment`` opens the parts of one, and
``points`` reads its assignment.toml.
"""

from grader.course.assignment import PACKAGE, Assignment, imports_torch
from grader.course.finding import FOLDERS, Course, find_course
from grader.course.points import POINTS_FILE, Function, Points, read_points

__all__ = [
    "FOLDERS",
    "PACKAGE",
    "POINTS_FILE",
    "Assignment",
    "Course",
    "Function",
    "Points",
    "find_course",
    "imports_torch",
    "read_points",
]
