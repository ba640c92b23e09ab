"""Traits: a few words about a negotiation, by which assess() knows which checks and diagnoses can have anything to say.

A check or diagnosis names the words it `needs`; a typical negotiation meets a handful of them. The words:
ikev1, ikev2; the mode (main, aggressive, base, ikev2, unknown); the outcome (established, failed, unanswered,
incomplete, redirected, probe); open: not established; troubled: open, or something else was refused; child-failed:
established, and a child SA of it was refused; chosen: a proposal was chosen; chosen:WORD and offered:WORD for the
words of verdicts.Facts; unproven: an identity may have been refused; lifetimes: some may be known; auth-method:
chosen:auth, or the AUTH payloads could be read; FLAGS below; and of the policy requires:KIND:ITEM and
objects:KIND:ITEM for what it says of things that are no algorithms.
"""

from typing import NamedTuple

FLAGS = (
    "children",  # a child SA's protocol or algorithms could be read
    "transactions",  # IKEv1 XAUTH or mode config
    "identities",
    "sha1-signatures",  # SIGNATURE_HASH_ALGORITHMS may hold SHA1
    "odd-notifies",  # data that may be a shell command
    "errors",  # error notifies
    "cookies",
    "icmp",
    "decrypted",
    "one-sided",  # messages of one side only
    "late",  # the capture begins inside the SA
    "loose-end",  # the last exchange has no answer, or an error was seen
    "crossing",  # both sides began CREATE_CHILD_SA, or an error was seen
    "early-child",  # CREATE_CHILD_SA without IKE_AUTH before it
    "neighbours",  # the capture holds other negotiations of the two hosts
    "given-up",  # the capture holds negotiations that came to nothing
    "redirect",  # another gateway was named
    "phase-1-only",  # IKEv1 that came up and made nothing of it
    "announced",  # a notify announced a lifetime
    "certificates",  # some could be read
    "unheard",  # one side's last words repeat what had been answered
    "unused",  # ended by the initiator soon after it came up, without having carried anything
)

Words = tuple[tuple[str, ...], ...]


class Traits(NamedTuple):
    """What the words are made of; equal for most negotiations of a capture, so the words are made seldom."""

    ike_version: int
    mode: str
    outcome: str
    part_failed: bool
    chosen: Words
    offered: Words
    flags: tuple[bool, ...]

    def words(self) -> frozenset[str]:
        """The words that hold, those of the policy left out."""
        words = {f"ikev{self.ike_version}", self.mode, self.outcome}
        words.update(f"chosen:{word}" for group in self.chosen for word in group)
        words.update(f"offered:{word}" for group in self.offered for word in group)
        words.update(word for word, holds in zip(FLAGS, self.flags, strict=True) if holds)
        if self.outcome != "established":
            words.update(("open", "troubled"))
        elif self.part_failed:
            words.update(("troubled", "child-failed"))
        if self.chosen:
            words.add("chosen")
        if words & {"chosen:auth", "decrypted"}:
            words.add("auth-method")
        if words & {"failed", "phase-1-only", "unused"} or words >= {"aggressive", "unanswered"}:
            words.add("unproven")
        if "announced" in words or words >= {"ikev1", "chosen"}:
            words.add("lifetimes")
        return frozenset(words)
