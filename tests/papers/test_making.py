"""How pictures are made: the same each time, in any thread, without growing, and at no cost to who makes none."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from papers.__main__ import LANGUAGES, main, samples
from papers.themes import DARK, LIGHT
from tests.papers.looking import opened

A_HUNDRED = """
import gc, resource
from papers.charts import PathWords, Stage, path
def tide(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def make(count): assert path([Stage("Опубліковано", count)], PathWords("Шлях"), str, str)
for count in range(1, 11): make(count)
before = tide()
gc.disable()
for count in range(1, 101): make(count)
print(tide() - before)
"""


def test_the_same_data_make_the_same_bytes_in_any_thread() -> None:
    once = dict(samples("uk", LIGHT))
    with ThreadPoolExecutor(3) as threads:
        again = list(threads.map(lambda _: dict(samples("uk", LIGHT)), range(3)))
    assert all(each == once for each in again)
    assert dict(samples("uk", DARK)).keys() == once.keys()
    assert all(png != once[name] for name, png in samples("uk", DARK))


def test_a_hundred_pictures_leave_nothing_behind() -> None:
    """In a process of its own, whose highest tide is yet to come, and where nobody takes the garbage out."""
    made = subprocess.run([sys.executable, "-c", A_HUNDRED], check=True, capture_output=True, text=True)
    assert int(made.stdout) < 24 * 1024, f"{made.stdout} kB more"


def test_who_makes_no_picture_does_not_wait_for_matplotlib() -> None:
    asked = (
        "import sys, bot.cli, handlers.everything, papers.charts, papers.oblasts, papers.qr, papers.themes;"
        "sys.exit('matplotlib' in sys.modules or 'segno' in sys.modules or 'PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_nobody_draws_with_the_part_of_matplotlib_that_all_threads_share() -> None:
    asked = "import sys, papers.sheet; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_the_helper_writes_every_picture_for_who_wants_to_look(tmp_path: Path) -> None:
    main(tmp_path / "new")
    made = sorted((tmp_path / "new").glob("*.png"))
    names = ("map", "path", "qr", "sectors")
    assert [each.stem for each in made] == sorted(
        f"{name}-{language}-{theme.name}"
        for name in names
        for language in LANGUAGES
        for theme in (DARK, LIGHT)
    )
    for each in made:
        assert each.stat().st_size < 150_000
        assert opened(each.read_bytes()).width == 1080
