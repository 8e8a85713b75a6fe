"""The functions that this process has loaded: which hold a line of a file, and giving them the code of a mutant.

Each keeps its place and gets other code: whoever holds the function holds the mutant.
"""

import gc
import types
from collections.abc import Iterable, Iterator

from tests.prove.scoping import ROOT, STAND_INS, Mutant, without


def codes_with(lines: dict[str, set[int]]) -> list[types.CodeType]:
    """The code, also within other code, that holds one of these lines by file."""
    files = {str(ROOT / name): numbers for name, numbers in lines.items()}
    found = {}
    for function in functions(files):
        for code in nested(function.__code__):
            if files[code.co_filename] & {line for _, _, line in code.co_lines() if line}:
                found[id(code)] = code
    return list(found.values())


def functions(files: Iterable[str]) -> list[types.FunctionType]:
    wanted = set(files)
    return [one for one in gc.get_objects() if type(one) is types.FunctionType and one.__code__.co_filename in wanted]


def nested(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from nested(constant)


def put_in(mutant: Mutant) -> None:
    """Let this process work without the call."""
    import builtins

    for name, stand_in in STAND_INS.items():
        setattr(builtins, name, stand_in)
    file = str(ROOT / mutant.file)
    module = compile(without(mutant), file, "exec")
    codes = {(code.co_qualname, code.co_firstlineno): code for code in nested(module)}
    changed = 0
    for function in functions([file]):
        old = function.__code__
        new = codes.get((old.co_qualname, old.co_firstlineno))
        if new is not None and _differs(old, new):
            function.__code__ = new
            changed += 1
    assert changed, f"nothing that is loaded holds {mutant.place}"


def _differs(old: types.CodeType, new: types.CodeType) -> bool:
    return any(
        one.co_code != other.co_code or one.co_names != other.co_names
        for one, other in zip(nested(old), nested(new), strict=True)
    )
