"""Runs notebooks as a reader does: each in a kernel of its own, from the folder it lies in."""

import asyncio
import base64
import json
import struct
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

LONGEST_S = 300  # of one cell: a kernel that is lost shall not be waited for


def executed(notebook: Path) -> str:
    """A notebook with the outputs that its cells have now. CellExecutionError: one raised."""
    return asyncio.run(_executed(notebook))


async def _executed(path: Path) -> str:
    notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
    metadata = deepcopy(notebook.metadata)
    client = NotebookClient(
        notebook,
        timeout=LONGEST_S,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=40"],  # only errors of the kernel itself
    )
    await client.async_execute()
    notebook.metadata = metadata  # the kernel's has the version of Python
    warned = [out.text for cell in notebook.cells for out in cell.get("outputs", ()) if out.get("name") == "stderr"]
    if warned:
        raise ValueError(f"{path.name}: {warned[0]}")
    return nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False).rstrip("\n") + "\n"


def without_pictures(text: str) -> str:
    """A notebook with the size in place of each picture: its bytes depend on fonts and versions."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data: dict[str, Any] = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = _size("".join(data["image/png"]))
    return json.dumps(notebook)


def _size(encoded: str) -> str:
    """Width and height of a PNG picture in pixels."""
    width, height = struct.unpack(">II", base64.b64decode(encoded)[16:24])
    return f"{width} x {height}"
