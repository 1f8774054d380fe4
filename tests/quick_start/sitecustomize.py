"""Python reads this where it starts with the folder on PYTHONPATH: what it does not find there.

jsonschema, by which nbformat looks at notebooks, has a library read the grammar of all IRIs when it
is imported, which takes longer than most commands that use a notebook.  It does without, and no
notebook holds an IRI that anybody looks at.
"""

import sys

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
