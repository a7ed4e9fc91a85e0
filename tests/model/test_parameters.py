"""Parameters: one declaration, everything else derived; one clear line for what does not fit."""

from typing import Literal

import pytest

from spinviz.model.parameters import ParameterError, Parameters, choice, file, quantity, switch


class Example(Parameters):
    B0: float = quantity(1.5, "T", "Static field along z.", symbol="B₀", ge=0, le=20)
    T: float = quantity(300.0, "K", "Temperature, of the bath.", gt=0, le=1000, scale="log")
    spins: int = quantity(512, "", "Number of spins.", ge=1, le=4096, rebuild=True)
    frame: Literal["rotating", "laboratory"] = choice("rotating", "Frame.")
    noise: bool = switch(False, "Noise.")
    start: str = file("Start.", (".ovf",))


def test_declaration_is_described() -> None:
    q = Example.quantities()["T"]
    assert (q.title, q.unit, q.low, q.high, q.open_low, q.scale, q.rebuild) == (
        "Temperature", "K", 0, 1000, True, "log", False,
    )  # fmt: skip
    assert Example.quantities()["frame"].choices == ("rotating", "laboratory")
    assert [q.kind for q in Example.quantities().values()] == [
        "number", "number", "integer", "choice", "switch", "file",
    ]  # fmt: skip


def test_values_are_immutable_hashable_and_changed_by_copies() -> None:
    p = Example()
    with pytest.raises(Exception, match="frozen"):
        p.B0 = 3.0  # type: ignore[misc]
    q = p.change(B0=3.0)
    assert (p.B0, q.B0) == (1.5, 3.0)
    assert hash(q) == hash(Example(B0=3.0))


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        ("B0", "25 T", ["B0 = 25 T", "between 0 T and 20 T"]),
        ("T", "0", ["T = 0 K", "excluded"]),
        ("T", "nan", ["T", "is no number", "'300 K'"]),
        ("spins", "2.5", ["whole number", "4096"]),
        ("spins", "5000", ["5000", "between 1 and 4096"]),
        ("frame", "spinning", ["spinning", "rotating, laboratory"]),
        ("T", "5e-324 K", ["is too close to 0: choose 1e-100 K or more"]),
        ("B0", "1e-310", ["is too close to 0: choose 0 or 1e-100 T or more"]),
        ("spins", "1e308", ["1·10³⁰⁸", "between 1 and 4096"]),
        ("spins", "1e999", ["no whole number"]),
        ("noise", "perhaps", ["perhaps", "on or off"]),
        ("B0", "3 s", ["unit 's'", "'1.5 T'"]),
        ("b0", "3", ["unknown parameter 'b0'", "B0"]),
    ],
)
def test_refusals_name_value_limit_and_remedy(name: str, text: str, parts: list[str]) -> None:
    with pytest.raises(ParameterError) as refusal:
        Example().read(name, text)
    message = str(refusal.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_infinity_and_wrong_types_are_refused() -> None:
    for value in (float("inf"), float("nan"), "x", None, [1]):
        with pytest.raises(ParameterError):
            Example.of(B0=value)


def test_reading_takes_units_and_words() -> None:
    p = Example().read("B0", "500 mT").read("noise", "on").read("frame", "laboratory").read("spins", "64")
    assert (p.B0, p.noise, p.frame, p.spins) == (0.5, True, "laboratory", 64)


def test_rebuild_only_where_declared() -> None:
    p = Example()
    assert not p.rebuilds(p.change(B0=3.0))
    assert p.rebuilds(p.change(spins=3))
    assert p.rebuilds(p.change(start="x.ovf"))


def test_a_quantity_without_limits_is_a_mistake_of_the_author() -> None:
    with pytest.raises(TypeError, match="one lower and one upper"):
        quantity(1.0, "", "No limits.")


def test_what_was_given_is_known_and_wins_also_where_it_is_the_default() -> None:
    assert Example().given == {}
    p = Example.of(T=300.0).change(spins=3)
    assert p.given == {"T": 300.0, "spins": 3}
    assert p == Example(spins=3)
    below = Example(T=4.0, B0=3.0)
    assert p.over(below) == Example(T=300.0, B0=3.0, spins=3)


def test_names_of_many_files_are_shown_shortened() -> None:
    q = Example.quantity_named("start")
    assert q.show("a.ovf") == q.said("/run/a.ovf") == "a.ovf"
    many = "/run/" + " | ".join(f"m{n:06d}.ovf" for n in range(1000))
    assert len(q.show(many)) == 300
    assert len(q.said(many)) == 80


class Shorthand(Parameters):
    material: Literal["own", "iron", "nickel"] = choice(
        "own", "Material.", sets={"iron": {"Ms": 1.7e6, "A": 2.1e-11}, "nickel": {"Ms": 4.9e5, "A": 9e-12}}
    )
    Ms: float = quantity(8e5, "A/m", "Saturation.", ge=1e3, le=1e7)
    A: float = quantity(1.3e-11, "J/m", "Exchange.", ge=0, le=1e-10)
    alpha: float = quantity(0.1, "", "Damping.", ge=0, le=1)


def values(p: Shorthand) -> tuple[str, float, float]:
    return p.material, p.Ms, p.A


def test_a_choice_brings_values_and_what_is_named_wins() -> None:
    iron = Shorthand.of(material="iron", alpha=0.2)
    assert values(iron) == ("iron", 1.7e6, 2.1e-11)
    assert iron.alpha == 0.2
    assert values(Shorthand.of(material="iron", A=1e-11)) == ("own", 1.7e6, 1e-11)
    assert values(iron.change(material="nickel")) == ("nickel", 4.9e5, 9e-12)
    assert values(iron.change(A=3e-11)) == ("own", 1.7e6, 3e-11)
    assert values(iron.change(alpha=0.3)) == values(iron)
    # Back to what was: all that differed is named, as undo and sessions do.
    assert values(iron.change(material="own", Ms=8e5, A=1.3e-11)) == ("own", 8e5, 1.3e-11)
    assert values(iron.change(material="own")) == ("own", 1.7e6, 2.1e-11)
    assert values(Shorthand.of(**iron.given)) == values(iron)
    assert values(Shorthand.of(Ms=5e5).change(material="iron")) == ("iron", 1.7e6, 2.1e-11)
    assert values(iron.read("material", "nickel")) == ("nickel", 4.9e5, 9e-12)
    with pytest.raises(ParameterError, match="material"):
        Shorthand.of(material=["iron"])
