"""What a message holds, as labels: payload names with what they say, in full and in brief."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from analyzer.isakmp import registry
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.report.dossier import Dossier, Record
from analyzer.report.words import clip

_NOTIFY: Final[dict[int, int]] = {1: PayloadV1.NOTIFICATION, 2: PayloadV2.NOTIFY}
_SUMMARIZED: Final = frozenset({"KE", "ID", "IDi", "IDr", "AUTH", "CERT", "EAP", "D", "TSi", "TSr", "CP", "ATTR"})
_MOST_DETAIL: Final = 48

# Status notifies that steer the negotiation; the others announce what the sender can do, and are counted in brief.
_STEERING: Final = frozenset(
    {
        "COOKIE", "COOKIE2", "REDIRECT", "REDIRECTED_FROM", "REKEY_SA", "INITIAL_CONTACT", "UPDATE_SA_ADDRESSES",
        "USE_TRANSPORT_MODE", "USE_PPK", "NO_PPK_AUTH", "PPK_IDENTITY", "AUTH_LIFETIME", "R-U-THERE", "R-U-THERE-ACK",
        "INITIAL-CONTACT", "RESPONDER-LIFETIME", "CONNECTED",
    }
)  # fmt: skip


class Contents:
    """What is known of each frame's payloads: notifications in order, and summaries outside and inside encryption."""

    def __init__(self, d: Dossier) -> None:
        self._notifications = by_frame(d.notifications)
        self._payloads = by_frame(d.payloads)

    def notifications(self, m: Record) -> list[Record]:
        """The Notify payloads of a message in order, those inside encryption last."""
        return self._notifications[m["frame_number"]]

    def labels(self, m: Record, *, brief: bool = False) -> tuple[str, ...]:
        """A label for each payload, or each run of equal ones; what is encrypted stands inside SK{...} or HDR*{...}.

        brief: details are left out, and notifies that only announce a capability are counted.
        """
        names = iter(self.notifications(m))
        outer = self._chain(m, m["payload_types"] or (), names, encrypted=False, brief=brief)
        labels = [label for label in outer if label not in ("SK", "SKF")]
        wrapper = "HDR*" if m["major_version"] == 1 else "SK"
        if m["decrypted_payload_types"] is not None:
            inner = self._chain(m, m["decrypted_payload_types"], names, encrypted=True, brief=brief)
            labels.append(wrapper + "{" + ", ".join(inner) + "}")
        elif m["encrypted"]:
            labels.append(wrapper + "{encrypted}")
        return tuple(labels)

    def names(self, m: Record) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
        """The names of all payloads outside and inside encryption, in wire order; None: not decrypted."""
        notifies = iter(self.notifications(m))
        version, inside = m["major_version"], m["decrypted_payload_types"]
        chains = (m["payload_types"] or (), inside or ())
        found = [
            tuple(
                _notify_label(next(notifies, None), brief=False)
                if number == _NOTIFY.get(version)
                else registry.payload_name(version, number)
                for number in chain
            )
            for chain in chains
        ]
        return found[0], None if inside is None else found[1]

    def _chain(
        self, m: Record, types: Iterable[int], names: Iterator[Record], *, encrypted: bool, brief: bool
    ) -> list[str]:
        rows = [p for p in self._payloads[m["frame_number"]] if p["encrypted"] == encrypted]
        counts: dict[str, int] = {}
        for place, number in enumerate(types):
            label = registry.payload_name(m["major_version"], number)
            if number == _NOTIFY.get(m["major_version"]):
                label = _notify_label(next(names, None), brief=brief)
            else:
                summary = rows[place]["summary"] if place < len(rows) else None
                if (
                    summary
                    and label in _SUMMARIZED
                    and not summary.endswith(" bytes")
                    and not (brief and label == "KE")
                ):
                    label += f"({clip(summary, _MOST_DETAIL)})"
            counts[label] = counts.get(label, 0) + 1
        return [label if count == 1 else f"{label} \u00d7{count}" for label, count in counts.items()]


def _notify_label(notification: Record | None, *, brief: bool) -> str:
    if notification is None:
        return "N"
    if brief and notification["class"] == "status" and notification["notify"] not in _STEERING:
        return "N"
    return f"N({notification['notify']})"


def by_frame(rows: Iterable[Record]) -> dict[int, list[Record]]:
    """The rows of each frame, in their order."""
    found: dict[int, list[Record]] = defaultdict(list)
    for row in rows:
        found[row["frame_number"]].append(row)
    return found
