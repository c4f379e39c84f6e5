"""Which agencies a sentence says lead, and which it says help."""

from __future__ import annotations

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.model.claims import read_claims

DIRECTORY = load_directory()
NV, TC, YT, CA = "Sở Nội vụ", "Sở Tài chính", "Sở Y tế", "Công an tỉnh"

CLAIMS: list[tuple[str, set[str], set[str]]] = [
    ("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính.", {NV}, {TC}),
    ("Sở Nội vụ chủ trì; phối hợp: Sở Tài chính; Công an tỉnh.", {NV}, {TC, CA}),
    ("Chủ trì: Sở Nội vụ, phối hợp: Sở Tài chính", {NV}, {TC}),
    ("Chủ trì: Sở Nội vụ; Sở Y tế.", {NV, YT}, set()),
    ("Cơ quan chủ trì là Sở Nội vụ; phối hợp gồm Sở Y tế, Công an tỉnh", {NV}, {YT, CA}),
    ("Cơ quan chủ trì Sở Nội vụ.", {NV}, set()),
    ("Việc này do Sở Nội vụ chủ trì thực hiện, Sở Tài chính phối hợp.", {NV}, {TC}),
    ("Sở Nội vụ phối hợp với Sở Tài chính thực hiện", set(), {TC}),
    ("Giao Sở Y tế thực hiện", {YT}, set()),
    ("Nhiệm vụ được giao cho Sở Y tế", {YT}, set()),
    ("Sở Nội vụ, Sở Y tế chủ trì", {NV, YT}, set()),
    ("Sở Nội vụ chủ trì cùng với Sở Tài chính", {NV, TC}, set()),
    ("Ban Tổ chức Tỉnh ủy phối hợp", set(), {"Ban Tổ chức Tỉnh ủy"}),
    ("Sở Nội vụ nhận báo cáo; Sở Y tế gửi.", set(), set()),
]


@pytest.mark.parametrize(("text", "leads", "helps"), CLAIMS)
def test_roles(text: str, leads: set[str], helps: set[str]) -> None:
    claims = read_claims(text, DIRECTORY)
    assert (set(claims.leads), set(claims.helps)) == (leads, helps)
