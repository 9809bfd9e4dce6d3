"""Makes the calls that its input names through the official SDK, and prints what came of each.

One JSON document a line, both ways. A document `{"$file": ...}` in an argument becomes a file object.
"""

import dataclasses
import io
import json
import sys

from simstudio import SimStudioClient

client = None


def revive(value):
    if isinstance(value, dict) and "$file" in value:
        told = value["$file"]
        file = io.BytesIO(told["content"].encode())
        file.name = told["name"]
        file.content_type = told["mime"]
        return file
    if isinstance(value, dict):
        return {key: revive(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [revive(inner) for inner in value]
    return value


def call(method, args, kwargs, scoped):
    global client
    args, kwargs = revive(args), revive(kwargs)
    if method == "open":
        client = SimStudioClient(*args, **kwargs)
        return None
    if scoped:
        with client as inner:
            return getattr(inner, method)(*args, **kwargs)
    return getattr(client, method)(*args, **kwargs)


def outcome(line):
    try:
        value = call(**json.loads(line))
    except Exception as error:
        return {
            "error": {
                "class": type(error).__name__,
                "message": str(error),
                "code": getattr(error, "code", None),
                "status": getattr(error, "status", None),
            }
        }
    return {"ok": dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value}


for line in sys.stdin:
    print(json.dumps(outcome(line)), flush=True)
