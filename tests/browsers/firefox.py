"""A headless Firefox, driven over WebDriver BiDi, which it speaks itself: nothing stands between.

What BiDi has no command for - scripts off, paper, dark, forced colours - is set where Firefox's own tools set it, in
the window around the page, which it lets us into (`--remote-allow-system-access`).
"""

import asyncio
import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.browsers.tab import WATCH, Mouse, Tab

# Its protocol comes in a websocket, which tornado can open
FIREFOX = (shutil.which("firefox-esr") or shutil.which("firefox")) if find_spec("tornado") else None
MOST_SILENT_S = 120
LARGEST = 1 << 28  # bytes of one answer
OPTIONS = ["--headless", "--no-remote", "--remote-allow-system-access", "--remote-debugging-port=0"]
# A proxy that is not there: no page gets out
PROFILE = """user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
"""
# Numbers of keys in the WebDriver standard, section 17.4.2
KEYS = {
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "Escape": "\ue00c",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
MOUSE = {"down": {"type": "pointerDown", "button": 0}, "up": {"type": "pointerUp", "button": 0}}


class Socket:
    """What is said to the browser and what it answers: JSON texts in a websocket."""

    def __init__(self, address: str) -> None:
        from tornado.websocket import websocket_connect

        async def connected() -> Any:
            return await websocket_connect(f"{address}/session", max_message_size=LARGEST)

        self.events: list[dict[str, Any]] = []
        self._loop = asyncio.new_event_loop()
        self._socket = self._loop.run_until_complete(connected())
        self._count = 0

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a command; what happened meanwhile is kept in `events`."""
        self._count += 1
        self._loop.run_until_complete(self._say(json.dumps({"id": self._count, "method": method, "params": params})))
        while (message := self._loop.run_until_complete(self._heard())).get("id") != self._count:
            self.events.append(message)
        assert message["type"] == "success", (method, message)
        return message["result"]

    async def _say(self, text: str) -> None:
        await self._socket.write_message(text)

    async def _heard(self) -> dict[str, Any]:
        text = await asyncio.wait_for(self._socket.read_message(), MOST_SILENT_S)
        assert text is not None, "the browser has ended"
        found: dict[str, Any] = json.loads(text)
        return found

    def close(self) -> None:
        """End of the talk."""
        asyncio.set_event_loop(self._loop)  # closing asks for it, and another test may have ended with none
        self._socket.close()
        asyncio.set_event_loop(None)
        self._loop.close()


class Firefox(Tab):
    """A tab of Firefox."""

    name = "firefox"

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._media = ""
        around = socket.ask("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        self._around = next(one["context"] for one in around if one["url"].endswith("browser.xhtml"))
        self._page = socket.ask("browsingContext.getTree")["contexts"][0]["context"]
        socket.ask("session.subscribe", events=["network.beforeRequestSent"], contexts=[self._page])
        socket.ask("script.addPreloadScript", functionDeclaration=f"() => {{{WATCH}}}")
        # Without a desktop no window is the active one, and nothing in it would have the focus
        self._evaluate(self._around, "Services.focus.activeWindow = window; gBrowser.selectedBrowser.focus(); 0")

    def visit(self, address: str) -> None:
        """Over an empty page, so that it is loaded anew. What is emulated of media ends with a page."""
        for url in ("about:blank", address):
            self._socket.ask("browsingContext.navigate", context=self._page, url=url, wait="complete")
        if self._media:
            self._set(self._media)

    def value(self, expression: str) -> Any:
        """Objects come as JSON text: the notation that BiDi has for values names what is in two places only once."""
        found = self._evaluate(self._page, expression)
        if "handle" in found:
            asked = {"functionDeclaration": "(found) => JSON.stringify(found)", "arguments": [found]}
            said = self._socket.ask("script.callFunction", target={"context": self._page}, awaitPromise=False, **asked)
            return json.loads(said["result"]["value"])
        return found.get("value")

    def _evaluate(self, context: str, text: str) -> dict[str, Any]:
        known = {"awaitPromise": True, "resultOwnership": "root", "serializationOptions": {"maxObjectDepth": 0}}
        done = self._socket.ask("script.evaluate", expression=text, target={"context": context}, **known)
        assert done["type"] == "success", done
        found: dict[str, Any] = done["result"]
        return found

    def _set(self, attributes: str) -> None:
        """Attributes of the page's browsing context."""
        self._evaluate(self._around, f"Object.assign(gBrowser.selectedBrowser.browsingContext, {attributes}); 0")

    def scripts(self, on: bool) -> None:
        """As the developer tools do it; what `value` asks for runs in any case."""
        self._set(json.dumps({"allowJavascript": on}))

    def _act(self, kind: str, name: str, actions: list[dict[str, Any]]) -> None:
        known = {"type": kind, "id": name, "actions": actions}
        self._socket.ask("input.performActions", context=self._page, actions=[known])

    def mouse(self, *moves: tuple[Mouse, float, float]) -> None:
        """Each at its place, where the pointer goes first."""
        actions: list[dict[str, Any]] = []
        for kind, x, y in moves:
            actions.append({"type": "pointerMove", "x": round(x), "y": round(y)})
            actions += [MOUSE[kind]] if kind != "move" else []
        self._act("pointer", "mouse", actions)

    def press(self, key: str, shift: bool = False) -> None:
        """Characters are themselves."""
        value = KEYS.get(key, key)
        held = [KEYS["Shift"], value] if shift else [value]
        down, up = ([{"type": kind, "value": one} for one in held] for kind in ("keyDown", "keyUp"))
        self._act("key", "keyboard", down + up[::-1])

    def write(self, text: str) -> None:
        """Key by key."""
        keys = [{"type": kind, "value": one} for one in text for kind in ("keyDown", "keyUp")]
        self._act("key", "keyboard", keys)

    def window(self, width: int, height: int) -> None:
        """The page's, not that of the browser around it."""
        self._socket.ask("browsingContext.setViewport", context=self._page, viewport={"width": width, "height": height})

    def media(self, kind: str = "", scheme: str = "light", forced: bool = False) -> None:
        """Emulated."""
        self._media = json.dumps(
            {
                "mediumOverride": kind,
                "prefersColorSchemeOverride": scheme,
                "forcedColorsOverride": "active" if forced else "none",
            }
        )
        self._set(self._media)

    def zone(self, name: str) -> None:
        """Emulated."""
        self._socket.ask("emulation.setTimezoneOverride", contexts=[self._page], timezone=name or None)

    def requests(self) -> list[str]:
        """Those that began: what the page's policy holds back is not among them."""
        self.value("0")
        events, self._socket.events = self._socket.events, []
        urls = [one["params"]["request"]["url"] for one in events]
        return [url for url in urls if not url.startswith(("about:", "data:", "file:"))]

    def picture(self) -> bytes:
        """Of the part that can be seen."""
        return base64.b64decode(self._socket.ask("browsingContext.captureScreenshot", context=self._page)["data"])

    def paper(self) -> bytes:
        """As its own dialog would."""
        return base64.b64decode(self._socket.ask("browsingContext.print", context=self._page)["data"])


@contextmanager
def opened(profile: Path) -> Iterator[Firefox]:
    """A browser of its own with one tab."""
    assert FIREFOX is not None
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "user.js").write_text(PROFILE, "utf-8")
    command = [FIREFOX, *OPTIONS, "--profile", str(profile), "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        socket = Socket(_address(profile / "WebDriverBiDiServer.json", process))
        socket.ask("session.new", capabilities={})
        try:
            yield Firefox(socket)
        finally:
            socket.ask("browser.close")
            socket.close()


def _address(note: Path, process: subprocess.Popen[bytes]) -> str:
    """Where Firefox listens, which it notes down once it does."""
    for _ in range(MOST_SILENT_S * 50):
        assert process.poll() is None, "Firefox has ended"
        try:
            said = json.loads(note.read_bytes())
            return f"ws://{said['ws_host']}:{said['ws_port']}"
        except (OSError, ValueError):
            time.sleep(0.02)
    raise AssertionError("Firefox does not listen")
