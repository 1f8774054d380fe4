"""The words for findings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import grader.phrases
from grader.phrases import Phrases, notes, number, printable
from grader.phrases.template import Medium, check, fill, gaps
from grader.record import Criterion, Fact, Finding, FunctionResult, Place, Status

FACTS = {
    "missing file": {"file", "similar", "notebook", "archive", "document"},
    "empty file": {"file"},
    "unreadable file": {"file"},
    "too large file": {"file", "limit_kib"},
    "binary file": {"file"},
    "not a regular file": {"file", "what"},
    "not utf-8": {"file", "line"},
    "link out of submission": {"file"},
    "too many files": {"limit", "limit_kib"},
    "unread zip": {"file", "what"},
    "names of a zip": {"file"},
    "read from": {"paths"},
    "left aside": {"file", "from", "left", "rule"},
    "from notebook": {"file", "names", "notebook"},
    "stub beside": {"file", "similar"},
    "long file": {"file"},
    "unexplained": set(),
    "syntax error": {"file", "line", "source_line", "detail"},
    "newer syntax": {"file", "line", "source_line", "needs", "has"},
    "newer library": {"name", "needs", "has", "file", "line"},
    "missing import": {"file", "line", "module", "similar"},
    "relative import": {"file", "line", "source_line"},
    "handed out import": {"file", "line", "module"},
    "missing name": {"file", "line", "source_line", "name", "module", "listed"},
    "import failed": {"file", "line", "source_line", "error", "detail"},
    "import refused": {"file", "line", "source_line", "what"},
    "import died": {"file", "reason"},
    "missing function": {"file", "name", "similar"},
    "not callable": {"file", "name", "type"},
    "signature": {"name", "takes", "given"},
    "not written yet": set(),
    "raised": {"error", "detail", "similar", "file", "line", "source_line"},
    "exited": {"error"},
    "died": {"reason"},
    "cpu limit": {"seconds"},
    "wall limit": {"seconds"},
    "too deep": {"file", "line"},
    "memory": {"mib"},
    "broke rules": {"rule"},
    "nonsense reply": set(),
    "holds itself": set(),
    "refused": {"what"},
    "returned nothing": set(),
    "type": {"type", "due"},
    "length": {"length", "due"},
    "missing key": {"key", "of", "similar"},
    "not numbers": {"type"},
    "dtype": {"dtype", "due"},
    "shape": {"shape", "due"},
    "not detached": set(),
    "ragged": set(),
    "too large answer": set(),
    "not finite": {"nan"},
    "precision": set(),
    "values": {"where", "wrong", "of", "steps", "keys"},
    "argument changed": {"argument"},
    "result changed later": set(),
    "differs when called again": set(),
    "parameter names": set(),
    "half not computed by": {"half", "by"},
    "rests on": {"name"},
    "neighbour absent": {"name"},
    "extra key": {"key"},
    "argument returned": {"argument"},
    "memory grows": set(),
    "grader fault": set(),
}

# kind, output, facts: what, next (of a function named f).
SENTENCES: list[tuple[str, str, Mapping[str, Fact], str, str]] = [
    (
        "missing file", "", {"file": "rnn_cell.py"},
        "rnn_cell.py is missing.",
        "put rnn_cell.py into the folder you hand in, under exactly this name",
    ),
    (
        "missing file", "", {"file": "rnn_cell.py", "similar": "RNN_Cell.py"},
        "rnn_cell.py is missing; RNN_Cell.py is there, which is another name.",
        "if RNN_Cell.py is meant, rename it to rnn_cell.py, exactly like this",
    ),
    (
        "missing file", "", {"file": "rnn_cell.py", "notebook": "hw.ipynb"},
        "rnn_cell.py is missing; the notebook hw.ipynb is there, and only .py files are read.",
        "save your code from hw.ipynb as rnn_cell.py, a plain Python file",
    ),
    (
        "missing file", "", {"file": "rnn_cell.py", "archive": "hw.rar"},
        "rnn_cell.py is missing; hw.rar is there, an archive of a kind that is not opened.",
        "hand in the files themselves, or as a .zip instead of hw.rar",
    ),
    (
        "missing file", "", {"file": "rnn_cell.py", "document": "hw.docx"},
        "rnn_cell.py is missing; hw.docx is there, and only .py files are read.",
        "save your code from hw.docx as rnn_cell.py, a plain Python file",
    ),
    (
        "names of a zip", "", {"file": "hw.zip"},
        "The names in hw.zip are in an encoding that cannot be told; they are kept as they read.",
        "make the zip with a program that writes names as UTF-8",
    ),
    (
        "read from", "", {"paths": ("rnn_cell.py", "more/rnn_sequence.py")},
        "The files lie in several places and were put together: rnn_cell.py, more/rnn_sequence.py.",
        "look whether these are the files you mean; next time, hand in all of them in one folder",
    ),
    (
        "left aside", "",
        {"file": "rnn_cell.py", "from": "b/rnn_cell.py", "left": "a/rnn_cell.py", "rule": "first"},
        "rnn_cell.py is there more than once, and nothing says which counts: b/rnn_cell.py was"
        " read, and a/rnn_cell.py left aside.",
        "hand in one version of rnn_cell.py, if b/rnn_cell.py is not the one you mean",
    ),
    (
        "from notebook", "",
        {"file": "rnn_cell.py", "names": ("softmax",), "notebook": "hw.ipynb"},
        "These were taken from the notebook hw.ipynb into rnn_cell.py, with what they need of it:"
        " softmax.",
        "hand in rnn_cell.py itself next time, a plain Python file",
    ),
    (
        "stub beside", "", {"file": "rnn_cell.py", "similar": "rnn_cell - Copy.py"},
        "rnn_cell.py is the stub as it was handed out; rnn_cell - Copy.py is there, which is"
        " another name and is not read.",
        "if rnn_cell - Copy.py is meant, rename it to rnn_cell.py, exactly like this",
    ),
    (
        "empty file", "", {"file": "rnn_cell.py"},
        "rnn_cell.py is empty.",
        "save your work into rnn_cell.py before you hand it in",
    ),
    (
        "unreadable file", "", {"file": "rnn_cell.py"},
        "rnn_cell.py cannot be opened and read.",
        "hand rnn_cell.py in again; if it came in a zip, make the zip again",
    ),
    (
        "too large file", "", {"file": "rnn_cell.py", "limit_kib": 1024},
        "rnn_cell.py is larger than 1024 KiB, the most that is read.",
        "take data and printed output out of rnn_cell.py",
    ),
    (
        "binary file", "", {"file": "rnn_cell.py"},
        "rnn_cell.py is not a text file.",
        "save rnn_cell.py as plain UTF-8 text",
    ),
    (
        "not a regular file", "", {"file": "rnn_cell.py", "what": "pipe"},
        "rnn_cell.py is a pipe, not a file.",
        "put an ordinary file named rnn_cell.py in its place",
    ),
    (
        "link out of submission", "", {"file": "rnn_cell.py"},
        "rnn_cell.py is a link to something outside the submission; such links are not followed.",
        "put the file itself in place of the link rnn_cell.py",
    ),
    (
        "not utf-8", "", {"file": "rnn_cell.py", "line": 3},
        "rnn_cell.py is not UTF-8 text; the first line that is not is line 3.",
        "save rnn_cell.py as plain UTF-8 text",
    ),
    (
        "too many files", "", {"limit": 200, "limit_kib": 8192},
        "It holds more Python files than are read (200 files or 8192 KiB together); "
        "the rest is left out.",
        "hand in only the files you wrote for this assignment",
    ),
    (
        "unread zip", "", {"file": "hw.zip", "what": "climbing name"},
        "hw.zip has a member whose name leads out of the zip.",
        "hand in the files themselves, or make an ordinary zip of just them, without a password",
    ),
    (
        "unexplained", "", {},
        "To find out why it is wrong takes the grader more than that may take: it is judged by "
        "what its functions answer, and no cause is named.",
        "compare what your functions answer with the formulas in their stubs",
    ),
    (
        "long file", "", {"file": "rnn_cell.py"},
        "rnn_cell.py is far longer than homework is: it is judged by what its functions answer, "
        "and its text is not read to find out why they are wrong.",
        "take out of rnn_cell.py what is not needed",
    ),
    (
        "unread zip", "", {"file": "hw.zip", "what": "unreadable"},
        "hw.zip cannot be opened and read.",
        "hand in the files themselves, or make an ordinary zip of just them, without a password",
    ),
    (
        "syntax error", "",
        {"file": "rnn_cell.py", "line": 7, "source_line": "    z = (1",
         "detail": "'(' was never closed"},
        "Python cannot read line 7 of rnn_cell.py ('(' was never closed): z = (1",
        "check brackets, quotes, colons and indentation at line 7 of rnn_cell.py and just above it",
    ),
    (
        "newer syntax", "",
        {"file": "a.py", "line": 3, "source_line": "type X = int", "needs": "3.12", "has": "3.11"},
        "Line 3 of a.py needs Python 3.12; this course is graded with 3.11: type X = int",
        "write line 3 of a.py in a way that Python 3.11 can read, and try it with Python 3.11",
    ),
    (
        "newer library", "", {"name": "itertools.batched", "needs": "3.12", "has": "3.11"},
        "itertools.batched needs Python 3.12; this course is graded with 3.11.",
        "do without itertools.batched, or write what you need of it yourself",
    ),
    (
        "missing import", "", {"file": "rnn_cell.py", "line": 2, "module": "scipy"},
        "Line 2 of rnn_cell.py imports scipy, which is not available here.",
        "do without scipy: NumPy, PyTorch, the standard library and your own files are there",
    ),
    (
        "missing name", "", {"file": "rnn_sequence.py", "line": 2, "name": "k", "module": "a.py"},
        "Line 2 of rnn_sequence.py imports k from a.py, which has nothing of that name.",
        "define k in a.py, or take it out of the import",
    ),
    (
        "missing import", "",
        {"file": "rnn_cell.py", "line": 2, "module": "nunpy", "similar": "numpy"},
        "Line 2 of rnn_cell.py imports nunpy, which is not available here; did you mean numpy?",
        "if numpy is meant, write numpy in place of nunpy",
    ),
    (
        "relative import", "", {"file": "a.py", "line": 4, "source_line": "from .b import x"},
        "Line 4 of a.py imports with a dot, and the files you hand in are no package:"
        " from .b import x",
        "take out the dot in front of the name",
    ),
    (
        "handed out import", "", {"file": "a.py", "line": 4, "module": "checks"},
        "Line 4 of a.py imports checks, which you were given for your tests and which is not there"
        " when your code is judged.",
        "copy what you use of checks into a.py",
    ),
    (
        "import failed", "",
        {"file": "a.py", "line": 9, "source_line": "f(1)", "error": "NameError", "detail": ""},
        "Importing a.py raises NameError at line 9: f(1)",
        "run python a.py and mend the error it ends with",
    ),
    (
        "import refused", "",
        {"file": "a.py", "line": 2, "source_line": "open('k.txt')", "what": "read a file"},
        "Line 2 of a.py reads a file as soon as it is imported, and no file but your .py files is"
        " there: open('k.txt')",
        "put the values into a.py itself: all else comes as arguments",
    ),
    (
        "import died", "", {"file": "a.py", "reason": "memory"},
        "Importing a.py needs more memory than is allowed.",
        'move code that runs at the top level of a.py under if __name__ == "__main__"',
    ),
    (
        "missing function", "", {"file": "a.py", "name": "softmax", "similar": "soft_max"},
        "a.py does not define softmax; the nearest name in it is soft_max.",
        "rename soft_max to softmax",
    ),
    (
        "missing function", "", {"file": "a.py", "name": "softmax", "similar": ""},
        "a.py does not define softmax.",
        "define softmax in a.py, spelled exactly like this",
    ),
    (
        "not callable", "", {"file": "a.py", "name": "softmax", "type": "int"},
        "softmax in a.py is of type int and cannot be called.",
        "look for a line in a.py that assigns to softmax, and rename that variable",
    ),
    (
        "signature", "", {"name": "f", "takes": 2, "given": 3},
        "f is called with 3 arguments, but takes 2.",
        "give f the parameters of its stub, in the same order",
    ),
    (
        "signature", "", {"name": "f", "takes": 0, "given": 1},
        "f is called with 1 argument, but takes 0.",
        "give f the parameters of its stub, in the same order",
    ),
    (
        "rests on", "", {"name": "forward"},
        "It goes on from what forward returns, and could not be judged because that is not right.",
        "make forward right first, then look at this function again",
    ),
    (
        "neighbour absent", "", {"name": "forward"},
        "It uses forward, which is not there or cannot be imported.",
        "see that forward can be imported, or do without it here, then look at this function again",
    ),
    (
        "extra key", "", {"key": "dWya"},
        "The dict it returns has the key dWya, which is not asked for.",
        "leave dWya out of the dict that f returns",
    ),
    (
        "argument returned", "", {"argument": "gradients"},
        "It returns its argument gradients itself; the answer must be a new object.",
        "make a new object for the answer, even where nothing in it changes",
    ),
    (
        "memory grows", "", {},
        "The memory it uses grows with the length of its input.",
        "keep only what the next step needs, and look for a list or an array with an entry for "
        "every step",
    ),
    (
        "not written yet", "", {},
        "It is not written yet: it still raises the stub's NotImplementedError.",
        "write f: its stub has the formula and the shapes",
    ),
    (
        "raised", "",
        {"error": "IndexError", "detail": "", "file": "a.py", "line": 3, "source_line": "x[9]"},
        "It raises IndexError at line 3 of a.py: x[9]",
        "print what line 3 of a.py uses, and the shapes of its arrays, just before that line",
    ),
    (
        "raised", "",
        {"error": "NameError", "detail": "d", "similar": "dz", "file": "a.py", "line": 3,
         "source_line": "x = dZ"},
        "It raises NameError (d; did you mean dz?) at line 3 of a.py: x = dZ",
        "check how each name in line 3 of a.py is spelled",
    ),
    (
        "raised", "",
        {"error": "UnboundLocalError", "detail": "dz", "file": "a.py", "line": 3,
         "source_line": ""},
        "It raises UnboundLocalError (dz) at line 3 of a.py.",
        "go through f up to line 3 of a.py: on which way is a name that it reads given no value?",
    ),
    (
        "raised", "",
        {"error": "AttributeError", "detail": "T", "file": "a.py", "line": 3, "source_line": ""},
        "It raises AttributeError (T) at line 3 of a.py.",
        "print the type of what stands before each dot in line 3 of a.py, just before that line",
    ),
    (
        "raised", "",
        {"error": "KeyError", "detail": "", "file": "a.py", "line": 3,
         "source_line": "raise KeyError(t)"},
        "It raises KeyError at line 3 of a.py: raise KeyError(t)",
        "print, just before line 3 of a.py, what decides that your raise is reached",
    ),
    (
        "raised", "",
        {"error": "ValueError", "detail": "no", "file": "", "line": 0, "source_line": ""},
        "It raises ValueError (no).",
        "call f yourself on small arrays and read the error it ends with",
    ),
    (
        "raised", "",
        {"error": "NameError", "detail": "d", "file": "a.py", "line": 3, "source_line": ""},
        "It raises NameError (d) at line 3 of a.py.",
        "check how each name in line 3 of a.py is spelled",
    ),
    (
        "exited", "", {"error": "SystemExit"},
        "It ends the program (SystemExit) instead of returning.",
        "take out the call of exit, quit or sys.exit",
    ),
    (
        "died", "", {"reason": "signal 11"},
        "It crashes Python (signal 11, as a segmentation fault or an abort does).",
        "look for a call that ends or crashes Python itself, such as os._exit",
    ),
    (
        "died", "", {"reason": "exit code 3"},
        "It ends the Python process (exit code 3).",
        "look for a call that ends or crashes Python itself, such as os._exit",
    ),
    (
        "cpu limit", "", {"seconds": 10.0},
        "It uses more than 10 seconds of processor time and is stopped.",
        "look for a loop that never ends, or for much more work than there is to do",
    ),
    (
        "cpu limit", "", {"seconds": 1},
        "It uses more than 1 second of processor time and is stopped.",
        "look for a loop that never ends, or for much more work than there is to do",
    ),
    (
        "wall limit", "", {"seconds": 60},
        "It waits for more than 60 seconds, in which it computes nothing, and is stopped.",
        "look for something that waits: input, sleep, a lock or a thread",
    ),
    (
        "too deep", "", {"file": "a.py", "line": 3},
        "It calls itself too many times (RecursionError) at line 3 of a.py.",
        "check the condition that ends the recursion",
    ),
    (
        "memory", "", {"mib": 512},
        "It needs more than 512 MiB of memory and is stopped.",
        "look for an array or a list that keeps growing in a loop",
    ),
    (
        "broke rules", "", {"rule": "turn"},
        "Its process sent the grader an answer that was not asked for; it earns nothing here, "
        "and your instructor takes a look.",
        "take out code that writes to files or connections it did not open itself",
    ),
    (
        "broke rules", "", {"rule": "memory"},
        "Judging it takes the grader more memory than judging a submission may; it earns nothing "
        "here, and your instructor takes a look.",
        "hand in again without what is very long, very large or deeply nested",
    ),
    (
        "holds itself", "dxt", {},
        "dxt is a list, a tuple or a dict that holds itself.",
        "look for a list that is appended to itself, or a dict that is put into itself",
    ),
    (
        "nonsense reply", "", {},
        "What came back from its process is not an answer that can be read.",
        "take out code that writes to files or connections it did not open itself",
    ),
    (
        "refused", "", {"what": "open a network connection"},
        "It tries to open a network connection, which is not allowed here.",
        "take out the code that uses the network",
    ),
    (
        "refused", "", {"what": "send a signal"},
        "It tries something that is not allowed here: send a signal.",
        "take that code out: arguments in and a returned answer are all that is needed",
    ),
    (
        "returned nothing", "", {},
        "It returns None.",
        "add the missing return line to f",
    ),
    (
        "type", "", {"type": "list", "due": "dict"},
        "The answer is of type list; it must be of type dict.",
        "compare the return line of f with the one its stub asks for",
    ),
    (
        "length", "caches", {"length": 0, "due": 4},
        "caches has length 0; it must have length 4.",
        "print len(caches) just before you return it",
    ),
    (
        "missing key", "", {"key": "dba"},
        "The dict it returns has no key dba.",
        "add the key dba, spelled exactly like this",
    ),
    (
        "missing key", "dba", {"key": "dba", "similar": "dab"},
        "The dict it returns has no key dba; the nearest key in it is dab.",
        "rename the key dab to dba",
    ),
    (
        "missing key", "cache", {"key": "ba", "of": "cache"},
        "cache has no key ba.",
        "add the key ba, spelled exactly like this",
    ),
    (
        "not numbers", "dba", {"type": "str"},
        "dba holds values of type str, not numbers.",
        "print dba just before you return it",
    ),
    (
        "dtype", "dba", {"dtype": "float32", "due": "float64"},
        "dba has dtype float32; it must be float64.",
        "print dba.dtype just before you return it",
    ),
    (
        "shape", "dba", {"shape": (5,), "due": (5, 1)},
        "dba has shape (5,); it must be (5, 1).",
        "print dba.shape just before you return it",
    ),
    (
        "shape", "NumPy half", {"shape": (), "due": (5, 1)},
        "The NumPy half of the pairs has shape (); it must be (5, 1).",
        "print the shape of the answer just before you return it",
    ),
    (
        "not detached", "dx", {},
        "dx is still part of PyTorch's graph.",
        "detach it: .detach().numpy()",
    ),
    (
        "ragged", "dba", {},
        "dba is a nested list whose rows differ in length.",
        "print the length of each row of dba",
    ),
    (
        "too large answer", "", {},
        "All that came back is larger than any answers can be.",
        "print how large all is that you return and were given, and look for what makes it so: a "
        "size, a number of copies or of keys, a list that grows",
    ),
    (
        "not finite", "dba", {"nan": True},
        "dba contains NaN.",
        "look for a division by zero or the exponential of a large number",
    ),
    (
        "not finite", "", {"nan": False},
        "The answer contains infinite numbers.",
        "look for a division by zero or the exponential of a large number",
    ),
    (
        "precision", "dba", {},
        "dba is right to about seven digits only.",
        "look for float32, for torch tensors made without dtype=torch.float64, "
        "and for what is only approximated",
    ),
    (
        "values", "dba", {},
        "dba has wrong values.",
        "compare the lines that compute dba with the formula in the stub",
    ),
    (
        "values", "dba", {"where": "everywhere"},
        "dba is wrong in every entry.",
        "compare the lines that compute dba with the formula in the stub",
    ),
    (
        "values", "", {"where": "entries", "wrong": 3, "of": 50},
        "The answer is wrong in 3 of its 50 entries.",
        "compare your code with the formula in the stub",
    ),
    (
        "values", "dx", {"where": "steps", "steps": (2,)},
        "dx is wrong at time step 2, counted from 0.",
        "follow your code by hand as far as the first of these time steps",
    ),
    (
        "values", "dx", {"where": "steps", "steps": (0, 2)},
        "dx is wrong at the time steps 0, 2, counted from 0.",
        "follow your code by hand as far as the first of these time steps",
    ),
    (
        "argument changed", "", {"argument": "a_prev"},
        "It changes its argument a_prev; arguments must be left as they are.",
        "make a new array where your code writes into a_prev",
    ),
    (
        "result changed later", "dx", {},
        "dx changes after it was returned, when the function is called again.",
        "make a new array in every call instead of reusing one",
    ),
    (
        "differs when called again", "", {},
        "The answer differs when the function is called again with the same arguments.",
        "look for a variable outside the function that keeps its value from call to call",
    ),
    (
        "parameter names", "", {},
        "It cannot be called with the parameter names of its stub.",
        "give the parameters of f the names they have in the stub",
    ),
    (
        "half not computed by", "", {"half": "NumPy", "by": "RNNCell"},
        "The NumPy half is not computed by RNNCell: it stays the same when RNNCell answers"
        " otherwise.",
        "take this half from what RNNCell computes",
    ),
    (
        "grader fault", "", {},
        "the grader failed here, not you",
        "tell your instructor that f could not be judged",
    ),
]  # fmt: skip


def failed(finding: Finding | None, *mistakes: str) -> FunctionResult:
    """A function that lost points for a finding."""
    return FunctionResult("f", Status.FAILED, 0.0, 5.0, finding=finding, mistakes=mistakes)


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    """The English sentences without an assignment's own."""
    return Phrases.load()


