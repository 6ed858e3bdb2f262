"""What stands in deploy/ is what the bot understands: settings, commands, figures, files."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from bot.metrics import Metrics
from bot.settings import Settings
from storage.figures import Figures

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NOT_OURS = {
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    "POSTGRES_DB",
    "DOMAIN",
    "BOT_PASSWORD",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "MPLCONFIGDIR",
}


def loaded(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text())


def test_every_service_of_the_bot_is_a_command_we_have_and_is_locked_in() -> None:
    services = loaded("compose.yaml")["services"]
    ours = {name: each for name, each in services.items() if each.get("image") == "hromada-bridge"}
    assert set(ours) == {"migrate", "web", "worker", "sender", "ticker"}
    for name, service in ours.items():
        said = CliRunner().invoke(main, [*service["command"], "--help"])
        assert said.exit_code == 0
        assert name in (service["command"][0], service["command"][-1])
        assert service["read_only"] is True
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert [name for name, each in services.items() if "ports" in each] == ["caddy"], "nothing else is open"


def test_the_database_is_out_of_the_proxys_reach_and_out_of_the_worlds() -> None:
    compose = loaded("compose.yaml")
    services = compose["services"]
    assert services["database"]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True
    assert not set(services["caddy"]["networks"]) & set(services["database"]["networks"])


def test_images_of_others_are_named_by_digest() -> None:
    for service in loaded("compose.yaml")["services"].values():
        if service["image"] != "hromada-bridge":
            assert re.search(r"@(sha256:[0-9a-f]{64}|\$\{\w+_DIGEST:\?\})$", service["image"])


def test_no_process_gets_a_secret_it_does_not_need() -> None:
    services = loaded("compose.yaml")["services"]
    holders = {
        secret: sorted(name for name, each in services.items() if secret in str(each.get("environment", {})))
        for secret in ("BOT_TOKEN", "OWNER_PASSWORD", "BOT_PASSWORD", "DEEPL_KEY")
    }
    assert holders == {
        "BOT_TOKEN": ["sender", "ticker", "web", "worker"],
        "OWNER_PASSWORD": ["database", "migrate"],
        "BOT_PASSWORD": ["database", "sender", "ticker", "web", "worker"],
        "DEEPL_KEY": ["ticker"],
    }
    files = {file["path"] for each in services.values() for file in each.get("env_file", [])}
    assert files == {"settings.env"}, "the file with the secrets is read by compose alone"


def test_every_setting_named_is_one_we_have() -> None:
    docker = re.findall(r"^(?:ENV| {4}) ?([A-Z_]+)=", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    compose = [
        key for each in loaded("compose.yaml")["services"].values() for key in each.get("environment", {})
    ]
    known = {name.upper() for name in Settings.model_fields}
    assert {*docker, *compose} - NOT_OURS <= known
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(example) == known


def test_what_the_image_copies_is_there_and_what_it_installs_is_hashed() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for name in sources.split():
            assert (ROOT / name).exists(), name
    assert "--require-hashes -r requirements.txt" in text
    assert "--hash=sha256:" in (ROOT / "requirements.txt").read_text()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert {name for name in packages if f"COPY {name} " in text} == packages


def test_every_figure_an_alert_asks_for_exists_and_is_explained() -> None:
    page = Metrics().page(Figures(), 0).decode()
    metrics = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")}
    guide = (ROOT / "docs/operating.md").read_text()
    rules = [rule for group in loaded("alerts.yaml")["groups"] for rule in group["rules"]]
    assert len(rules) >= 7
    for rule in rules:
        asked = set(re.findall(r"hromada_bridge_\w+", rule["expr"]))
        assert asked <= metrics
        assert f"`{rule['alert']}`" in guide
    assert {name for name in metrics if not name.endswith("_created") and f"`{name}`" not in guide} == set()


def test_the_service_manager_understands_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    unit = (DEPLOY / "hromada-bridge.service").read_text()
    path = tmp_path / "hromada-bridge.service"
    path.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True, check=False
    )
    about_it = [line for line in (said.stdout + said.stderr).splitlines() if "hromada-bridge.service" in line]
    assert about_it == []
