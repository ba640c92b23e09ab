"""What policies are made of: statements of documents, and what is held against a thing because of them."""

from typing import NamedTuple

from analyzer.vocabulary import Severity


class Rule(NamedTuple):
    """One statement.

    `item`: numbers ("12-16,18"), a word, or "*" for every other; `limit`: least key bits ("256"), below ("<256"), or
    seconds. when: under which values of parameters it holds ("since=2031; classification=secret"); "" is always.
    """

    document: str
    scope: str
    kind: str
    item: str
    limit: str
    name: str
    verdict: str
    note: str
    evidence: str
    clause: str
    when: str = ""


class Document(NamedTuple):
    """One document of a policy. `closed`: no, list, suite, as documents.csv has it. `date`: as far as it is known.

    groups: "ike" where its statements about groups are about the IKE SA alone; else they are about a group wherever it
    is used.
    """

    name: str
    title: str
    closed: str
    date: str
    groups: str = ""


class Verdict(NamedTuple):
    """What a policy says of a thing it objects to.

    `word` is the authority's own, `evidence` whether its text was read. `title`: how a finding puts it where the word
    does not call the thing weak ("outside the policy"); else "".
    """

    severity: Severity
    word: str
    clause: str
    evidence: str
    text: str
    title: str = ""