@pytest.mark.parametrize(("kind", "output", "facts", "what", "step"), SENTENCES)
def test_sentences(
    phrases: Phrases, kind: str, output: str, facts: Mapping[str, Fact], what: str, step: str
) -> None:
    """Each rung says exactly this, and names exactly this as the next step."""
    finding = Finding(kind, output, facts)
    assert phrases.what(finding) == what
    assert phrases.next(failed(finding)) == step


def test_every_rung_is_shown_above() -> None:
    """No rung of the ladder goes without an example of its sentences."""
    assert {sentence[0] for sentence in SENTENCES} == set(FACTS)


def languages() -> list[Path]:
    """Return the files of all languages."""
    return sorted(Path(grader.phrases.__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("path", languages(), ids=lambda path: path.stem)
def test_sentences_name_only_their_facts(path: Path) -> None:
    """In every language each rung has what and next, and they ask for no other facts."""
    rungs = tomllib.loads(path.read_text(encoding="utf-8"))["rungs"]
    for kind, facts in FACTS.items():
        assert set(rungs[kind]) == {"what", "next"}, kind
        assert gaps(rungs[kind]["what"]) <= facts | {"output", "variable"}, kind
        assert gaps(rungs[kind]["next"]) <= facts | {"output", "variable", "function"}, kind


@pytest.mark.parametrize("kind", FACTS)
def test_missing_facts_do_not_matter(phrases: Phrases, kind: str) -> None:
    """A finding without any fact still gives a sentence without gaps, and a next step."""
    sentence, step = phrases.what(Finding(kind)), phrases.next(failed(Finding(kind)))
    assert sentence
    assert step
    assert "{" not in sentence + step


@pytest.mark.parametrize(
    ("places", "step"),
    [
        ([(3, 3)], "say in words what line 3 of a.py makes or changes, then read in the stub what "
         "it should"),
        ([(3, 5)], "say in words what lines 3 to 5 of a.py make or change, then read in the stub "
         "what they should"),
        ([(3, 3), (7, 7)], "compare the lines that compute dba with the formula in the stub"),
        ([], "compare the lines that compute dba with the formula in the stub"),
    ],
)  # fmt: skip
def test_the_next_step_begins_at_the_line_that_is_known(
    phrases: Phrases, places: list[tuple[int, int]], step: str
) -> None:
    """Where it is one, and no mistake is known; what is wrong otherwise has a step of its own."""
    some = tuple(Place("a.py", first, last) for first, last in places)
    assert phrases.next(replace(failed(Finding("values", "dba")), places=some)) == step
    shape = phrases.next(failed(Finding("shape", "dba")))
    assert phrases.next(replace(failed(Finding("shape", "dba")), places=some)) == shape


def test_unknown_kind(phrases: Phrases) -> None:
    """A kind that has no sentence gets the general one."""
    finding = Finding("from the future", "dba", {"file": "a.py"})
    assert phrases.what(finding) == "dba is not what the stub asks for."
    assert phrases.what(Finding("from the future")) == "The answer is not what the stub asks for."
    assert phrases.next(failed(finding)) == "compare f with what its stub asks for"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (0, "n_x=3, m=10"),
        (1, "n_x=3, m=10 (and in 1 more hidden case)"),
        (3, "n_x=3, m=10 (and in 3 more hidden cases)"),
    ],
)
def test_when(phrases: Phrases, more: int, words: str) -> None:
    """When gives the sizes in their order, and counts the other cases."""
    assert phrases.when(failed(Finding("values", sizes={"n_x": 3, "m": 10}, more=more))) == words


