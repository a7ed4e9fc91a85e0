"""Screenshots of the window: every system and preset in every theme and size, for people to look at.

xvfb-run -s "-screen 0 2000x1200x24" python tests/screenshots.py FOLDER [--themes dark,light] [--sizes 1280x720]
                                     [--systems NAME,...] [--first] [--wait SECONDS]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

SIZES = "1280x720,1920x1080"


def main() -> int:
    """Take the screenshots."""
    options = arguments()
    own = tempfile.mkdtemp()
    os.environ |= {"XDG_CONFIG_HOME": own, "XDG_STATE_HOME": own}
    from spinviz.app.start import make_application, make_window, opening_of
    from spinviz.systems import systems

    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    window = make_window(options.themes.split(",")[0])
    window.controller.start(opening_of("", "", 2**28))
    window.show()
    chosen = options.systems.split(",") if options.systems else list(systems())
    for size in options.sizes.split(","):
        width, height = (int(part) for part in size.split("x"))
        window.resize(width, height)
        for name in chosen:
            presets = systems()[name].presets[: 1 if options.first else None]
            for preset in presets:
                window.controller.open_system(name, preset.name)
                wait(application, options.wait)
                for theme in options.themes.split(","):
                    window.set_theme(theme)
                    wait(application, 0.5)
                    target = folder / f"{name}-{preset.name}-{theme}-{size}.png"
                    window.grab().save(str(target))
                    print(target, flush=True)
    window.close()
    return 0


def wait(application: object, seconds: float) -> None:
    """Let the window live for some time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.005)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--themes", default="dark,light,projector,high-contrast")
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--systems", default="")
    parser.add_argument("--first", action="store_true", help="only the first preset of each system")
    parser.add_argument("--wait", type=float, default=4.0)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
