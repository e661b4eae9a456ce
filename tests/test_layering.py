"""The house has one law: `cleaners` is pure and never reaches for `flows` or for the outside world."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "cleaners").rglob("*.py"))
FORBIDDEN = {
    "flows", "prefect", "pyarrow", "duckdb", "starlette", "typer", "rich",
    "os", "pathlib", "shutil", "tempfile", "subprocess", "socket", "time", "random", "logging",
}  # fmt: skip


def imported(path: Path) -> set[str]:
    """The top-level names a module imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def calls(path: Path) -> set[str]:
    """The plain names a module calls."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_cleaners_are_pure(path: Path) -> None:
    """No module of `cleaners` imports an effect, opens a file or prints."""
    assert not imported(path) & FORBIDDEN
    assert not calls(path) & {"open", "print", "input"}


def test_the_walk_sees_imports(tmp_path: Path) -> None:
    """The law can be broken: the walk finds a forbidden import inside a function, too."""
    module = tmp_path / "culprit.py"
    module.write_text("def f():\n    from flows.store import x\n    import os.path\n    open('x')\n")
    assert imported(module) & FORBIDDEN == {"flows", "os"}
    assert "open" in calls(module)
