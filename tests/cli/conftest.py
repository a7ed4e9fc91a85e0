"""The toy as the only system, and a command line called in this process."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from toy import Toy

import spinviz.systems
from spinviz.cli import main
from spinviz.model.system import UnknownName


@dataclass
class Said:
    code: int
    out: str
    err: str


Spinviz = Callable[..., Said]


@pytest.fixture
def spinviz_cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spinviz:
    known = {"toy": Toy()}

    def system_named(name: str) -> Toy:
        if name not in known:
            raise UnknownName(f"unknown system '{name}'")
        return known[name]

    monkeypatch.setattr(spinviz.systems, "systems", lambda: known)
    monkeypatch.setattr(spinviz.systems, "system_named", system_named)

    def call(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call
