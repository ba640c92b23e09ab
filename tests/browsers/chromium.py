"""A headless Chromium, driven over its own debugging pipe, so nothing has to be installed for it."""

import base64
import fcntl
import json
import os
import select
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browsers.tab import SIZE, WATCH, Mouse, Tab

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MOST_SILENT_S = 120
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
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}  # those that do something by their number alone
MOUSE = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}
SHIFT = 8


class Pipe:
    """What is said to the browser and what it answers: JSON texts, each ended by a zero byte."""

    def __init__(self, out: Any, answers: Any) -> None:
        self.session: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []
        self._out, self._messages, self._count = out, _messages(answers), 0

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a command; what happened meanwhile is kept in `events`."""
        self._count += 1
        asked = {"id": self._count, "method": method, "params": params} | self.session
        self._out.write(json.dumps(asked).encode() + b"\0")
        while (message := next(self._messages)).get("id") != self._count:
            self.events.append(message)
        assert "error" not in message, (method, message["error"])
        return message["result"]

    def wait_for(self, event: str) -> None:
        """Until this has happened, since it was waited for last."""
        while not any(one["method"] == event for one in self.events):
            self.events.append(next(self._messages))
        self.events[:] = [one for one in self.events if one["method"] != event]


class Chromium(Tab):
    """A tab of Chromium. Beyond what every browser has: `ask`, its own commands."""

    name = "chromium"

    def __init__(self, pipe: Pipe) -> None:
        self.ask = pipe.ask
        self._pipe = pipe

    def visit(self, address: str) -> None:
        """Over an empty page, so that it is loaded anew."""
        for url in ("about:blank", address):
            self.ask("Page.navigate", url=url)
            self._pipe.wait_for("Page.loadEventFired")

    def value(self, expression: str) -> Any:
        """By value, awaited."""
        done = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def scripts(self, on: bool) -> None:
        """Those of pages; what `value` asks for runs in any case."""
        self.ask("Emulation.setScriptExecutionDisabled", value=not on)

    def mouse(self, *moves: tuple[Mouse, float, float]) -> None:
        """Events of the left button."""
        for kind, x, y in moves:
            self.ask("Input.dispatchMouseEvent", type=MOUSE[kind], x=x, y=y, button="left", buttons=1, clickCount=1)

    def press(self, key: str, shift: bool = False) -> None:
        """A character comes with its text, other keys with their number."""
        known: dict[str, Any] = {"text": key} if len(key) == 1 else {"windowsVirtualKeyCode": KEYS.get(key, 0)}
        known |= {"text": "\r"} if key == "Enter" else {"modifiers": SHIFT} if shift else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **known)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def write(self, text: str) -> None:
        """At once."""
        self.ask("Input.insertText", text=text)

    def window(self, width: int, height: int) -> None:
        """The page's, not that of the browser around it."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, kind: str = "", scheme: str = "light", forced: bool = False) -> None:
        """Emulated."""
        features = {"prefers-color-scheme": scheme, "forced-colors": "active" if forced else "none"}
        known = [{"name": name, "value": value} for name, value in features.items()]
        self.ask("Emulation.setEmulatedMedia", media=kind, features=known)

    def zone(self, name: str) -> None:
        """Emulated."""
        self.ask("Emulation.setTimezoneOverride", timezoneId=name)

    def requests(self) -> list[str]:
        """Of those that began, all but those that the page's policy held back."""
        self.value("0")
        events, self._pipe.events[:] = list(self._pipe.events), []
        held = {e["params"]["requestId"] for e in events if e["params"].get("blockedReason") == "csp"}
        sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
        urls = [one["request"]["url"] for one in sent if one["requestId"] not in held]
        return [url for url in urls if not url.startswith(("about:", "data:", "file:"))]

    def picture(self) -> bytes:
        """Of the part that can be seen."""
        return base64.b64decode(self.ask("Page.captureScreenshot")["data"])

    def paper(self) -> bytes:
        """As its own dialog would."""
        return base64.b64decode(self.ask("Page.printToPDF")["data"])


@contextmanager
def opened(profile: Path, *options: str) -> Iterator[Chromium]:
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
    size = f"--window-size={SIZE[0]},{SIZE[1]}"
    command = [
        CHROMIUM,
        *OPTIONS,
        size,
        *options,
        f"--user-data-dir={profile}",
        "--remote-debugging-pipe",
        "about:blank",
    ]
    process = os.posix_spawn(CHROMIUM, command, dict(os.environ), file_actions=actions)
    for fd in high:
        os.close(fd)
    with os.fdopen(our_out, "wb", buffering=0) as out, os.fdopen(our_in, "rb", buffering=0) as answers:
        pipe = Pipe(out, answers)
        target = pipe.ask("Target.createTarget", url="about:blank")["targetId"]
        pipe.session = {"sessionId": pipe.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        for domain in ("Page", "Network"):
            pipe.ask(f"{domain}.enable")
        pipe.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        try:
            yield Chromium(pipe)
        finally:
            pipe.session = {}
            pipe.ask("Browser.close")
            os.waitpid(process, 0)


def _messages(pipe: Any) -> Iterator[dict[str, Any]]:
    """What the browser says, one JSON text after the other, each ended by a zero byte."""
    rest = b""
    while select.select([pipe], [], [], MOST_SILENT_S)[0] and (chunk := pipe.read(1 << 16)):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from map(json.loads, whole)
    raise AssertionError("the browser has ended or hangs")