def test_what_is_right_but_for_some_cases_says_which(phrases: Phrases) -> None:
    """Where an output has its points, it is the cases of other criteria that are not right."""
    finding = Finding("values", "dba", {"keys": ("a", "b")}, sizes={"m": 3})
    passed, again = Criterion("dba", 4, 4, True), Criterion("called again", 1, 0, False)
    some = replace(
        failed(finding), criteria=(passed, again, Criterion("rules", 1, 0, False, False))
    )
    assert phrases.when(some) == "m=3, only in cases of: called again"
    assert phrases.next(some) == (
        "the other cases come out right: ask what is different in those of called again"
    )
    assert Phrases.load("zh").when(some) == "m=3，只在这类用例里：再次调用"
    wrong = replace(some, criteria=(replace(passed, earned=0, passed=False), again))
    assert phrases.when(wrong) == "m=3"
    assert phrases.next(wrong) == "compare the lines that compute dba with the formula in the stub"


@pytest.mark.parametrize(
    ("finding", "what"),
    [
        (Finding("shape", "caches", {"part": "[1]", "shape": (3,), "due": (3, 6)}),
         "caches[1] has shape (3,); it must be (3, 6)."),
        (Finding("values", "caches", {"part": '["a"]', "keys": ("a",)}),
         'caches["a"] has wrong values.'),
        (Finding("values", "NumPy half", {"keys": ("dx", "dw_ih")}),
         "The NumPy half of the pairs has wrong values in dx, dw_ih."),
        (Finding("shape", "NumPy half", {"keys": ("db_hh",), "shape": (2, 5), "due": (5,)}),
         "The part db_hh of the NumPy half of the pairs has shape (2, 5); it must be (5,)."),
        (Finding("dtype", "values", {"keys": ("a",), "dtype": "int64", "due": "float64"}),
         "The part a of the answer has dtype int64; it must be float64."),
        (Finding("values", "values", {"part": '["a"]', "keys": ("a",)}),
         "The answer has wrong values in a."),
    ],
)  # fmt: skip
def test_a_part_is_named_as_code_takes_it_out(
    phrases: Phrases, finding: Finding, what: str
) -> None:
    """Nothing is said of the whole that holds for a part alone."""
    assert phrases.what(finding) == what


