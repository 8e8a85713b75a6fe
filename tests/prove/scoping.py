"""Which calls keep somebody out, found in the source by their names, and how each reads once it keeps nobody out.

A mutant is one such call taken away. What the call was given is still worked out, so that nothing else changes than its
answer; the stand-ins that are put in its place are in `STAND_INS`.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("hgw", "students", "meetings")

# Which names count, and why; what becomes of the call stands behind it.
ROWS = {
    "visible_to": "the door: the rows that this user may read",
    "allowed": "the door, for writing, printing, reviewing and managing",
}
YES = {
    "may": "the door, for one row",
    "can": "whether this user manages something of a school",
    "has_role": "a role that a right hangs on",
    "answers_for": "whether this user answers for the school",
    "may_confirm": "the second pair of eyes before something is destroyed",
    "may_have": "whether who asked for a print may still have it",
    "acts_for": "whether this user does what was agreed",
    "may_be_saved_by": "whether this user may write the item",
}
YES_BEGINS = "can_"  # every predicate that is named so: whether this user may do it
SCHOOLS = {
    "schools_to_add_to": "the schools whose list of students this user keeps",
    "schools_to_unlock_in": "the schools where this user may open a file in need",
}
ARGUMENT_OF = {
    "get_visible": "refuses with 403 by the predicate it is given",
    "get_meeting": "refuses with 403 by the predicate it is given",
}
GROUNDS = {"grounds": "what the matrix says of this user, asked without a row"}
TODAY = {"on": "what ended, or has not begun, opens nothing; in the functions that say who may"}
RULES = {
    "access_rule": "the matrix as a condition on a table: each of the two sides of an `&` is taken away in turn",
    "when_": "a condition of the matrix, in each function whose name begins so",
}
# Beside the conditions of the matrix: functions with a filter on the user, or on the day, that opens something.
SAY_WHO = {
    "access_rule": "the matrix as a condition",
    "students": "the students that were opened to this user",
    "_roles_of": "the roles of this user",
    "_own_issue": "the prints of this user",
    "own_agreements": "the agreements of this user",
    "_agreements": "the agreements of this user that are due",
    "_running": "the file that this user opened in need",
}
OWN_ROWS = {  # `filter(user=user)` and the like in these
    "user": "one's own",
    "request.user": "one's own",
    "self.user": "one's own",
    "request.user.pk": "one's own",
    "request.user.id": "one's own",
}
NOT_COUNTED = {
    "listed_for": "narrows a list to the school that the user chose; opens nothing, and comes after `visible_to`",
    "standing": "takes out what was removed, for rules and documents, which the door stands before",
}


@dataclass(frozen=True)
class Mutant:
    """One call and how it is taken away. `key` stays the same when lines above it move."""

    file: str
    line: int
    end: int
    column: int
    kind: str
    code: str
    function: str
    nth: int = 0

    @property
    def key(self) -> str:
        return f"{self.file}::{self.function}::{self.kind}::{self.code}" + (f"::{self.nth}" if self.nth else "")

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def mutants(*wanted: str) -> list[Mutant]:
    """Every scoping call of the application, or of these files and folders."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "migrations" in path.parts or (wanted and not any(name.startswith(one.rstrip("/")) for one in wanted)):
                continue
            seen: Counter[str] = Counter()
            for mutant in _of_tree(name, ast.parse(path.read_text())):
                found.append(Mutant(**(vars(mutant) | {"nth": seen[mutant.key]})))
                seen[mutant.key] += 1
    return found


def _of_tree(file: str, tree: ast.Module) -> Iterator[Mutant]:
    def walk(node: ast.AST, function: str) -> Iterator[Mutant]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}" if function else node.name
        for kind, part in _kinds(node, function.rpartition(".")[2]):
            code = " ".join(ast.unparse(part).split())
            end = part.end_lineno or part.lineno
            yield Mutant(file, part.lineno, end, part.col_offset, kind, code, function or "<module>")
        for child in ast.iter_child_nodes(node):
            yield from walk(child, function)

    yield from walk(tree, "")


