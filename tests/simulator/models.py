# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks answers against Amazon's models as its own SDK has them, down to each key."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace

import spapi

PLAIN = {"str": str, "int": int, "float": (int, float)}


def problems(value, kind, models, path="$"):
    """Find what a value has that its model has not, and what is of the wrong type.

    :param kind: a type as the SDK writes it: str, List[Order], Order
    :param models: the module with the models
    """
    if kind.startswith("List["):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, item in enumerate(value):
            yield from problems(item, kind[5:-1], models, f"{path}[{number}]")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or isinstance(value, bool):
            yield f"{path} is no {kind}: {value!r}"
    elif kind == "datetime":
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if not value.endswith("Z") or moment.tzinfo is None:
            yield f"{path} is no time: {value!r}"
    elif not getattr(models, kind).attribute_map:
        choices = vars(getattr(models, kind)).values()
        if value not in choices:
            yield f"{path} is none of {kind}: {value!r}"
    else:
        yield from _object_problems(value, getattr(models, kind), models, path)


def _object_problems(value, model, models, path):
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    names = {key: name for name, key in model.attribute_map.items()}
    for key, part in value.items():
        if key not in names:
            yield f"{path}.{key} is unknown"
        else:
            kind = model.swagger_types[names[key]]
            yield from problems(part, kind, models, f"{path}.{key}")


def check(answer, kind, models):
    """Assert that an answer is just as a model has it, with all that is required."""
    assert answer.status_code == 200, answer.text
    assert list(problems(answer.json(), kind, models)) == []
    # What is required, and some choices, are known to the constructors only.
    response = SimpleNamespace(data=json.dumps(answer.json()))
    configuration = spapi.Configuration()
    configuration.access_token_cache = None
    client = spapi.ApiClient(configuration=configuration)
    client.api_models_module = models.__name__
    return client.deserialize(response, getattr(models, kind))
