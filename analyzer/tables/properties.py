"""The tables of a run as pandas frames, a property each: an editor completes their names, and mypy sees a typo."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from analyzer.tables.store import Tables

if TYPE_CHECKING:
    import pandas as pd


class TypedFrames(ABC):
    """Each table of the contract as a `pandas.DataFrame`, made when it is first asked for.

    Times are `datetime64[ns, UTC]`, numbers nullable (`Int64`), lists Python lists; what is missing is missing.
    `fields` on the command line and docs/tables.md say what each column means.
    """

    @abstractmethod
    def _frame(self, name: str) -> "pd.DataFrame":
        """The frame of this table, always the same one."""

    @property
    def captures(self) -> "pd.DataFrame":
        """One row per input file."""
        return self._frame("captures")

    @property
    def flows(self) -> "pd.DataFrame":
        """One row per transport flow that carries IKE, ESP or AH. SAs can share a flow, an SA can change it."""
        return self._frame("flows")

    @property
    def messages(self) -> "pd.DataFrame":
        """One row per ISAKMP message (per datagram: an IKE fragment is a message)."""
        return self._frame("messages")

    @property
    def payloads(self) -> "pd.DataFrame":
        """One row per payload of a message, those inside encryption too where it was decrypted."""
        return self._frame("payloads")

    @property
    def proposals(self) -> "pd.DataFrame":
        """One row per proposal of an SA payload, offered or chosen."""
        return self._frame("proposals")

    @property
    def transforms(self) -> "pd.DataFrame":
        """One row per transform of a proposal."""
        return self._frame("transforms")

    @property
    def notifications(self) -> "pd.DataFrame":
        """One row per Notify payload that could be read. In the clear anyone could have sent it."""
        return self._frame("notifications")

    @property
    def vendor_ids(self) -> "pd.DataFrame":
        """One row per Vendor ID payload."""
        return self._frame("vendor_ids")

    @property
    def identities(self) -> "pd.DataFrame":
        """One row per Identification payload that could be read."""
        return self._frame("identities")

    @property
    def certificates(self) -> "pd.DataFrame":
        """One row per Certificate payload that could be read."""
        return self._frame("certificates")

    @property
    def ke_values(self) -> "pd.DataFrame":
        """One row per public key exchange value."""
        return self._frame("ke_values")

    @property
    def nonces(self) -> "pd.DataFrame":
        """One row per nonce."""
        return self._frame("nonces")

    @property
    def negotiations(self) -> "pd.DataFrame":
        """One row per IKE SA: its whole life in this capture, and how it ended."""
        return self._frame("negotiations")

    @property
    def sights(self) -> "pd.DataFrame":
        """One row per IKE SA and point (interface, tap) that saw messages of it, where several did.

        Times are of the first point's clock, as far as the clocks can be compared (`clock_offset_s` of `captures`).
        """
        return self._frame("sights")

    @property
    def child_sas(self) -> "pd.DataFrame":
        """One row per IPsec SA pair (IKEv1 phase 2, IKEv2 child SA) negotiated or attempted."""
        return self._frame("child_sas")

    @property
    def events(self) -> "pd.DataFrame":
        """One row per event in the life of an SA that came up. Without keys most are inferred, and say so."""
        return self._frame("events")

    @property
    def exchanges(self) -> "pd.DataFrame":
        """One row per exchange: messages of one type and message ID that answer each other."""
        return self._frame("exchanges")

    @property
    def esp_streams(self) -> "pd.DataFrame":
        """One row per ESP or AH SPI in one direction."""
        return self._frame("esp_streams")

    @property
    def icmp_errors(self) -> "pd.DataFrame":
        """One row per ICMP or ICMPv6 error that quotes IKE, ESP, AH or, between hosts of an SA, a later IP fragment.

        Evidence about a message or about traffic.
        """
        return self._frame("icmp_errors")

    @property
    def findings(self) -> "pd.DataFrame":
        """One row per finding: a judgement about security, by a named policy."""
        return self._frame("findings")

    @property
    def verdicts(self) -> "pd.DataFrame":
        """One row per IKE SA that agreed on anything, and policy asked for: what the policy says of what was agreed.

        Negotiations that ended without a choice, probes and floods have none.
        """
        return self._frame("verdicts")

    @property
    def diagnoses(self) -> "pd.DataFrame":
        """One row per possible cause of a failure, likeliest first. Where indistinguishable, the general one leads."""
        return self._frame("diagnoses")

    @property
    def mismatches(self) -> "pd.DataFrame":
        """One row per kind of algorithm of a refused offer: of the proposal that comes closest to what is known."""
        return self._frame("mismatches")

    @property
    def implementations(self) -> "pd.DataFrame":
        """One row per implementation that one side is consistent with; several where all of them send the same."""
        return self._frame("implementations")

    @property
    def floods(self) -> "pd.DataFrame":
        """One row per flood: very many messages that are one event. Pages show it in place of its negotiations."""
        return self._frame("floods")

    @property
    def responders(self) -> "pd.DataFrame":
        """One row per address and port asked for IKE, those that answered first. Silence proves no closed port."""
        return self._frame("responders")

    @property
    def defects(self) -> "pd.DataFrame":
        """One row per piece of damage or protocol violation, with its place."""
        return self._frame("defects")

    @property
    def comments(self) -> "pd.DataFrame":
        """One row per text that the capture file holds beside its packets (pcapng): comments, and names of addresses.

        It is what the file claims, and was not on the wire.
        """
        return self._frame("comments")


class Frames(TypedFrames):
    """The same where the tables are in memory: `tables` are they as plain columns, without pandas."""

    tables: Tables
