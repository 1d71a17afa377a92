"""While somebody types, keys type: single-key commands wait until the field is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit

_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
_COMMAND_KEYS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class TypingGuard(QObject):
    """An event filter for the application: fields keep every key without Ctrl, Alt or Meta.

    Qt lets a field keep letters but not Return or Tab: Return in the muscle field once confirmed
    the selected proposal.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the key for the field before a shortcut takes it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and isinstance(watched, _FIELDS)
            and not event.modifiers() & _COMMAND_KEYS
            and not (isinstance(watched, (QPlainTextEdit, QTextEdit)) and watched.isReadOnly())
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)