def test_when_without_sizes(phrases: Phrases) -> None:
    """Without sizes there is nothing to say of when."""
    assert phrases.when(failed(Finding("missing file", more=3))) == ""


def test_nothing_to_do_where_all_is_right(phrases: Phrases) -> None:
    """A function with full points has no next step."""
    assert phrases.next(FunctionResult("f", Status.PASSED, 5.0, 5.0)) == ""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """An assignment's own words."""
    path = tmp_path / "mistakes.en.toml"
    path.write_text(
        """
        [lost_keepdims]
        cause = "the sum over the batch dropped its column axis."
        next = "look up keepdims in numpy.sum"
        hint = "Which shape has the bias?"
        note = "Show them {braces} and shapes."

        [braces]
        cause = '''the dict {a: 1}
           is built anew.'''
        next = "build {a: 1} once"
        """,
        encoding="utf-8",
    )
    return path


def test_recognised_mistake(catalogue: Path) -> None:
    """A recognised mistake has a cause, and its own next step in place of the general one."""
    result = failed(Finding("shape", "dba", {"shape": (5,), "due": (5, 1)}), "lost_keepdims")
    phrases = Phrases.load(catalogue=catalogue)
    assert phrases.cause(result) == "the sum over the batch dropped its column axis."
    assert phrases.next(result) == "look up keepdims in numpy.sum"
    assert phrases.what(Finding("values", "dba")) == "dba has wrong values."


