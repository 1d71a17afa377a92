"""From the settings of a mode to what is asked, and from what came to words. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emgview.model import Label, LabelState, load_vocabulary
from emgview.session.modes import DisplayMode, TriggerSettings, ladders
from emgview.session.sweeps import SweepAnswer, SweepRequest
from emgview.session.traces import DisplayFilter
from emgview.signal.triggers import Trigger
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


def after_step(steps: Sequence[int], now: int, by: int) -> int:
    """The next step of a ladder whose last step is 0, meaning all."""
    place = steps.index(now) if now in steps else 0
    return steps[min(max(place + by, 0), len(steps) - 1)]


def level_moved(level_uv: float, steps: int, scale_uv: float) -> float:
    """A trigger level some steps higher on the screen; ``scale_uv`` is µV per division upwards."""
    return float(round(level_uv + steps * ladders().level_step_div * scale_uv, 1))


def event_request(
    generation: int,
    recording_id: str,
    viewport: Viewport,
    before: int,
    n_last: int,
    chosen: DisplayFilter | None,
    *,
    trigger: TriggerSettings | None,
    channel: int,
    places: tuple[int, ...],
) -> SweepRequest:
    """Sweeps around triggers (with ``trigger``) or places."""
    at_end = viewport.start + viewport.span >= viewport.n_samples
    found = None
    if trigger is not None:
        hold_off = round(trigger.hold_off_part * (viewport.span - before))
        found = Trigger(trigger.level_uv, trigger.rising, trigger.limit_uv, hold_off)
    return SweepRequest(
        generation,
        recording_id,
        viewport.channels,
        before,
        viewport.span,
        viewport.n_samples if at_end else viewport.start + before,
        n_last,
        ladders().most_values,
        found,
        channel,
        () if trigger is not None else places,
        chosen,
    )


def selected_label(window: MainWindow) -> Label | None:
    """The item that is selected in the table."""
    selection = window.items.selection()
    return window.label(selection[0]) if selection else None


def event_places(window: MainWindow, by_template: bool) -> tuple[int, ...]:
    """Peaks of the selected item, or of all of its class in its channel that are not rejected."""
    label = selected_label(window)
    if label is None or window.view is None:
        return ()
    same = [label] if by_template else _same_class(window, label)
    return tuple(sorted({peak for item in same for peak in item.peak_samples}))


def _same_class(window: MainWindow, label: Label) -> list[Label]:
    items = window.view.items[window.recording_id] if window.view is not None else ()
    return [
        item
        for item in items
        if item.activity == label.activity
        and item.channel == label.channel
        and item.state is not LabelState.REJECTED
    ]


def event_words(
    window: MainWindow, answer: SweepAnswer, mode: DisplayMode, trigger: TriggerSettings
) -> tuple[str, str]:
    """What stands in the header, and in the middle where there is no sweep."""
    n, n_found = len(answer.onsets), len(answer.found)
    if mode is DisplayMode.SUPERIMPOSED:
        label = selected_label(window)
        if label is None:
            return "Superimposed", "Select an item: its potentials are laid over each other"
        what = "this item" if trigger.by_template else "all of the class"
        known = load_vocabulary().get(label.activity)
        name = known.term.lower() if known is not None else label.activity
        words = f"Superimposed: {name}, {what}, {_of(n, n_found)}{_bound(answer)}"
        return words, "The item has no single potentials"
    info = window.recording.info if window.recording is not None else None
    channel = info.channels[answer.request.trigger_channel].label if info is not None else ""
    searching = "" if answer.complete else f", searching {answer.searched:.0%}"
    words = f"Triggered: {channel} {trigger.describe()}, {_of(n, n_found)}{_bound(answer)}"
    if answer.complete:
        nothing = "No trigger: move the level with Shift+Up or Shift+Down, or drag its line"
    else:
        nothing = "Looking for triggers …"
    return words + searching, nothing


def _of(n: int, n_found: int) -> str:
    return f"{n} of {n_found}"


def _bound(answer: SweepAnswer) -> str:
    """What the bound of the memory leaves out."""
    return f", {answer.left_out} more do not fit" if answer.left_out else ""
