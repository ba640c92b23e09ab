"""A headless Chromium that is driven as a person would: over its own debugging pipe, so nothing has to be installed."""

import fcntl
import json
import os
import select
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MOST_SILENT_S = 120
AT_REST = 5  # looks, each a hundredth of a second after the last: three frames, so that what moves has moved
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]

MEASURED = """(() => {
  const aim = document.getElementById(%s), root = document.documentElement;
  const box = aim.getBoundingClientRect();
  return {top: box.top, height: box.height, seen: aim.checkVisibility(),
          room: root.scrollHeight - innerHeight - scrollY, window: innerHeight};
})()"""


class Tab:
    """One page in the browser. Every method waits for the browser's answer."""

    def __init__(self, ask: Callable[..., Any], wait_for: Callable[[str], Any]) -> None:
        self.ask = ask
        self._wait_for = wait_for

    def visit(self, address: str) -> None:
        """Load a page anew, also one that differs from the present one in its fragment only."""
        self.ask("Page.navigate", url="about:blank")
        self._wait_for("Page.loadEventFired")
        self.ask("Page.navigate", url=address)
        self._wait_for("Page.loadEventFired")

    def scripts(self, on: bool) -> None:
        """Whether scripts of pages run. What `value` asks for runs in any case."""
        self.ask("Emulation.setScriptExecutionDisabled", value=not on)

    def value(self, expression: str) -> Any:
        """The value of an expression, as JSON has it."""
        done = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def click(self, link: str) -> None:
        """Press and release the mouse over an element, given as an expression; it is scrolled into view before."""
        self.value(f"{link}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.at_rest(f"{link}.getBoundingClientRect().top")
        # A link that breaks has one box a line; its middle may be beside them.
        place = self.value(f"(b => ({{x: b.x + b.width / 2, y: b.y + b.height / 2}}))({link}.getClientRects()[0])")
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

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


@contextmanager
def opened(profile: Path, *options: str) -> Iterator[Tab]:
    """A browser of its own with one tab."""
    assert CHROMIUM is not None
    (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
    # The browser reads from descriptor 3 and writes to 4; ours must not be in the way when these are made.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (their_in, their_out)]
    os.close(their_in)
    os.close(their_out)
    actions = [
        (os.POSIX_SPAWN_DUP2, high[0], 3),
        (os.POSIX_SPAWN_DUP2, high[1], 4),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    command = [CHROMIUM, *OPTIONS, *options, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
    process = os.posix_spawn(CHROMIUM, command, dict(os.environ), file_actions=actions)
    for fd in high:
        os.close(fd)
    with os.fdopen(our_out, "wb", buffering=0) as out, os.fdopen(our_in, "rb", buffering=0) as answers:
        messages = _messages(answers)
        events: list[str] = []
        session: dict[str, str] = {}
        count = 0

        def ask(method: str, **params: Any) -> Any:
            nonlocal count
            count += 1
            out.write(json.dumps({"id": count, "method": method, "params": params} | session).encode() + b"\0")
            while (message := next(messages)).get("id") != count:
                events.append(message["method"])
            assert "error" not in message, (method, message["error"])
            return message["result"]

        def wait_for(event: str) -> None:
            while event not in events:
                events.append(next(messages)["method"])
            events.clear()

        target = ask("Target.createTarget", url="about:blank")["targetId"]
        session = {"sessionId": ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        ask("Page.enable")
        try:
            yield Tab(ask, wait_for)
        finally:
            session = {}
            ask("Browser.close")
            os.waitpid(process, 0)


def _messages(pipe: Any) -> Iterator[dict[str, Any]]:
    """What the browser says, one JSON text after the other, each ended by a zero byte."""
    rest = b""
    while select.select([pipe], [], [], MOST_SILENT_S)[0] and (chunk := pipe.read(1 << 16)):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from map(json.loads, whole)
    raise AssertionError("the browser has ended or hangs")