def test_hint_of_a_mistake(catalogue: Path) -> None:
    """A hint belongs to the mistake whose next step is shown; without one there is none."""
    phrases = Phrases.load(catalogue=catalogue)
    assert phrases.hint_of(failed(None, "lost_keepdims", "sign")) == "Which shape has the bias?"
    assert phrases.hint_of(failed(None, "braces", "lost_keepdims")) == ""
    assert phrases.hint_of(failed(None)) == ""


def test_common_mistakes(catalogue: Path) -> None:
    """What any assignment can have has words without its help, and its own words go before."""
    result = failed(None, "sign")
    known = "The sign is wrong: every number is minus what it must be."
    assert Phrases.load().cause(result) == known
    assert Phrases.load(catalogue=catalogue).cause(result) == known
    catalogue.write_text('[sign]\ncause = "A minus too many."\nnext = "count them"')
    assert Phrases.load(catalogue=catalogue).cause(result) == "A minus too many."
    assert notes(catalogue.parent)["sign"].startswith("The output is exactly the negative")


def test_mistake_texts_are_taken_as_written(catalogue: Path) -> None:
    """Braces mean nothing in a catalogue, and a text over several lines becomes one."""
    phrases = Phrases.load(catalogue=catalogue)
    assert phrases.cause(failed(None, "braces")) == "the dict {a: 1} is built anew."
    assert phrases.next(failed(None, "braces")) == "build {a: 1} once"


