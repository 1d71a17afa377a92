"""An LSL outlet in a process of its own: ``python lsl_sender.py '{"name": …}'``.

Sample ``n`` has the value ``n`` plus the number of its channel. Numbers begin at 0 when the first
reader has come; stamps are those of a device, ``n`` / rate after the start. Ends after ``count``
samples, or never.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import pylsl

DEFAULTS: dict[str, Any] = {
    "name": "", "source_id": "", "channels": 2, "rate": 2000.0, "format": "float32", "count": 0,
    "labels": [], "units": [], "manufacturer": "", "wait": True,
    "skip_at": -1, "skip": 0, "back_at": -1, "back_s": 0.0,
}  # fmt: skip


def main() -> None:
    o = DEFAULTS | json.loads(sys.argv[1])
    outlet = pylsl.StreamOutlet(described(o))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if o["format"] == "string" or not o["rate"]:
        time.sleep(60)
        return
    if o["wait"] and not outlet.wait_for_consumers(60):
        return
    send(outlet, o)
    time.sleep(60 if o["count"] else 0)  # what was sent must be fetched before the process ends


def described(o: dict[str, Any]) -> pylsl.StreamInfo:
    info = pylsl.StreamInfo(o["name"], "EMG", o["channels"], o["rate"], o["format"], o["source_id"])
    if o["labels"]:
        info.set_channel_labels(o["labels"])
    if o["units"]:
        info.set_channel_units(o["units"])
    if o["manufacturer"]:
        info.desc().append_child_value("manufacturer", o["manufacturer"])
    return info


def send(outlet: pylsl.StreamOutlet, o: dict[str, Any]) -> None:
    rate, step = o["rate"], max(round(o["rate"] / 100), 1)
    dtype = {"double64": "float64"}.get(o["format"], o["format"])
    began, sent = pylsl.local_clock(), 0
    while not o["count"] or sent < o["count"]:
        numbers = np.arange(sent, min(sent + step, o["count"] or sent + step))
        values = (numbers[:, np.newaxis] + np.arange(o["channels"])).astype(dtype)
        stamp = began + numbers[-1] / rate
        if 0 <= o["skip_at"] <= sent:
            stamp += o["skip"] / rate
        if 0 <= o["back_at"] <= sent:
            stamp -= o["back_s"]
        outlet.push_chunk(values, stamp)
        sent += len(numbers)
        time.sleep(max(began + sent / rate - pylsl.local_clock(), 0.0))


if __name__ == "__main__":
    main()
