"""Small whole files of every kind that spinviz reads, and command lines, for `fuzz_inputs` to damage."""

from __future__ import annotations

import gzip
from pathlib import Path

import h5py
import numpy as np

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.replay import session_of
from spinviz.files.odt import END, odt_head, odt_row
from spinviz.files.ovf.read import write_ovf
from spinviz.files.pulseq.read import write_pulseq
from spinviz.files.recording.write import RecordingWriter
from spinviz.files.session import save_session
from spinviz.systems import systems
from spinviz.systems.resonance.pulseq.small_sequences import small_sequence

COMMANDS = (
    ("run macrospin --out a.csv --preset switching --set B=3_T --set count=5 --duration 1_ns --every 10_ps --seed 3 "
     "--action reverse@0_s --laws"),
    "run ising_domains --out a.h5 --set T=2.3 --set size=64 --duration 20_sweeps --every 1",
    "run paramagnet --out a.npz --set B=1_T --set T=300_K",
    "run exchange_lattice --out a.ovf --input seed.ovf --set A=13_pJ/m --set start=vortex --set periodic=off",
    "run ovf_series --out a.odt --input seed.ovf --set show=cells --duration 3_files",
    "run exchange_lattice --out a.csv --input s*.ovf --every 1",
    "run pulseq --out a.csv --input seed.seq --set isochromats=4",
    "run pulseq --out a.png --input seed.seq",
    "run spin_echoes --out a.seq --set T2=80_ms",
    "run macrospin --out missing/a.csv",
    "export macrospin --out a.mp4 --size 128x128 --fps 30 --length 2_s --start 1_ns --speed 50_ps --theme dark",
    "export macrospin --out a_%05d.png --size 1920x1080 --fps 30000/1001 --length 1 --no-plots --preset thermal",
    "export ising_domains --out a.gif --fps 25 --action quench@3 --seed 12",
    "export seed.spinviz --out a.png --set B=1_T --seed 4",
    "export seed.ovf --out a.png --start 1_ns",
    "list macrospin ising_domains --json",
    "verify recovery --quick --json",
    "macrospin --preset precession --theme light",
    "seed.ovf",
    "seed.spinviz --theme projector",
)  # fmt: skip


def command_lines() -> list[list[str]]:
    """Return whole command lines as words."""
    return [[word.replace("_", " ") if "=" in word or word[0].isdigit() or "@" in word else word
             for word in line.split()] for line in COMMANDS]  # fmt: skip


def write_seeds(folder: Path) -> None:
    """Write one or more files of every kind into ``folder``; the kind is the name up to the first "-"."""
    for name in ("macrospin", "ising_domains", "pulseq", "exchange_lattice", "paramagnet"):
        system = systems()[name]
        loop = Loop(system, memory=1)
        loop.apply(SetParameters(loop.parameters))
        if system.actions:
            loop.apply(Act(system.actions[0].name))
        save_session(folder / f"session-{name}.spinviz", session_of(loop, 1.0, "light", {"azimuth": 3.0}))
    for kind in ("spin_echo", "echo_planar", "spiral"):
        write_pulseq(folder / f"sequence-{kind}.seq", small_sequence(kind))
    _fields(folder)
    _tables(folder)
    _phantoms(folder)
    _signals(folder)
    _images(folder)


def _fields(folder: Path) -> None:
    lattice = systems()["exchange_lattice"]
    loop = Loop(lattice, lattice.Parameters.of(nx=4, ny=3), memory=1)
    field = lattice.field(loop.state, loop.parameters)  # type: ignore[attr-defined]
    for version, representation in ((1, "text"), (1, "binary 4"), (2, "text"), (2, "binary 4"), (2, "binary 8")):
        name = f"field-{version}-{representation.replace(' ', '')}.ovf"
        write_ovf(folder / name, field, version=version, representation=representation)


