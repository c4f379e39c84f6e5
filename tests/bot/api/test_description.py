"""What the interface says of itself holds, whatever is sent: schemathesis makes requests up from its description."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.api.endpoints import PREFIX, make_api
from bot.api.gate import Scope
from bot.people.clients import Clients
from bot.serving.readings import Readings
from tests.bot.api.test_endpoints import WHAT
from tests.bot.web.conftest import Console

_EXAMPLES = 6
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("method", "path"), sorted(WHAT))
def test_every_answer_is_as_described(console: Console, method: str, path: str) -> None:
    app = console.app
    readings = Readings(app.store, app.clock)
    api = Starlette(routes=[Mount(PREFIX, make_api(app, readings, dict.fromkeys(Scope, 1_000_000)))])
    _, token = Clients(app.store, app.clock).add("Quản lý văn bản", may_load=True, by=None)
    schema = schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", api)
    operation = schema[path.replace("/tasks/1", "/tasks/{task_id}")][method]

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=_EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def hold(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=[positive_data_acceptance]
        )

    with console.reading_beside():
        hold()