@pytest.mark.parametrize("mistake", ["", "removed since"])
def test_no_known_mistake(catalogue: Path, mistake: str) -> None:
    """Without a mistake the catalogue knows there is no cause, and the general next step."""
    result = failed(Finding("shape", "dba"), mistake)
    phrases = Phrases.load(catalogue=catalogue)
    assert phrases.cause(result) == ""
    assert phrases.next(result) == "print dba.shape just before you return it"


def test_hints(tmp_path: Path) -> None:
    """Hints come step by step; a function without one has none."""
    path = tmp_path / "hints.en.toml"
    path.write_text('softmax = ["each column\\n sums to 1", "look up axis in numpy.sum"]')
    phrases = Phrases.load(hints=path)
    assert phrases.hints("softmax") == ("each column sums to 1", "look up axis in numpy.sum")
    assert phrases.hints("rnn_forward") == ()


def test_an_assignments_own_words(catalogue: Path) -> None:
    """Mistakes and hints are found by name in an assignment's folder, where they are there."""
    known = failed(None, "lost_keepdims")
    assert Phrases.of(catalogue.parent / "none").cause(known) == ""
    phrases = Phrases.of(catalogue.parent)
    assert phrases.cause(known) == "the sum over the batch dropped its column axis."
    assert phrases.hints("softmax") == ()
    (catalogue.parent / "hints.en.toml").write_text("softmax = ['each column sums to 1']")
    assert Phrases.of(catalogue.parent).hints("softmax") == ("each column sums to 1",)


