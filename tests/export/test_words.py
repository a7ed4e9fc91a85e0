"""The words over an exported picture say what the frame holds."""

from toy import Toy

from spinviz.engine.loop import Loop
from spinviz.export.words import texts_of


def test_time_lens_and_what_is_the_matter():
    loop = Loop(Toy())
    loop.advance(50)
    texts = texts_of(loop.system, loop.frame(speed=1.0, actual_speed=0.25, message="paused"))
    assert texts.time == "500 ms"
    assert texts.lens == "1 s on screen = 1 s, slowed to 0.25×"
    assert (texts.equation, texts.banner) == (Toy.equation, "paused")
    assert texts_of(loop.system, loop.frame(speed=2.0)).lens == "1 s on screen = 2 s"
    assert texts_of(loop.system, loop.frame()).lens == ""
