"""What a reviewer should not have to remember: cheap rules, read off the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver

from hgw.items.models import Item

ROOT = Path(__file__).resolve().parent.parent
APPS = ("hgw", "students", "meetings")
FOREIGN = ("allauth.", "django.")


def sources(*folders: str, pattern: str = "*.py") -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob(pattern) if "migrations" not in path.parts)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """Every module a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize(
    ("folder", "never"),
    [
        ("students", ("meetings",)),
        ("hgw", ("students", "meetings")),
        ("hgw/accounts", ("hgw.items",)),
        ("hgw/audit", ("hgw.items", "hgw.accounts")),
    ],
)
def test_imports_go_one_way(folder: str, never: tuple[str, ...]) -> None:
    # The commands of the frame start what the apps hold; they live in hgw but are no part of what others build on.
    wrong = [
        f"{named(path)}: {module}"
        for path in sources(folder)
        if "management" not in path.parts
        for module in imports(path)
        if any(module == name or module.startswith(name + ".") for name in never)
    ]
    assert wrong == []


def test_no_file_is_too_long_to_read_in_one_go() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in sources(*APPS)}
    assert {name: lines for name, lines in lengths.items() if lines > 320} == {}


def test_no_template_holds_script_or_style() -> None:
    """The content policy refuses them, so they would fail in silence."""
    wrong = []
    for path in sources("templates", pattern="*.html"):
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
        if re.search(r"<style\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle\s*=|javascript:", text, re.IGNORECASE):
            wrong.append(named(path))
        if re.search(r"<[^>{]*\son[a-z]+\s*=", text, re.IGNORECASE):
            wrong.append(f"{named(path)}: handler")
    assert wrong == []


def test_what_is_sent_is_sent_by_the_queue_that_keeps_it() -> None:
    """htmx sends once, and forgets it when the connection is away: it only asks."""
    sends = re.compile(r"<[^>]*\shx-(?:post|put|patch|delete)=[^>]*>")
    tags = {
        (named(path), tag) for path in sources("templates", pattern="*.html") for tag in sends.findall(path.read_text())
    }
    assert [tag for tag in tags if "data-asks" not in tag[1]] == []


def test_no_page_takes_anything_from_another_address() -> None:
    """Links lead out of the library page; nothing is loaded from elsewhere."""
    loads = re.compile(r"""(?:\ssrc|<link[^>]*\shref|\saction|url\(|@import)\s*=?\s*["'(]?\s*(?:https?:)?//""")
    paths = [
        *sources("templates", pattern="*.html"),
        *sources("static", pattern="*.css"),
        *sources("static", pattern="*.js"),
    ]
    assert [named(path) for path in paths if loads.search(path.read_text())] == []


def test_no_form_puts_what_is_typed_into_the_address() -> None:
    """An address stays in the history of a browser and in the lists of proxies: a form sends in the body."""
    forms = re.compile(r"<form\b(?:[^>{]|\{%.*?%\}|\{\{.*?\}\})*>")
    sends = re.compile(r' method="(post|dialog|\{\{ attrs\.method \}\})"')
    found = [
        (named(path), form)
        for path in sources("templates", pattern="*.html")
        for form in forms.findall(path.read_text())
    ]
    assert len(found) > 50
    assert [form for form in found if not sends.search(form[1]) or "hx-get" in form[1]] == []


def own_patterns() -> Iterator[URLPattern]:
    def walk(branch: list[object]) -> Iterator[URLPattern]:
        for pattern in branch:
            if isinstance(pattern, URLPattern):
                yield pattern
            else:
                yield from walk(pattern.url_patterns)  # type: ignore[attr-defined]  # a resolver

    return (
        pattern for pattern in walk(get_resolver().url_patterns) if not pattern.callback.__module__.startswith(FOREIGN)
    )


def test_a_view_is_called_as_its_address() -> None:
    assert [(p.name, p.callback.__name__) for p in own_patterns() if p.name != p.callback.__name__] == []


def test_every_view_says_which_methods_it_takes() -> None:
    """Decorated with require_…: a view that forgets it answers any method."""
    bare = [p.name for p in own_patterns() if not hasattr(p.callback, "__wrapped__")]
    assert bare == []


def test_every_template_that_is_named_exists() -> None:
    for path in sources(*APPS):
        for name in re.findall(r'"([a-z_/]+\.html)(?:#[a-z_-]+)?"', path.read_text()):
            get_template(name)
    for path in sources("templates", pattern="*.html"):
        for name in re.findall(r'{% (?:include|extends) "([^"#]+)', path.read_text()):
            get_template(name)


def test_an_empty_place_for_two_texts_is_empty() -> None:
    """With so much as a space in it, it shows as a bar that warns of nothing."""
    for path in sources("templates", pattern="*.html"):
        assert not re.search(r'<div class="stale"(?: id="[^"]*")?>\s', path.read_text()), path