def test_notes_are_kept_apart(catalogue: Path) -> None:
    """The instructor's notes are read by their own function; nothing in Phrases holds them."""
    assert notes(catalogue.parent)["lost_keepdims"] == "Show them {braces} and shapes."
    assert "Show them" not in repr(Phrases.load(catalogue=catalogue))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "mistakes.en.toml is not valid TOML: Invalid value (at end of document)."),
        ("x = 1", "mistakes.en.toml: the mistake 'x' must be a table with cause and next."),
        (
            "[x]\ncause = 'a'",
            "mistakes.en.toml: the mistake 'x' has no next; give it one sentence.",
        ),
        (
            "[x]\ncause = ' '\nnext = 'b'",
            "mistakes.en.toml: the mistake 'x' has no cause; give it one sentence.",
        ),
        (
            "[x]\ncause = 'a'\nnext = 'b'\nnots = 'c'",
            "mistakes.en.toml: the mistake 'x' has the key 'nots'; "
            "known are cause, next, hint and note.",
        ),
    ],
)
def test_broken_catalogue(tmp_path: Path, text: str, message: str) -> None:
    """A catalogue with a slip in it gets one sentence that says where."""
    path = tmp_path / "mistakes.en.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="toml") as error:
        Phrases.load(catalogue=path)
    assert str(error.value) == message


