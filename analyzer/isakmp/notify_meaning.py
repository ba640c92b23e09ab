"""The data of a notification in a line, for tables: what the dissection tree of them says."""

from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.notify_data import describe, says_nothing
from analyzer.isakmp.recorder import Node, Recorder


def notify_meaning(major_version: int, notify: Notify) -> str:
    """What the data of a notification say, in a line; nothing where they have no known fields."""
    if notify.data and not says_nothing(major_version, notify.notify_type, notify.data):
        root = Node("notification_data", 0, len(notify.data))
        Recorder(notify.data, 0, [], major_version, root).rest("", describe, notify.notify_type, notify.protocol_id)
        return _line(root.children[0])
    return ""


def _line(node: Node) -> str:
    """A node's meaning, or what its children mean."""
    if node.name == "attribute":
        return f"{node.meaning} {_line(node.children[-1]) or node.children[-1].value}"
    if node.meaning or not node.children:
        return node.meaning
    shown = [child for child in node.children if not child.name.endswith(("length", "_bytes")) and _says(child, node)]
    return ", ".join(_line(child) if child.name == "attribute" else _named(child) for child in shown)


def _says(child: Node, node: Node) -> bool:
    """Whether a field says more of the data than that they are bytes."""
    return bool(child.meaning or child.children) or child.length < node.length or child.value.isdecimal()


def _named(node: Node) -> str:
    return f"{node.name.replace('_', ' ')} {_line(node) or node.value}"
