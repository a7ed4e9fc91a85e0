"""The set-up, run and test commands, with stand-ins for Python, pip and apt."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted([*(ROOT / "packaging").glob("*.sh"), ROOT / ".ci" / "run"])
TOOLS = "awk bash cat chmod cksum df dirname env flock grep head ls mkdir mv rm sed tail tee touch uname"

# Notes every call; makes an environment whose python is a copy of itself.
PYTHON = """#!/bin/bash
echo "${0##*/} PYTHONPATH=${PYTHONPATH:-} $*" >>"$NOTES"
case "$*" in
-V) echo "Python $VERSION" ;;
"-c import sys"*) [[ $VERSION != 3.9* ]] ;;
"-m venv"*)
    made="${@: -1}"
    mkdir -p "$made/bin" && touch "$made/pyvenv.cfg"
    cat "$0" >"$made/bin/python" && chmod +x "$made/bin/python"
    ;;
"-m pip install"*)
    [[ -z $PIP_KILLS ]] || kill -KILL 0
    printf 'Collecting numpy\\n%s\\n' "$PIP_SAYS"
    exit "${PIP_CODE:-0}"
    ;;
"-m spinviz"*) shift 2; printf '<%s>' "$@" ;;
"-m pytest"*) shift 2; printf '<%s>' "$@" ;;
esac
"""


@dataclass
class Project:
    """A copy of the scripts in a folder with a space in its name, and the only programs they can find."""

    root: Path
    programs: Path
    notes: Path

    def program(self, name: str, text: str) -> None:
        (self.programs / name).unlink(missing_ok=True)
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.programs), "NOTES": str(self.notes), "VERSION": "3.11.2", "PIP_SAYS": ""}
        self.notes.write_text("")
        return subprocess.run(
            ["bash", str(self.root / "packaging" / script), *arguments],
            env=environment | variables,
            cwd=self.programs,
            capture_output=True,
            text=True,
            timeout=60,
            start_new_session=True,
        )

    def installs(self) -> list[str]:
        """Return what pip was asked to install in the last run."""
        return [line.split()[-1] for line in self.notes.read_text().splitlines() if "-m pip install" in line]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root, programs = tmp_path / "a copy of spinviz", tmp_path / "programs"
    shutil.copytree(ROOT / "packaging", root / "packaging")
    shutil.copy(ROOT / "pyproject.toml", root)
    programs.mkdir()
    for tool in TOOLS.split():
        (programs / tool).symlink_to(shutil.which(tool) or pytest.skip(f"{tool} is not installed"))
    made = Project(root, programs, tmp_path / "notes")
    made.program("python3", PYTHON)
    made.program("ldconfig", "#!/bin/bash\nexit 1\n")
    made.program("df", "#!/bin/bash\nprintf 'head\\nx 1 1 90000 1 /\\n'\n")
    made.program("id", "#!/bin/bash\necho 1000\n")
    made.program("Xvfb", "#!/bin/bash\n")
    return made


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_valid_and_executable(script: Path) -> None:
    assert subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True).stderr == ""
    assert os.access(script, os.X_OK)


def test_first_run_makes_an_environment_and_the_second_does_nothing(project: Project) -> None:
    first = project.run("setup.sh")
    assert (first.returncode, project.installs()) == (0, ["."])
    second = project.run("setup.sh", PIP_CODE="1")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert project.notes.read_text().split("\n") == ["python PYTHONPATH= -V", ""]


def test_set_up_for_tests_serves_plain_use_but_not_the_reverse(project: Project) -> None:
    project.run("setup.sh")
    project.run("setup.sh", "--test")
    assert project.installs() == [".[test]"]
    project.run("setup.sh")
    assert project.installs() == []
    (project.root / "pyproject.toml").write_text("# another dependency\n")
    project.run("setup.sh")
    assert project.installs() == [".[test]"], "test tools once installed are kept current"


def test_metadata_left_by_an_earlier_version_are_removed(project: Project) -> None:
    """They hid those of the installed version: doctor, run in the project folder, read dependencies of long ago."""
    (project.root / "spinviz.egg-info").mkdir()
    (project.root / "spinviz.egg-info" / "PKG-INFO").write_text("Version: 0.0.1\n")
    assert project.run("setup.sh").returncode == 0
    assert not (project.root / "spinviz.egg-info").exists()


def lose_the_stamp(root: Path) -> None:
    (root / ".venv" / "spinviz-setup").unlink()


def break_the_interpreter(root: Path) -> None:
    (root / ".venv" / "bin" / "python").write_text("#!/bin/bash\nexit 127\n")


def change_a_dependency(root: Path) -> None:
    (root / "pyproject.toml").write_text("# another dependency\n")


def shorten_the_stamp(root: Path) -> None:
    (root / ".venv" / "spinviz-setup").write_text("plain")


@pytest.mark.parametrize("damage", [lose_the_stamp, break_the_interpreter, change_a_dependency, shorten_the_stamp])
def test_a_half_finished_set_up_is_finished(project: Project, damage: Callable[[Path], None]) -> None:
    project.run("setup.sh")
    damage(project.root)
    assert project.run("setup.sh").returncode == 0
    assert project.installs() == ["."]
    project.run("setup.sh")
    assert project.installs() == []


def test_a_moved_environment_is_made_anew(project: Project) -> None:
    project.run("setup.sh")
    project.root = project.root.rename(project.root.parent / "moved")
    project.run("setup.sh")
    assert "-m venv --clear" in project.notes.read_text()


def test_an_installation_killed_half_way_starts_over(project: Project) -> None:
    project.run("setup.sh")
    change_a_dependency(project.root)
    assert project.run("setup.sh", PIP_KILLS="yes").returncode != 0
    project.run("setup.sh")
    assert "-m venv --clear" in project.notes.read_text()
    assert project.installs() == ["."]
    project.run("setup.sh")
    assert project.installs() == []


def test_a_failed_installation_keeps_the_environment(project: Project) -> None:
    project.run("setup.sh")
    change_a_dependency(project.root)
    project.run("setup.sh", PIP_CODE="1")
    project.run("setup.sh")
    assert "-m venv" not in project.notes.read_text()


def test_a_folder_that_is_no_environment_is_left_alone(project: Project) -> None:
    (project.root / ".venv").mkdir()
    (project.root / ".venv" / "thesis.txt").write_text("years of work")
    said = project.run("setup.sh")
    assert said.returncode == 1
    assert "is not a Python environment; move it away" in said.stderr
    assert (project.root / ".venv" / "thesis.txt").read_text() == "years of work"


def test_another_environment_does_not_leak_in(project: Project) -> None:
    project.run("setup.sh", PYTHONPATH="/elsewhere", VIRTUAL_ENV="/elsewhere", PIP_TARGET="/elsewhere")
    assert "elsewhere" not in project.notes.read_text()
    project.run("run.sh", "list", PYTHONPATH="/elsewhere")
    assert "elsewhere" not in project.notes.read_text()


def test_old_python_is_refused_in_one_line(project: Project) -> None:
    said = project.run("setup.sh", VERSION="3.9.2")
    assert said.returncode == 1
    assert said.stderr == (
        "spinviz: Python 3.9.2 is too old; spinviz needs Python 3.11 or newer: install one and run this again\n"
    )


def test_missing_python_is_refused_with_the_command_that_installs_it(project: Project) -> None:
    (project.programs / "python3").unlink()
    said = project.run("setup.sh")
    assert said.returncode == 1
    assert said.stderr.endswith(
        "no python3 found; spinviz needs Python 3.11 or newer: sudo apt-get install python3 python3-venv\n"
    )


def test_a_failing_pip_shows_its_last_lines_and_the_remedy(project: Project) -> None:
    said = project.run("setup.sh", PIP_CODE="1", PIP_SAYS="ERROR: no matching distribution")
    assert said.returncode == 1
    assert "ERROR: no matching distribution" in said.stderr
    assert said.stderr.splitlines()[-1].endswith("check the network connection and run this again")
    project.run("setup.sh")
    assert project.installs() == ["."], "a failed installation must not count as done"


def test_a_full_disk_is_named(project: Project) -> None:
    said = project.run("setup.sh", PIP_CODE="1", PIP_SAYS="OSError: [Errno 28] No space left on device")
    assert "the disk is full: 90000 MB are free" in said.stderr.splitlines()[-1]


def test_a_small_disk_is_refused_before_anything_is_fetched(project: Project) -> None:
    project.program("df", "#!/bin/bash\nprintf 'head\\nx 1 1 12 1 /\\n'\n")
    said = project.run("setup.sh")
    assert (said.returncode, project.installs()) == (1, [])
    assert "only 12 MB are free" in said.stderr


def test_unknown_option_is_refused(project: Project) -> None:
    said = project.run("setup.sh", "--tests")
    assert said.returncode == 1
    assert "unknown option '--tests'" in said.stderr


def test_missing_system_packages_are_named_when_they_cannot_be_installed(project: Project) -> None:
    project.program("ldconfig", "#!/bin/bash\nprintf '\\tlibGL.so.1 (libc6) => /x\\n'\n")
    project.program("apt-get", "#!/bin/bash\nexit 9\n")
    project.program("sudo", "#!/bin/bash\nexit 1\n")
    said = project.run("setup.sh")
    assert said.returncode == 0, "the Python part goes on"
    command = next(line for line in said.stderr.splitlines() if "sudo apt-get install" in line).split()
    assert {"libegl1", "libxcb-cursor0"} <= set(command)
    assert "libgl1" not in command


def test_a_python_without_venv_is_named(project: Project) -> None:
    project.program("python3", "#!/bin/bash\n[[ $* == -V ]] && echo Python 3.11.2\n[[ $* != *ensurepip* ]]\n")
    said = project.run("setup.sh")
    assert said.returncode == 1
    assert "install them with: sudo apt-get install python3-venv" in said.stderr
    assert "Python 3.11.2 cannot make environments" in said.stderr.splitlines()[-1]


def test_root_installs_missing_system_packages(project: Project) -> None:
    project.program("ldconfig", '#!/bin/bash\ncat "$NOTES.libraries"\n')
    libraries = project.notes.with_name("notes.libraries")
    libraries.write_text("")
    project.program("id", "#!/bin/bash\necho 0\n")
    project.program("apt-get", '#!/bin/bash\necho "apt-get $*" >>"$NOTES"\n[[ $1 != install ]] || exit 5\n')
    said = project.run("setup.sh")
    calls = [line for line in project.notes.read_text().splitlines() if line.startswith("apt-get")]
    assert calls[0].startswith("apt-get update")
    assert calls[1].startswith("apt-get install -q -y --no-install-recommends libgl1 libegl1 ")
    assert "install them with: sudo apt-get install libgl1" in said.stderr, "a failed installation is reported"


@pytest.mark.parametrize("display", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_run_opens_the_window_on_a_display(project: Project, display: str) -> None:
    said = project.run("run.sh", **{display: ":0"})
    assert (said.returncode, said.stdout) == (0, "<>")


def test_run_without_a_display_exports_the_demonstration(project: Project) -> None:
    said = project.run("run.sh")
    assert f"{project.programs}/spinviz-demo.mp4" in said.stdout
    assert said.stdout.endswith("\n<export><isochromats><--preset><fid><--out><spinviz-demo.mp4>")


def test_run_may_be_started_by_another_shell(project: Project) -> None:
    shell = shutil.which("dash") or pytest.skip("dash is not installed")
    said = subprocess.run(
        [shell, str(project.root / "packaging" / "run.sh"), "list"],
        env={"PATH": str(project.programs), "NOTES": str(project.notes), "VERSION": "3.11.2", "PIP_SAYS": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (said.returncode, said.stdout) == (0, "<list>"), said.stderr


def test_run_passes_arguments_and_keeps_standard_output_clean(project: Project) -> None:
    said = project.run("run.sh", "run", "macrospin", "--set", "B0=3 T")
    assert said.stdout == "<run><macrospin><--set><B0=3 T>"


def test_test_passes_arguments_to_pytest(project: Project) -> None:
    said = project.run("test.sh", "-m", "not slow")
    assert (said.returncode, said.stdout.endswith("><-m><not slow>")) == (0, True), said.stdout
    assert "--numprocesses" in said.stdout, "on all cores, unless the arguments that follow say otherwise"
    assert project.installs() == [".[test]"]


def test_desktop_entry_points_at_the_project(project: Project, tmp_path: Path) -> None:
    said = project.run("install-desktop.sh", XDG_DATA_HOME=str(tmp_path / "data"), HOME=str(tmp_path))
    assert said.returncode == 0
    entry = (tmp_path / "data" / "applications" / "spinviz.desktop").read_text()
    assert f'Exec=bash "{project.root}/packaging/run.sh" %f\n' in entry
    icon = next(line for line in entry.splitlines() if line.startswith("Icon=")).removeprefix("Icon=")
    assert (ROOT / Path(icon).relative_to(project.root)).is_file()
    project.run("install-desktop.sh", "--remove", XDG_DATA_HOME=str(tmp_path / "data"))
    assert not (tmp_path / "data" / "applications" / "spinviz.desktop").exists()
