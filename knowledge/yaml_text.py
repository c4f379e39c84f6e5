"""Reading YAML: the one way in, with libyaml's parser where PyYAML was built with it.

The parser in plain Python takes ten times as long, which every command would wait for at its start.
"""

from __future__ import annotations

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """What the text says, as plain lists, dicts and scalars.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506