def _kinds(node: ast.AST, function: str) -> Iterator[tuple[str, Any]]:
    """How this node may be taken away."""
    says_who = function.startswith("when_") or function in SAY_WHO
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ROWS and isinstance(node.func, ast.Attribute) and not _is_super(node.func.value):
            yield "all rows", node
        if (name in YES or name.startswith(YES_BEGINS)) and node.args:
            yield "yes", node
        if name in SCHOOLS:
            yield "all schools", node
        if name in TODAY and says_who:
            yield "any day", node
        if name in ARGUMENT_OF and _predicate(node) is not None:
            yield "no predicate", node
        if name == "filter" and says_who:
            for keyword in node.keywords:
                if keyword.arg and ast.unparse(keyword.value) in OWN_ROWS:
                    yield f"anybody's: {keyword.arg}", node
    if (
        isinstance(node, ast.Compare)
        and any(_asks_grounds(side) for side in node.comparators)
        and isinstance(node.ops[0], ast.In | ast.NotIn)
    ):
        yield "yes" if isinstance(node.ops[0], ast.In) else "no", node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and function in RULES:
        yield "left side alone", node
        yield "right side alone", node
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitAnd) and function in RULES:
        yield "nothing added", node
    if isinstance(node, ast.Return) and function.startswith("when_") and node.value is not None:
        yield "no condition", node


def _is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super"


def _asks_grounds(node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Call) and getattr(one.func, "id", getattr(one.func, "attr", "")) in GROUNDS
        for one in ast.walk(node)
    )


def _predicate(node: ast.Call) -> ast.expr | None:
    """What is handed to `get_visible` or `get_meeting` as the predicate."""
    for keyword in node.keywords:
        if keyword.arg == "may":
            return keyword.value
    place = 3 if getattr(node.func, "id", "") == "get_visible" else 2
    return node.args[place] if len(node.args) > place else None


# --- taking it away ---


class _Taker(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.done = mutant, 0

    def visit(self, node: ast.AST) -> Any:
        wanted = self.mutant
        here = (getattr(node, "lineno", 0), getattr(node, "col_offset", -1), getattr(node, "end_lineno", 0))
        if here == (wanted.line, wanted.column, wanted.end) and not self.done:
            kinds = [kind for kind, _part in _kinds(node, wanted.function.rpartition(".")[2])]
            if wanted.kind in kinds and " ".join(ast.unparse(node).split()) == wanted.code:
                self.done += 1
                return ast.copy_location(_without(node, wanted.kind), node)
        return self.generic_visit(node)


def without(mutant: Mutant) -> ast.Module:
    """The source of the file with this one call taken away."""
    taker = _Taker(mutant)
    tree = taker.visit(ast.parse((ROOT / mutant.file).read_text()))
    assert taker.done == 1, f"not found again: {mutant.key}"
    fixed: ast.Module = ast.fix_missing_locations(tree)
    return fixed


def _stand_in(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=f"_prove_{name}", ctx=ast.Load()), args=list(args), keywords=[])


def _without(node: Any, kind: str) -> Any:
    if kind in {"all rows", "any day"}:
        name = ast.Constant(node.func.attr)
        return _stand_in("rows", node.func.value, name, *node.args, *(keyword.value for keyword in node.keywords))
    if kind == "no predicate":
        predicate = _predicate(node)
        args = [_stand_in("none", one) if one is predicate else one for one in node.args]
        keywords = [
            ast.keyword(one.arg, _stand_in("none", one.value) if one.value is predicate else one.value)
            for one in node.keywords
        ]
        return ast.Call(node.func, args, keywords)
    if kind.startswith("anybody's: "):
        name = kind.removeprefix("anybody's: ")
        keywords = [
            ast.keyword(None, _stand_in("nothing", one.value)) if one.arg == name else one for one in node.keywords
        ]
        return ast.Call(node.func, node.args, keywords)
    if kind in {"left side alone", "right side alone"}:
        return _stand_in(kind.partition(" ")[0], node.left, node.right)
    if kind == "nothing added":
        return ast.Expr(node.value)
    if kind == "no condition":
        return ast.Return(_stand_in("condition", node.value))
    return _stand_in({"yes": "yes", "no": "no", "all schools": "schools"}[kind], node)


def _rows(rows: Any, name: str, *_given: Any) -> Any:
    """The same rows, whoever asks. What was removed stays away: that is another rule."""
    from hgw.access import AccessQuerySet

    found = rows.all()
    hides_removed = name == "visible_to" and type(found).visible_to is not AccessQuerySet.visible_to
    return found.filter(removed_at=None) if hides_removed else found


def _schools(asked: Any) -> Any:
    from hgw.accounts.models import School

    every = School.objects.all()
    return set(every.values_list("pk", flat=True)) if isinstance(asked, set) else every


def _condition(_asked: Any) -> Any:
    from django.db.models import Q

    return Q()


STAND_INS = {
    "_prove_rows": _rows,
    "_prove_yes": lambda _asked: True,
    "_prove_no": lambda _asked: False,
    "_prove_none": lambda _asked: None,
    "_prove_nothing": lambda _asked: {},
    "_prove_schools": _schools,
    "_prove_condition": _condition,
    "_prove_left": lambda left, _right: left,
    "_prove_right": lambda _left, right: right,
}