@pytest.mark.parametrize("steps", ["'a'", "['a', 1]", "['a', ' ']"])
def test_broken_hints(tmp_path: Path, steps: str) -> None:
    """A hint that is not a list of texts is named."""
    path = tmp_path / "hints.en.toml"
    path.write_text(f"f = {steps}", encoding="utf-8")
    with pytest.raises(ValueError, match="hint") as error:
        Phrases.load(hints=path)
    assert str(error.value) == "hints.en.toml: the hint to 'f' must be a list of texts."


def test_unknown_language() -> None:
    """A language that is not there is named, with those that are."""
    with pytest.raises(ValueError, match="language") as error:
        Phrases.load("../en")
    assert str(error.value) == (
        "There are no sentences in the language '../en'; choose one of: en, zh."
    )


def test_facts_stay_on_their_line(phrases: Phrases) -> None:
    """A fact cannot break the line, colour the terminal, turn the text, or go on for ever."""
    finding = Finding("missing file", facts={"file": "a\x1b[31m\n\u202eb\udc80" + "c" * 300})
    sentence = phrases.what(finding)
    assert sentence.startswith("a\\x1b[31m\\n\\u202eb\\udc80ccc")
    assert sentence.endswith("ccc… is missing.")
    assert len(sentence) == 160 + len(" is missing.")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("by", "It ends the Python process (by)."),
        ("other", "It ends the Python process (other)."),
    ],
)
def test_a_fact_cannot_choose_the_grammar(phrases: Phrases, reason: str, sentence: str) -> None:
    """Facts named as the words of a template's own grammar are facts like any other."""
    assert phrases.what(Finding("died", facts={"reason": reason})) == sentence


def test_facts_are_not_templates(phrases: Phrases) -> None:
    """What looks like a gap in a fact is shown as it is."""
    finding = Finding("missing key", facts={"key": "{file}", "file": "secret"})
    assert phrases.what(finding) == "The dict it returns has no key {file}."


def test_huge_and_odd_facts(phrases: Phrases) -> None:
    """Numbers of any size and tuples of any length give one short line."""
    shape = Finding("shape", "x", {"shape": tuple(range(100)), "due": 10**5000})
    sentence = phrases.what(shape)
    assert sentence.startswith("x has shape (0, 1, 2, 3, 4, 5, 6, 7, …); it must be 0x")
    assert len(sentence) < 250


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (5.0, "5"), (2.5, "2.5"), (0.1 + 0.2, "0.3"), (0.0, "0")]
)
def test_number(value: float, text: str) -> None:
    """Numbers are written as short as they go."""
    assert number(value) == text


def test_printable() -> None:
    """Letters of any script stay; what cannot be seen becomes its escape."""
    assert printable("Zoë 王 a\tb\u200b\x00") == "Zoë 王 a\\tb\\u200b\\x00"


def test_medium_writes_words_and_facts() -> None:
    """A medium wraps text facts as code, and leaves numbers among the words."""
    medium = Medium(words=str.upper, code=lambda text: f"<{text}>")
    assert fill("a {x} b {n} c {s:list}", {"x": "x", "n": 3, "s": ("p", 1)}, medium) == (
        "A <x> B 3 C <p>, 1"
    )


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (1, "here must be a text, a list of texts, or a table with by."),
        ([], "here must be a text, a list of texts, or a table with by."),
        (["a", ""], "here[1] must be a text, a list of texts, or a table with by."),
        ({"a": "b"}, "here needs by, the name of the fact it is chosen by."),
        ("a\nb", "here must stand on one line."),
    ],
)
def test_malformed_template(template: object, message: str) -> None:
    """A template that is none is refused, with its place."""
    with pytest.raises(ValueError, match="here") as error:
        check(template, "here")
    assert str(error.value) == message


def test_what_has_no_name_in_code_is_said_in_words() -> None:
    """As a part of the sentence, with a capital where that begins, and as words on a page."""
    phrases = Phrases.load("en")
    page = Medium(words=str, code=lambda text: f"<code>{text}</code>")
    wrong = Finding("values", "clipped", {"where": "everywhere"})
    said = "The dict of clipped gradients is wrong in every entry."
    assert (phrases.what(wrong), phrases.what(wrong, page)) == (said, said)
    explained = {"mistakes": ("sign",), "explains": (("l1",),)}
    result = FunctionResult(
        "weight_decay", Status.FAILED, 0.0, 10.0, unexplained=("biases and defaults",), **explained
    )
    cause = phrases.cause(result)
    assert cause.startswith("In the part that l1 adds: ")
    beside = "What is wrong in the answer for biases, or with l1 and l2 left out may follow from it"
    assert cause.endswith(f"{beside}, or have a cause of its own.")
    assert phrases.what(Finding("values", "dba", {"where": "everywhere"}), page).startswith(
        "<code>dba</code> is"
    )
