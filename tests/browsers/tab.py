"""One page in a browser, whichever it is: what tests look at, press and ask."""

import json
import time
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

AT_REST = 5  # looks, each a hundredth of a second after the last: three frames, so that what moves has moved
SIZE = (1400, 900)
# Runs before any script of a page: what goes wrong in it, in words
WATCH = """window.faults = [];
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"])
  addEventListener(kind, (event) => faults.push(
    `${kind}: ${event.message ?? event.reason ?? event.blockedURI ?? event.target.outerHTML}`), true);
for (const kind of ["error", "warn"]) console[kind] = (...words) => faults.push(words.join(" "));"""
MEASURED = """(() => {
  const aim = document.getElementById(%s), root = document.documentElement;
  const box = aim.getBoundingClientRect();
  return {top: box.top, height: box.height, seen: aim.checkVisibility(),
          room: root.scrollHeight - innerHeight - scrollY, window: innerHeight};
})()"""

Mouse = Literal["down", "move", "up"]


class Tab(ABC):
    """One page in the browser. Every method waits for the browser's answer."""

    name: ClassVar[str]

    @abstractmethod
    def visit(self, address: str) -> None:
        """Load a page anew, also one that differs from the present one in its fragment only."""

    @abstractmethod
    def value(self, expression: str) -> Any:
        """The value of an expression, of a promise what it brings, as JSON has it. Runs also where scripts are off."""

    @abstractmethod
    def scripts(self, on: bool) -> None:
        """Whether scripts of the pages that are visited next run."""

    @abstractmethod
    def mouse(self, *moves: tuple[Mouse, float, float]) -> None:
        """What the left button does, each at a place of the window, in pixels."""

    @abstractmethod
    def press(self, key: str, shift: bool = False) -> None:
        """Press and release a key: a character, or a name as in KeyboardEvent.key."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Type a text where the cursor is."""

    @abstractmethod
    def window(self, width: int, height: int) -> None:
        """How large the page's window is, in pixels."""

    @abstractmethod
    def media(self, kind: str = "", scheme: str = "light", forced: bool = False) -> None:
        """Paper (`print`) or screen, light or dark, the user's own few colours: of this page and those visited next."""

    @abstractmethod
    def zone(self, name: str) -> None:
        """The time zone that pages visited next are told is the user's; empty: the machine's."""

    @abstractmethod
    def requests(self) -> list[str]:
        """What pages asked of the network since this was asked last: addresses, but those of files and data in them."""

    @abstractmethod
    def picture(self) -> bytes:
        """What the window shows, as PNG."""

    @abstractmethod
    def paper(self) -> bytes:
        """The page printed, as PDF."""

    def as_new(self) -> None:
        """As a test expects it, whatever the one before did."""
        self.scripts(on=True)
        self.media()
        self.zone("")
        self.window(*SIZE)
        self.requests()

    def faults(self) -> list[str]:
        """What went wrong in the page since it was loaded: errors, warnings, what its policy forbade."""
        found: list[str] = self.value("faults")
        return found

    def click(self, link: str) -> None:
        """Press and release the mouse over an element, given as an expression; it is scrolled into view before."""
        self.value(f"{link}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.at_rest(f"{link}.getBoundingClientRect().top")
        # A link that breaks has one box a line; its middle may be beside them.
        box = f"[...{link}.getClientRects()].find(box => box.width)"
        place = self.value(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({box})")
        self.mouse(("move", *place), ("down", *place), ("up", *place))

    def at_rest(self, expression: str) -> Any:
        """The value of an expression when it has stopped changing: smooth scrolling and late layout are waited for."""
        same, last = 0, self.value(expression)
        for _ in range(800):
            time.sleep(0.01)
            now = self.value(expression)
            same, last = (same + 1 if now == last else 0), now
            if same == AT_REST:
                return now
        raise AssertionError(f"{expression} never rests: {last}")

    def becomes(self, expression: str, wanted: Any) -> bool:
        """Whether an expression has this value, now or soon."""
        for _ in range(400):
            if self.value(expression) == wanted:
                return True
            time.sleep(0.02)
        return False

    def aim(self, name: str) -> dict[str, Any]:
        """Where the element of this id is, when the page is at rest; `room`: how far one could still scroll down."""
        found: dict[str, Any] = self.at_rest(MEASURED % json.dumps(name))
        return found
