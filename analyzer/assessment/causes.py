"""Which diagnosis a decrypted error notify names, for child SAs (RFC 7296 3.10.1, RFC 2408 3.14.1, RFC 2409 5.5)."""

from analyzer.assessment.case import Case

_IKEV2 = {
    14: "child-proposal-mismatch",  # NO_PROPOSAL_CHOSEN
    17: "pfs-mismatch",  # INVALID_KE_PAYLOAD
    34: "traffic-selector-mismatch",  # SINGLE_PAIR_REQUIRED
    36: "config-rejected",  # INTERNAL_ADDRESS_FAILURE
    37: "config-rejected",  # FAILED_CP_REQUIRED
    38: "traffic-selector-mismatch",  # TS_UNACCEPTABLE
}
_IKEV1 = {
    14: "child-proposal-mismatch",  # NO-PROPOSAL-CHOSEN
    18: "traffic-selector-mismatch",  # INVALID-ID-INFORMATION: quick mode's ID payloads are its selectors
}


def child_cause(case: Case) -> str | None:
    """Id of the diagnosis that the decrypted notify names; None if none was read, or it has no diagnosis of its own."""
    error = case.child_error()
    if error is None:
        return None
    return (_IKEV1 if case.n.ike_version == 1 else _IKEV2).get(error.notify.notify_type)
