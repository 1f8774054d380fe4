"""The autograder zip for Gradescope, and what runs inside it there."""