def _tables(folder: Path) -> None:
    rows = [[0.0, 0.5, -1e-18], [1e-12, 0.25, float("nan")], [2e-12, 1 / 3, 5e-19]]
    for count, columns in (
        (1, [("time", "s"), ("mx", ""), ("energy", "J")]),
        (2, [("t", "s"), ("a b", "°"), ("E", "")]),
    ):
        table = [*odt_head({"system": "macrospin", "seed": "1"}, columns), *map(odt_row, rows), END]
        (folder / f"table-{count}.odt").write_text("\n".join(count * table) + "\n")


def _phantoms(folder: Path) -> None:
    grid = np.zeros((1, 2, 3, 5))
    grid[..., 0], grid[..., 1], grid[..., 2] = 1, 1e-3, 1e-2
    with h5py.File(folder / "phantom-jemris.h5", "w") as file:
        file["sample/data"], file["sample/resolution"], file["sample/offset"] = grid, np.ones(3), np.zeros(3)
    with h5py.File(folder / "phantom-koma.phantom", "w") as file:
        for axis in "xyz":
            file[f"position/{axis}"] = np.array([0.0, 1e-3, 2e-3])
        for name, value in (("ρ", 1.0), ("T1", 1.0), ("T2", 0.1), ("Δw", 5.0)):
            file[f"contrast/{name}"] = np.full(3, value)
        parts = {
            "action": {"type": "Translate", "dx": 0.01, "dy": 0.0, "dz": 0.0},
            "time": {"type": "TimeCurve", "periodic": "false", "periods": 1.0},
            "spins": {"type": "SpinRange", "range": "1:2"},
        }
        for name, attributes in parts.items():
            file.create_group(f"motion/motion_1/{name}").attrs.update(attributes)
        file["motion/motion_1/time/t"] = file["motion/motion_1/time/t_unit"] = np.array([0.0, 1.0])
    maps = {"rho": np.ones((4, 3, 2)), "T1": np.ones((4, 3, 2)), "T2": np.full((4, 3, 2), 0.1)}
    np.savez_compressed(folder / "phantom-maps.npz", voxel=[1e-3, 1e-3, 1e-3], **maps)
    np.savez(folder / "phantom-spins.npz", x=[0.1, 0.2], T1=[1.0, 1.0], T2=[0.1, 0.2])
    try:
        import nibabel
    except ImportError:
        return
    image = nibabel.Nifti1Image(maps["T1"], np.diag([1.0, 1.0, 1.0, 1.0]))
    content = image.to_bytes()
    (folder / "nifti-T1.nii").write_bytes(content)
    nibabel.Nifti1Image(maps["T2"], image.affine).to_filename(folder / "beside-T2.nii")
    (folder / "zipped-T1.nii.gz").write_bytes(gzip.compress(content))


def _images(folder: Path) -> None:
    from PIL import Image

    grey = np.random.default_rng(1).integers(0, 256, (12, 16, 4), np.uint8)
    for ending, mode in (("png", "RGBA"), ("png", "P"), ("jpg", "RGB"), ("bmp", "L")):
        Image.fromarray(grey).convert(mode).save(folder / f"image-{mode}.{ending}")


def _signals(folder: Path) -> None:
    with h5py.File(folder / "signal-jemris.h5", "w") as file:
        file["signal/channels/00"], file["signal/times"] = np.ones((4, 3)), np.arange(4.0)
    with h5py.File(folder / "signal-koma.mat", "w") as file:
        file["signal"] = np.array([(1.0, 2.0), (3.0, 4.0)], dtype=[("real", "f8"), ("imag", "f8")])
    columns, arrays = [("M", "A/m"), ("m", "")], {"m": ((2, 3), "f4")}
    with RecordingWriter(folder / "recording-a.h5", {"system": "toy"}, columns, arrays) as writer:
        for n in range(4):
            writer.append(0.1 * n, [1.0, 2.0], {"m": np.ones((2, 3), "f4")})