# Where each of these is right, and why; anywhere else it is a hole.
FORBIDDEN = {
    r"\bcsrf_exempt\b": {},
    r"\bmark_safe\b|\bSafeString\b|\bSafeText\b": {},
    r"\|\s*safe(seq)?\b": {},
    r"\bautoescape off\b": {},
    r"\bRawSQL\b": {},
    r"\sstyle\s*=\s*[\"']|<style\b|\son[a-z]+\s*=\s*[\"']": {
        "meetings/cases/exporting.py": (1, "how YAML writes a text; no page"),
    },
    r"^@login_not_required": {
        "hgw/accounts/lock_views.py": (1, "unlocking: behind a lock nobody is signed in"),
        "hgw/accounts/single_sign_on/views.py": (2, "going to where somebody signs in elsewhere, and coming back"),
        "hgw/accounts/second_factor_views.py": (2, "the code after the password, and signing in with a passkey"),
        "hgw/accounts/views.py": (
            2,
            "coming in by an invitation; a page asks who is signed in, and is told that nobody is",
        ),
        "hgw/health.py": (1, "what watches the server has no account; no data of anybody"),
        "meetings/views/room.py": (1, "the poll: a signed ticket says who asks, and it answers a mark without words"),
        "students/school/views.py": (
            1,
            "the first visitor begins the school, on this machine, where there is none yet",
        ),
    },
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_way_around_escaping_tokens_sign_in_and_the_policy_for_content(pattern: str) -> None:
    paths = [*sources(*APPS), *sources("templates", pattern="*.html")]
    found = {named(path): len(re.findall(pattern, path.read_text(), re.MULTILINE)) for path in paths}
    allowed = {name: count for name, (count, _why) in FORBIDDEN[pattern].items()}
    assert {name: count for name, count in found.items() if count} == allowed


@pytest.mark.parametrize(
    "hole",
    [
        "{{ text|safe }}",
        "{{ text | safeseq }}",
        "@csrf_exempt",
        "return mark_safe(x)",
        '<p style="x">',
        "<a onclick='x'>",
    ],
)
def test_the_patterns_above_see_what_they_are_for(hole: str) -> None:
    assert any(re.search(pattern, hole, re.MULTILINE) for pattern in FORBIDDEN)


def test_every_content_row_has_what_saving_needs() -> None:
    kinds = [model for model in apps.get_models() if issubclass(model, Item)]
    assert len(kinds) >= 25
    for model in kinds:
        columns = {field.name for field in model._meta.concrete_fields}
        assert {"school", "position", "version", "removed_at", "created_by", "updated_at"} <= columns, model
        assert hasattr(model._default_manager.all(), "visible_to"), model


def test_every_table_of_a_case_knows_its_school_or_hangs_under_one_that_does() -> None:
    """A row of a school must be found by its school, or through the row it belongs to."""
    for model in apps.get_models():
        if model._meta.app_label not in {"students", "meetings"}:
            continue
        columns = {field.name for field in model._meta.concrete_fields}
        parents = {field.name for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one}
        assert "school" in columns or parents or model.__name__ in {"Phase", "CircleMember"}, model


# In pieces, so that this file does not hold them.
NEVER = ("kans" + "arm", "probleem" + "kind", "on" + "wil")


# The one place where they may stand: the words that are found in what people type and that no page shows
# (tests/meetings/test_hint_words.py sees to that).
UNSHOWN = re.compile(r"^\[\[word\]\]\n(?:(?!\[\[).*\n)*?shown = false\n(?:(?!\[\[).*(?:\n|\Z))*", re.MULTILINE)


def test_words_that_label_a_child_stand_nowhere() -> None:
    paths = [*sources(*APPS, pattern="*.*"), *sources("templates", "static", pattern="*.*")]
    words = re.compile("|".join(rf"(?<![a-z]){word}" for word in NEVER), re.IGNORECASE)
    wrong = []
    for path in paths:
        if path.suffix in {".py", ".html", ".toml", ".po", ".js", ".css", ".yaml", ".txt", ".svg"}:
            wrong += [named(path)] if words.search(UNSHOWN.sub("", path.read_text(errors="replace"))) else []
    assert wrong == []


def test_no_letter_was_encoded_twice() -> None:
    """What a tool wrote in another alphabet and read back: an e with an accent becomes a capital A with a tilde and a sign."""
    paths = [*sources(*APPS, pattern="*.*"), *sources("templates", "static", "tests", pattern="*.*")]
    twice = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")
    wrong = [
        named(path)
        for path in paths
        if path.suffix in {".py", ".html", ".toml", ".po", ".js", ".css", ".yaml", ".txt", ".svg"}
        and twice.search(path.read_text(errors="replace"))
    ]
    assert wrong == []


def test_the_trace_gets_codes_and_no_typed_text() -> None:
    """`detail` is written from constants, ids, kinds and counts: nothing that a person typed may reach it."""
    typed = {
        "text",
        "name",
        "title",
        "reason",
        "note",
        "question",
        "what",
        "description",
        "label",
        "cleaned_data",
        "POST",
    }
    wrong = []
    for path in sources(*APPS):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (
                isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "looked", "entry", "Entry"}
            ):
                continue
            for keyword in node.keywords:
                if keyword.arg == "detail":
                    used = {n.attr for n in ast.walk(keyword.value) if isinstance(n, ast.Attribute)}
                    used |= {n.id for n in ast.walk(keyword.value) if isinstance(n, ast.Name)}
                    wrong += [f"{named(path)}:{node.lineno}: {word}" for word in used & typed]
    assert wrong == []


