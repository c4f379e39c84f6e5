"""The Compose file and the units of systemd say what docs/van-hanh.md promises of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest

from bot.cli import make_cli
from bot.settings import PREFIX, ServiceRole, Settings
from tests.bot.running import ROOT
from tests.deployment import load_compose

COMPOSE = load_compose()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
_PINNED = re.compile(r"[a-z0-9./-]+:\d[\w.-]*(@sha256:[0-9a-f]{64})?")
_FOLDERS = re.compile(r"(\./|/)")


def test_who_is_in_which_profile() -> None:
    profiles: dict[str, list[str]] = {}
    for name, service in SERVICES.items():
        for profile in service["profiles"]:
            profiles.setdefault(profile, []).append(name)
    assert profiles == {
        "one": ["app"],
        "province": ["web", "worker", "postgres", "chroma", "caddy"],
        "llm": ["ollama"],
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_and_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert _PINNED.fullmatch(service["image"])
    assert int(service["user"].partition(":")[0]) > 0
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "restart", "logging"} <= service.keys()
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_names_is_there(name: str) -> None:
    service = SERVICES[name]
    volumes = [each.partition(":")[0] for each in service.get("volumes", [])]
    assert {each for each in volumes if not _FOLDERS.match(each)} <= COMPOSE["volumes"].keys()
    assert all((ROOT / each).exists() for each in volumes if each.startswith("./deploy/"))
    assert set(service.get("secrets", [])) <= COMPOSE["secrets"].keys()
    assert set(service.get("networks", [])) <= COMPOSE["networks"].keys()
    assert set(service.get("depends_on", [])) <= SERVICES.keys()
    ours = {each for each in service["environment"] if each.startswith(PREFIX)}
    assert ours <= {PREFIX + field.upper() for field in Settings.model_fields}


def test_a_province_has_every_role_on_one_database_and_folder() -> None:
    web, worker = SERVICES["web"], SERVICES["worker"]
    roles = [service["environment"]["KEHOACH_ROLE"] for service in (web, worker)]
    assert [ServiceRole(each) for each in roles] == [ServiceRole.WEB, ServiceRole.WORKER]
    for name in ("image", "secrets", "volumes", "networks", "depends_on"):
        assert web[name] == worker[name]
    assert "kehoach_database_url" in web["secrets"]
    proxy = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert re.search(r"dynamic a \{\s+name web\s+port 8080\b", proxy)


def test_secrets_stand_in_files_alone_and_only_https_is_reached_from_outside() -> None:
    assert all("file" in each for each in COMPOSE["secrets"].values())
    names = {PREFIX.lower() + field for field in Settings.model_fields}
    assert {each for each in COMPOSE["secrets"] if each.startswith("kehoach_")} <= names
    words = [each for service in SERVICES.values() for each in service["environment"]]
    assert [each for each in words if "PASSWORD" in each and not each.endswith("_FILE")] == []
    reached = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert reached == {"app": ["127.0.0.1:8080:8080"], "caddy": ["80:8080", "443:8443"]}
    assert COMPOSE["networks"]["back"] == {"internal": True}


UNITS = {path.name: path for path in (ROOT / "deploy" / "systemd").iterdir()}
_PROGRAM = "/opt/kehoach/.venv/bin/kehoach"


def _unit(name: str) -> RawConfigParser:
    """A unit, its options in the case they are written in; none is written twice."""
    unit = RawConfigParser(delimiters="=", comment_prefixes="#", interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNITS[name].read_text(encoding="utf-8"))
    return unit


@pytest.mark.parametrize("name", ["kehoach.service", "kehoach-backup.service"])
def test_a_service_of_systemd_may_do_little(name: str) -> None:
    service = _unit(name)["Service"]
    assert (service["User"], service["ProtectSystem"], service["NoNewPrivileges"]) == ("kehoach", "strict", "true")
    assert (service["CapabilityBoundingSet"], service["StateDirectory"]) == ("", "kehoach")
    assert {"MemoryMax", "TasksMax", "LoadCredential", "SystemCallFilter", "RestrictNamespaces"} <= service.keys()
    command = service["ExecStart"].split(f"{_PROGRAM} ")[1].split()[0]
    assert command in {each.name for each in make_cli().registered_commands}
    assert service["LoadCredential"].startswith(f"{PREFIX.lower().rstrip('_')}:"), "its files become our settings"


def test_the_service_starts_again_and_is_given_time_to_stop() -> None:
    service = _unit("kehoach.service")["Service"]
    assert (service["Restart"], service["TimeoutStopSec"]) == ("on-failure", "15")
    assert _unit("kehoach-backup.timer")["Timer"]["Persistent"] == "true"
    assert "-mtime +14 -delete" in _unit("kehoach-backup.service")["Service"]["ExecStartPost"]


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    for name, path in UNITS.items():
        text = path.read_text(encoding="utf-8").replace(_PROGRAM, "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    if program is None:
        return  # the tests above have read them
    copies = [tmp_path / name for name in UNITS]
    done = subprocess.run([program, "verify", "--man=no", *copies], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
