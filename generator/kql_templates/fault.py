"""What stops a template: a check's code, a message and, once it is known, a place in a template."""

from __future__ import annotations


class TemplateFaultError(Exception):
    """A template or a value that cannot be followed.

    `template` and `start` to `end` say where, in character offsets of that template's text with
    its line ends normalised; they are None as long as only the traceback knows.
    """

    def __init__(self, code: str, message: str, help_: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help_
        self.template: str | None = None
        self.start = 0
        self.end = 0

    def at(self, template: str, start: int, end: int) -> TemplateFaultError:
        """Set the place and return the fault itself."""
        self.template, self.start, self.end = template, start, end
        return self
