"""What a DICOM object must hold, by the tables of modules and attributes that highdicom ships.

Content items of structured reports are left out: the tables give their value types as if each
item had to be all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import files
from pathlib import Path
from typing import Any

_CONTENT = "sr-document-content"


@lru_cache(maxsize=1)
def _tables() -> tuple[Any, Any, Any]:
    places = {
        Path(str(f)).name: f.locate() for f in files("highdicom") or () if "_standard" in str(f)
    }
    names = ("sop_class_iod_map.json", "iod_module_map.json", "module_attribute_map.json")
    read = [json.loads(Path(str(places[name])).read_text(encoding="utf-8")) for name in names]
    return read[0], read[1], read[2]


def iod_faults(dataset: Any) -> list[str]:
    """Missing or empty attributes of types 1 and 2, and attributes that do not belong there."""
    classes, iods, modules = _tables()
    found, known = [], set()
    for module in iods[classes[str(dataset.SOPClassUID)]]:
        attributes = modules[module["key"]]
        known |= {a["keyword"] for a in attributes if not a["path"]}
        if module["key"] == _CONTENT or not _used(module, attributes, dataset):
            continue
        found += [f"{module['key']}: {fault}" for fault in _walk(dataset, attributes, [])]
    found += [f"not of this object: {e.keyword}" for e in dataset if e.keyword not in known]
    return found


def _used(module: Any, attributes: Any, dataset: Any) -> bool:
    required = [a["keyword"] for a in attributes if not a["path"] and a["type"] in ("1", "1C")]
    return module["usage"] == "M" or any(keyword in dataset for keyword in required)


def _walk(dataset: Any, attributes: Any, path: list[str]) -> Iterator[str]:
    for attribute in attributes:
        if attribute["path"] != path:
            continue
        keyword, kind = attribute["keyword"], attribute["type"]
        if keyword not in dataset:
            if kind in ("1", "2"):
                yield f"{keyword} is missing"
            continue
        element = dataset[keyword]
        if kind == "1" and not (len(element.value) if element.VR == "SQ" else not element.is_empty):
            yield f"{keyword} is empty"
        if element.VR == "SQ":
            for item in element.value:
                yield from _walk(item, attributes, [*path, keyword])
