"""The notebook that a new assignment can start with: its function, and a written question.

It is the instructor's text of it, in Jupytext's percent format, beside the solutions; `grade build`
makes the students' notebook of it, without what stands between the marks of a solution.
"""

from __future__ import annotations

FILE = "notebook_@NAME@.py"

TEXT = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # @TITLE@
#
# This notebook goes with the files in its folder. You write code in `leaky.py`; here you run its
# public tests and answer a question in writing. Hand in the whole folder.

# %%
from workbench import public_tests

# %% [markdown]
# ## 1. A leaky sum

# %% nbgrader={"grade_id": "leaky_sum"}
public_tests("leaky_sum")

# %% [markdown]
# ## 2. In writing
#
# What does the sum forget, and how fast, when `keep` is 0.7? (5 points)

# %% [markdown] nbgrader={"grade_id": "question-1", "points": 5}
# ### BEGIN SOLUTION
# **Model answer.** What came in k steps ago is still there with a weight of 0.7^k: after two steps
# half of it, after seven less than a tenth.
#
# **Rubric (5).** The weight 0.7^k: 3. How fast, with a number: 2.
# ### END SOLUTION
"""
