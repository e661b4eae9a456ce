"""The command: instant help, errors of one sentence, exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.flows.corpora import publish, text, write

COMMANDS = ("run", "serve", "fix", "verify", "rules", "audit", "snapshots", "diff", "rollback", "publish")


def _invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_help_is_instant_and_lists_every_command() -> None:
    """Help takes under half a second of processor time, in a process of its own."""
    before = os.times()
    command = [sys.executable, "-m", "flows.cli", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    after = os.times()
    assert all(f" {name} " in result.stdout for name in COMMANDS)
    assert after.children_user + after.children_system - before.children_user - before.children_system < 0.5


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    """And the help names its options."""
    status, output = _invoke(command, "--help")
    assert status == 0
    assert "--help" in output


def test_an_unknown_option_lists_the_valid_ones() -> None:
    """So does an unknown command."""
    status, output = _invoke("run", "--rwa", "x")
    assert status == 2
    assert all(option in output for option in ("--raw", "--clean", "--profile", "--workers"))
    status, output = _invoke("runn")
    assert status == 2
    assert all(name in output for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--raw", "nowhere"), "There is no raw folder"),
        (("run", "--profile", "nobody"), "There is no profile"),
        (("run", "--raw", "gs://bucket/raw"), "neither a folder nor s3"),
        (("run", "--raw", "raw\udcff"), "is not UTF-8"),
        (("run", "--clean", __file__), "is a file"),
        (("run", "--judgements", "nowhere"), "There is no judgements file"),
        (("serve", "--cron", "0 2 * * *", "--raw", "nowhere"), "There is no raw folder"),
        (("serve", "--cron", "0 2 * * *", "--engine", "spark"), "There is no engine"),
        (("verify", "--clean", "nowhere"), "There is no snapshot"),
        (("rollback", "previous", "--clean", "nowhere"), "There is no snapshot"),
        (("audit", "judge", "x", "wrong", "--clean", "nowhere"), "There is no snapshot"),
        (("fix", "nowhere.txt"), "cannot be read"),
        (("fix", "--json", "--explain"), "Choose one"),
    ],
)
def test_errors_are_one_sentence(arguments: tuple[str, ...], message: str) -> None:
    """No traceback, and a status that says so."""
    status, output = _invoke(*arguments)
    assert status == 2
    assert message in output
    assert len(output.strip().splitlines()) == 1
    assert not Path("nowhere").exists()


def test_what_the_machine_refuses_is_one_sentence(tmp_path: Path) -> None:
    """A disk, a folder or a right that is missing is named, without a traceback."""
    publish(write(tmp_path / "raw", {"a.txt": text(1)}), tmp_path / "clean")
    file = tmp_path / "nowhere" / "export.csv"
    status, output = _invoke("audit", "export", "--clean", str(tmp_path / "clean"), "--output", str(file))
    assert (status, output) == (2, f"jiaokan: {file}: No such file or directory.\n")


def test_a_terminal_that_lacks_characters_gets_their_codes() -> None:
    """Whatever the encoding of the output, nothing ends in a traceback."""
    command = [sys.executable, "-m", "flows.cli", "--help"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert r"\u6821\u52d8" in result.stdout


def test_verify_says_yes_or_names_the_problem(tmp_path: Path) -> None:
    """Status 0 only if every byte is accounted for."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    publish(raw, tmp_path / "clean")
    arguments = ("verify", "--raw", str(raw), "--clean", str(tmp_path / "clean"))
    status, output = _invoke(*arguments)
    size = len(text(1).encode())
    assert (status, output) == (0, f"1 sources, 1 documents, {size:,} bytes: every byte is accounted for.\n")
    write(raw, {"b.txt": text(2)})
    status, output = _invoke(*arguments)
    assert status == 1
    assert "b.txt: new, not in the snapshot" in output


def test_nothing_new_needs_no_server(tmp_path: Path) -> None:
    """A second run ends before Prefect is even imported."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    publish(raw, tmp_path / "clean")
    arguments = ["run", "--raw", str(raw), "--clean", str(tmp_path / "clean")]
    code = f"import sys; from flows.cli import app; app({arguments!r}, standalone_mode=False); "
    code += "print('prefect' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Nothing new to do" in result.stdout
    assert result.stdout.strip().endswith("False")
