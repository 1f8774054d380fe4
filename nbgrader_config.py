"""nbgrader's configuration of this course.  What belongs to your course goes below."""

from grader.nbgrader_bridge.course_config import configure

c = get_config()  # noqa: F821  (nbgrader puts it there)
configure(c, __file__)

c.CourseDirectory.course_id = "unrolled"
# c.Exchange.root = "/srv/nbgrader/exchange"
# c.LateSubmissionPlugin.penalty_method = "zero"  # what a late submission costs; "none" is usual
