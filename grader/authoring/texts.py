"""The texts of what is handed out that are translated, and how another takes the place of each.

Of Python these are docstrings and comments, so that the code stays one; of Markdown, blocks of
prose; and, apart, the sentences that code says, with a gap for each value in them.  A text is a
paragraph: what blank lines stand around.
"""

from __future__ import annotations

import ast
import io
import itertools
import re
import tokenize
from collections.abc import Callable, Iterator
from inspect import cleandoc

Say = Callable[[str], str]
"""Makes another text of one."""

_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_CODE = re.compile(r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
_PROSE = re.compile(
    r"(?<![\w.])[A-Za-z][a-z']+,? [a-z']+(?![\w(])"
    r"|(?<![\w.])(and|are|at|for|from|in|is|its|of|on|over|so|the|to|where|with)(?![\w(])"
)
"""Two words side by side, or one of those that no formula has."""
_TABLE_WORD = re.compile(r"(?<![\w.])[a-z]{3,}(?![\w(])")
_WORD = re.compile(r"(?<!\w)[a-z]{3,}(?!\w)")
GAP = re.compile(r"\{\w+\}")
_NO_TEXT = ("fmt:", "type:", "noqa", "###", "!")
TO_DO = "TODO (about {} lines)"
"""What stands in the place of a solution, as it is translated."""
_TO_DO = re.compile(r"TODO \(about (\d+) lines?\)")
_RULED = re.compile(r"(-{2,}) (.+?) (-{2,})", re.DOTALL)


def in_python(source: str, say: Say) -> str:
    """Return Python with another docstring and comment in the place of each; the code stays."""
    lines = source.split("\n")
    edits = [*_docstrings(source, lines, say), *_comments(source, lines, say)]
    for first, last, made in sorted(edits, reverse=True):
        lines[first - 1 : last] = made
    return "\n".join(lines)


def in_markdown(text: str, say: Say) -> str:
    """Return Markdown with another text in the place of each block that holds prose."""
    made = []
    for block in _blocks(text):
        made.append(say(block) if _is_prose(block) else block)
    return "".join(made)


def sentences(source: str) -> Iterator[str]:
    """Yield what code says, in order: {name} or {0} stands where a value will."""
    tree = ast.parse(source)
    silent = {id(part) for node in ast.walk(tree) for part in _unsaid(node)}
    found = (
        (node.lineno, node.col_offset, _template(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in silent
    )
    for _, _, text in sorted(found):
        bare = GAP.sub(" ", _CODE.sub("", text))
        gapped = bare != text and " " in text.strip() and _WORD.search(bare)
        if _PROSE.search(bare) or gapped:
            yield text


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that are no sentences: docstrings, pieces of an f-string."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
        yield from (
            part.format_spec
            for part in node.values
            if isinstance(part, ast.FormattedValue) and part.format_spec
        )


def _template(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str):
            return ""
        numbers = itertools.count()
        return re.sub(r"\{\}", lambda _: f"{{{next(numbers)}}}", node.value)
    text, count = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            text += f"{{{part.value.id if isinstance(part.value, ast.Name) else count}}}"
            count += 1
    return text


def _docstrings(source: str, lines: list[str], say: Say) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and last line of each docstring, and the lines to stand there."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, _DOCUMENTED) or ast.get_docstring(node) is None:
            continue
        value: ast.expr = node.body[0].value  # type: ignore[attr-defined]
        first, last = value.lineno, value.end_lineno or value.lineno
        whole = "\n".join(lines[first - 1 : last])
        begin, _, rest = whole.partition('"""')
        text, _, end = rest.rpartition('"""')
        own_line = not text.rpartition("\n")[2].strip() and "\n" in text
        indent = " " * value.col_offset
        said = in_markdown(cleandoc(text), say).split("\n")
        made = [begin + '"""' + said[0], *((indent + line).rstrip() for line in said[1:])]
        if own_line:
            made.append(indent)
        made[-1] += '"""' + end
        yield first, last, made


def _comments(source: str, lines: list[str], say: Say) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and last line of comments that stand together, and the lines for them."""
    together: list[tuple[int, int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        (row, column), text = token.start, token.string[1:].removeprefix(" ")
        before = lines[row - 1][:column]
        if before.strip():
            if _is_prose(text) and not text.startswith(_NO_TEXT):
                yield row, row, [f"{before}# {say(text)}"]
            continue
        if together and together[-1][:2] != (row - 1, column):
            yield from _comment(together, say)
            together = []
        together.append((row, column, text))
    if together:
        yield from _comment(together, say)


def _comment(
    together: list[tuple[int, int, str]], say: Say
) -> Iterator[tuple[int, int, list[str]]]:
    text = "\n".join(line for _, _, line in together)
    first, column, last = together[0][0], together[0][1], together[-1][0]
    if text.startswith(_NO_TEXT):
        return
    ruled = _RULED.fullmatch(text)
    to_do = _TO_DO.fullmatch(text)
    if to_do:
        other = say(TO_DO)
        said = text if other == TO_DO else other.format(to_do[1])
    elif ruled:
        begin, inner, end = ruled.groups()
        said = f"{begin} {say(inner) if _is_prose(inner) else inner} {end}"
    elif _is_prose(text):
        said = say(text)
    else:
        return
    yield first, last, [(" " * column + "# " + line).rstrip() for line in said.split("\n")]


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs, and what stands between them; what is fenced is one paragraph."""
    block: list[str] = []
    fenced = False
    for line in text.splitlines(keepends=True):
        fence = line.lstrip().startswith("```")
        if not fenced and (fence or not line.strip()) and block:
            yield from _trimmed("".join(block))
            block = []
        if not line.strip() and not fenced:
            yield line
            continue
        block.append(line)
        if fence and fenced:
            yield from _trimmed("".join(block))
            block = []
        fenced ^= fence
    if block:
        yield from _trimmed("".join(block))


def _trimmed(block: str) -> Iterator[str]:
    """Yield a block without the end of its last line, and that end."""
    bare = block.rstrip("\n")
    yield bare
    yield block[len(bare) :]


def _is_prose(block: str) -> bool:
    bare = block if block.lstrip().startswith("```") else _CODE.sub("", block)
    if block.lstrip().startswith("|"):
        return bool(_TABLE_WORD.search(bare))
    return bool(_PROSE.search(bare) or re.match(r"#+ .*[A-Za-z]{3}", block))
