"""What an official asks for, while it is being written and when it is posted: validated on every load."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from domain.words import Urgency

MAX_LINES = 60
MAX_PHOTOS = 10
FIRST_HOURS = (12, 24, 48)
"""How long a hromada may show a need to its partners before everybody sees it."""


class Photo(BaseModel):
    """A photo kept by the messenger."""

    model_config = ConfigDict(extra="forbid")
    file_id: str
    unique_id: str


class WantedLine(BaseModel):
    """One row of a need. ``needed`` is in thousandths of the unit; None is 'not stated', a normal value."""

    model_config = ConfigDict(extra="forbid")
    sector: str
    item: str | None = None
    name: str | None = Field(default=None, max_length=200)
    spec: str | None = Field(default=None, max_length=200)
    unit: str = "pcs"
    needed: int | None = Field(default=None, gt=0)
    note: str | None = Field(default=None, max_length=500)
    equivalents: bool = True
    used_ok: bool = False
    problem: str | None = None


class WantedNeed(BaseModel):
    """A whole need."""

    model_config = ConfigDict(extra="forbid")
    lines: list[WantedLine] = Field(default_factory=list, max_length=MAX_LINES)
    urgency: Urgency | None = None
    needed_by: date | None = None
    place: str | None = Field(default=None, max_length=120)
    people_served: int | None = Field(default=None, gt=0)
    why: str | None = Field(default=None, max_length=1500)
    do_not_send: str | None = Field(default=None, max_length=600)
    photos: list[Photo] = Field(default_factory=list, max_length=MAX_PHOTOS)
    partners_first: int = Field(default=0, ge=0, le=max(FIRST_HOURS))
