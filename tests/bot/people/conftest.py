"""People over a fresh store, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.contract import ChannelName, Sender
from bot.clock import HANOI
from bot.people.members import Member, People
from bot.tracking.forgetting import forget_reminded
from knowledge.agencies import Directory, load_directory
from knowledge.store.database import Store, open_store


@dataclass
class MovedClock:
    """Stands still until it is moved."""

    now: datetime = field(default=datetime(2026, 11, 20, 8, tzinfo=HANOI))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def telegram(id_: int, name: str = "") -> Sender:
    return Sender(ChannelName.TELEGRAM, str(id_), name)


def zalo(id_: str, name: str = "") -> Sender:
    return Sender(ChannelName.ZALO, id_, name)


ADMIN = telegram(1)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(scope="session")
def directory() -> Directory:
    return load_directory()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(data=tmp_path / "dữ liệu") as opened:
        yield opened


@pytest.fixture
def people(store: Store, clock: MovedClock, directory: Directory) -> People:
    """Nobody but one administrator of the settings."""
    made = People(store, clock, directory, erase=forget_reminded)
    made.appoint([ADMIN])
    return made


@pytest.fixture
def admin(people: People) -> Member:
    """That administrator."""
    return people.administrators()[0]
