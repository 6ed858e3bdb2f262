"""The benches run, and say whether a goal was met."""

from pathlib import Path

import orjson
import pytest

from bench import __main__ as bench
from bench import hearing, million, morning
from bench.tools import Result


def test_a_goal_is_met_or_is_not_and_nothing_is_said_where_there_was_none() -> None:
    assert Result("fast", 2.0, "x", 1.0).row()[3] == "met"
    assert Result("slow", 0.5, "x", 1.0).row()[3] == "NOT MET"
    assert Result("late", 5.0, "s", 3.0, least=False).row()[3] == "NOT MET"
    assert Result("so", 5.0, "s").row()[3] == ""


@pytest.mark.postgres
def test_all_that_is_due_in_the_morning_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morning, "NEEDS", 20)
    for engine in million.ENGINES:
        assert morning.morning(engine, 450)["rows"] == 450


@pytest.mark.postgres
def test_what_many_chats_read_the_same_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "NEEDS", 60)
    for engine in million.ENGINES:
        seen = hearing.morning(engine, 320)
        assert seen["made"] == seen["pairs"] > 4
        assert seen["rendered"] > seen["made"]


@pytest.mark.postgres
def test_every_question_is_asked_of_both_engines_and_written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(million, "QUICK", (30, 60))
    monkeypatch.setattr(million, "TIMES", 3)
    bench.main(["million"], True, tmp_path / "results.json")
    found = orjson.loads((tmp_path / "results.json").read_bytes())["results"]["million"]
    works = {each["work"] for each in found}
    for engine in million.ENGINES:
        for question in (
            "list, all open: page 50",
            "search, a rare word",
            "a need's card",
            "tick: send_digests",
        ):
            assert f"{engine}: {question}, p99" in works
    assert all(each["met"] is not None for each in found if each["goal"] is not None)
    assert "a need's card" in capsys.readouterr().out


def test_a_bench_nobody_knows_is_named_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no bench called pipelin"):
        bench.main(["writes", "pipelin"], True, tmp_path / "results.json")
