"""Everything that is kept about one person, to be handed over: JSON in a zip, one list of rows a table."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from bot.people.rows import get_member, person_of
from knowledge.store.database import Store
from knowledge.store.persons import find_rows

FILE = "du-lieu.json"


def pack_person(store: Store, member_id: int, now: datetime) -> bytes:
    """A zip with every row of the database that speaks of the member; hashes of codes and tokens are not in it.

    Raises:
        UnknownMemberError: there is none.
    """
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with store.read() as session:
        member = get_member(session, member_id)
        for table, row in find_rows(session, person_of(session, member_id)):
            found[table].append(row)
    told = {"made_at": now.isoformat(), "id": member.id, "name": member.name, "tables": found}
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(FILE, json.dumps(told, ensure_ascii=False, indent=1))
    return packed.getvalue()