def test_a_view_opens_no_transaction() -> None:
    """The request has one; a second one would answer "saved" before anything is."""
    wrong = []
    for app in APPS:
        for path in sources(f"{app}/views"):
            calls = [n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
            names = {getattr(func, "attr", getattr(func, "id", "")) for func in calls}
            wrong += [named(path)] if names & {"atomic", "writing", "reading", "set_rollback"} else []
    assert wrong == []


def test_no_signals() -> None:
    wrong = [named(p) for p in sources(*APPS) if {"django.dispatch", "django.db.models.signals"} & imports(p)]
    assert wrong == []


# Programs through a shell, code out of text, objects out of files, chance that can be guessed, sums that can be met.
NEVER_CALLED = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "hashlib.md5", "hashlib.sha1", "yaml.load_all",
    "yaml.unsafe_load", "yaml.full_load",
}  # fmt: skip
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "random", "xml", "telnetlib", "ftplib", "urllib.request", "requests"}


def test_nothing_is_called_that_runs_what_was_typed_or_is_weak() -> None:
    wrong = []
    for path in sources(*APPS):
        wrong += [
            f"{named(path)}: {name}"
            for name in imports(path)
            if any(name == one or name.startswith(f"{one}.") for one in NEVER_IMPORTED)
            and not (name == "random" and named(path).startswith("meetings/demo/"))  # it makes the same rows each day
            # Pages of our templates, without declarations, in a process that has no network and writes no files.
            and (name, named(path)) != ("xml.etree", "meetings/documents/pdf_process.py")
        ]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            shell = [word.arg for word in node.keywords if word.arg == "shell"]
            raw = isinstance(node.func, ast.Attribute) and node.func.attr in {"extra", "raw"}
            if ast.unparse(node.func) in NEVER_CALLED or shell or raw:
                wrong.append(f"{named(path)}:{node.lineno}: {ast.unparse(node.func)}")
    assert wrong == []


def test_a_test_has_the_same_name_whoever_collects_it() -> None:
    """Two processes share the tests by their names: one with the time in it is another in each, and then none runs."""
    wrong = []
    for path in sources("tests"):
        decorators = [d for n in ast.walk(ast.parse(path.read_text())) for d in getattr(n, "decorator_list", [])]
        for call in [call for decorator in decorators for call in called_at_once(decorator)]:
            if getattr(call.func, "attr", "") in {"time", "now", "today", "uuid4", "token_hex"}:
                wrong.append(f"{named(path)}:{call.lineno}: {ast.unparse(call)}")
    assert wrong == []


def called_at_once(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of an expression that run when it is read: not those of a lambda."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from called_at_once(child)


SECRETS = {"secret", "token", "mark", "nonce", "signature", "seed"}


def test_what_is_secret_is_compared_in_the_same_time_whatever_it_is() -> None:
    """`hmac.compare_digest`, or a library: never `==`, which stops at the first letter that is wrong."""

    def names(node: ast.AST) -> set[str]:
        word = getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            word = str(node.slice.value)
        return set(word.lower().split("_"))

    wrong = [
        f"{named(path)}:{node.lineno}"
        for path in sources(*APPS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        for side in (node.left, *node.comparators)
        if names(side) & SECRETS
    ]
    assert wrong == []


def test_no_script_lets_an_answer_name_what_it_changes() -> None:
    """A name out of an answer, such as `__proto__`, is never the name of what is set; nor is an answer poured into an object."""
    poured = re.compile(
        r"Object\.assign\([^,]*,(?!\s*\{)|for \((?:const|let) \w+ in |__proto__|\.prototype\b|setPrototypeOf"
    )
    named_by_another = re.compile(r"\w\[(?!\d)[^\]\"'`]+\]\s*=(?!=)")
    wrong = [
        f"{named(path)}:{number}: {line.strip()}"
        for path in sorted(sources("static/js", pattern="*.js"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if poured.search(line) or named_by_another.search(line)
    ]
    # Names of ours in all three: of the moments of the program, and the four that stand in the line itself.
    assert [line.split(":")[0] for line in wrong] == [
        "static/js/moments.js",
        "static/js/moments.js",
        "static/js/room.js",
    ], wrong
