"""Commands of the traces: presets, filters of the view, channels, true scale."""

from __future__ import annotations

from emgview.session.presets import shipped_presets
from emgview.ui.commands.command import Command

MENU = "&Traces"
N_OWN = 4
"""Presets of the user that have a key."""


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return (*_presets(), *_filters(), *_channels(), *_scale())


def _of(name: str, title: str, keys: tuple[str, ...], tip: str, **more: bool) -> Command:
    return Command(f"display.{name}", title, MENU, keys, tip, "recording", **more)


def _presets() -> tuple[Command, ...]:
    shipped = tuple(
        _of(f"preset_{n + 1}", preset.name, (f"F{5 + n}",), preset.describe())
        for n, preset in enumerate(shipped_presets())
    )
    own = tuple(
        _of(f"own_{n + 1}", f"Own preset {n + 1}", (f"Shift+F{5 + n}",), "A preset of your own")
        for n in range(N_OWN)
    )
    return (
        *shipped,
        *own,
        _of("save_preset", "&Save as preset …", ("Ctrl+Alt+S",), "Keep scale and filter by name"),
        _of("presets", "&Presets …", ("Ctrl+Alt+P",), "Show, rename and delete presets"),
    )


def _filters() -> tuple[Command, ...]:
    return (
        _of(
            "filters",
            "&Filters of the view …",
            ("Ctrl+Shift+F",),
            "High-pass, low-pass and mains, for display only",
            separator=True,
        ),
        _of("high_pass_up", "Higher high-pass", ("H",), "One step along the corners"),
        _of("high_pass_down", "Lower high-pass", ("Shift+H",), "One step; below the lowest: off"),
        _of("low_pass_up", "Higher low-pass", ("J",), "One step; above the highest: off"),
        _of("low_pass_down", "Lower low-pass", ("Shift+J",), "One step along the corners"),
        _of("mains", "&Mains filter", ("N",), "Off, 50 Hz, 60 Hz, each with its harmonics"),
        _of(
            "zero_phase",
            "&Zero phase",
            ("Shift+F",),
            "Filter on and back: peaks keep their place",
            checkable=True,
        ),
    )


def _channels() -> tuple[Command, ...]:
    return (
        _of(
            "channels",
            "&Channels …",
            ("Ctrl+Shift+C",),
            "Order, scale, colour and polarity of each channel",
            separator=True,
        ),
        _of("next_channel", "Channel below", ("Alt+Down",), "Choose the channel below"),
        _of("previous_channel", "Channel above", ("Alt+Up",), "Choose the channel above"),
        _of("channel_down", "Move channel down", ("Alt+Shift+Down",), "One lane further down"),
        _of("channel_up", "Move channel up", ("Alt+Shift+Up",), "One lane further up"),
        _of("gain_up", "Channel more sensitive", ("Alt++", "Alt+="), "The chosen channel alone"),
        _of("gain_down", "Channel less sensitive", ("Alt+-",), "The chosen channel alone"),
        _of("invert", "&Invert channel", ("I",), "Turn the chosen channel over on the screen"),
        _of("colour", "Next c&olour", ("U",), "Another colour for the chosen channel"),
        _of("hide", "&Hide channel", ("Ctrl+Shift+H",), "Take the chosen channel off the screen"),
        _of("solo", "Only this cha&nnel", ("O",), "Show the chosen channel alone, or all again"),
        _of("all", "Show &all channels", ("Shift+O",), "Bring back what was hidden"),
    )


def _scale() -> tuple[Command, ...]:
    return (
        _of(
            "true_scale",
            "&True scale",
            ("Ctrl+Shift+M",),
            "Divisions in millimetres of this screen",
            checkable=True,
            separator=True,
        ),
        _of("calibrate", "M&easure the screen …", ("Ctrl+Alt+M",), "With a ruler, for true scale"),
        _of("limit", "Am&plitude limit …", ("Ctrl+Alt+L",), "At which the amplifier clips"),
    )
