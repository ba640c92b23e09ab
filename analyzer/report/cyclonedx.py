"""A bill of cryptography as CycloneDX 1.6 (ECMA-424), by its own library, which is an extra.

The text rests on the captures alone: its serial number is made of its content, and no time of writing is in it. Places
are occurrences: the capture, and in words the negotiation with its frame. What else there is to say is a property.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_OID, uuid5

from analyzer import __version__
from analyzer.errors import AnalyzerError
from analyzer.report.cbom import Algorithm, Asset, Bill, Certificate, Protocol
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.bom_ref import BomRef
    from cyclonedx.model.component import Component
    from cyclonedx.model.component_evidence import ComponentEvidence

_OURS: Final = "isakmp-analyzer:"


def library() -> None:
    """Load the library. AnalyzerError: it is not installed."""
    try:
        import cyclonedx.output.json  # noqa: F401, PLC0415  (an extra)
    except ImportError:
        what = "A CBOM needs cyclonedx-python-lib, which is not installed; do: pip install cyclonedx-python-lib"
        raise AnalyzerError(what) from None


def cyclonedx_text(bill: Bill) -> str:
    """The document as JSON, ASCII only. AnalyzerError: the library is not installed."""
    library()
    from cyclonedx.model.bom import Bom, BomMetaData  # noqa: PLC0415
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.dependency import Dependency  # noqa: PLC0415
    from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle  # noqa: PLC0415
    from cyclonedx.model.tool import ToolRepository  # noqa: PLC0415
    from cyclonedx.output.json import JsonV1Dot6  # noqa: PLC0415

    algorithms = {algorithm.name: _algorithm(algorithm) for algorithm in bill.algorithms}
    refs = {name: component.bom_ref for name, component in algorithms.items()}
    plain = [*map(_capture, bill.captures), *algorithms.values()]
    needs: list[tuple[Component, tuple[BomRef, ...]]] = [(component, ()) for component in plain]
    needs += [(_protocol(asset, refs), _named(refs, asset.what.algorithms)) for asset in bill.protocols]
    for asset in bill.certificates:
        made, key = _certificate(asset, refs), _key(asset.what, refs)
        needs += [(made, (*_named(refs, [asset.what.signature]), key.bom_ref)), (key, _named(refs, [asset.what.key]))]
    tool = Component(name="isakmp-analyzer", version=__version__, type=ComponentType.APPLICATION)
    about = BomMetaData(
        tools=ToolRepository(components=[tool]),
        lifecycles=[PredefinedLifecycle(LifecyclePhase.DISCOVERY)],
        properties=_properties([*((f"not in it:{kind}", count) for kind, count in bill.beyond), *bill.not_in_it]),
    )
    bom = Bom(
        metadata=about,
        components=[component for component, _ in needs],
        dependencies=[Dependency(made.bom_ref, [Dependency(ref) for ref in of]) for made, of in needs if of],
    )
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    _order_places(document, bill)
    del document["metadata"]["timestamp"], document["serialNumber"]
    number = uuid5(NAMESPACE_OID, json.dumps(document, sort_keys=True)).urn
    head = {name: document.pop(name) for name in ("$schema", "bomFormat", "specVersion")}
    return json.dumps({**head, "serialNumber": number, **document}, indent=1)


def _capture(known: tuple[str, str | None]) -> "Component":
    from cyclonedx.model import HashAlgorithm, HashType  # noqa: PLC0415
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415

    path, digest = known
    hashes = [] if digest is None else [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
    return Component(name=visible(path), type=ComponentType.FILE, bom_ref=f"capture/{visible(path)}", hashes=hashes)


def _algorithm(known: Algorithm) -> "Component":
    from cyclonedx.model.crypto import AlgorithmProperties, CryptoMode, CryptoPrimitive  # noqa: PLC0415

    properties = AlgorithmProperties(
        primitive=CryptoPrimitive(known.primitive),
        parameter_set_identifier=known.parameter,
        curve=known.curve,
        mode=None if known.mode is None else CryptoMode(known.mode),
        classical_security_level=known.classical,
        nist_quantum_security_level=known.quantum,
    )
    return _asset("algorithm", known.name, known.name, properties, _properties(known.use))


def _protocol(asset: Asset[Protocol], refs: "dict[str, BomRef]") -> "Component":
    from cyclonedx.model.crypto import (  # noqa: PLC0415
        Ikev2TransformTypes,
        ProtocolProperties,
        ProtocolPropertiesCipherSuite,
        ProtocolPropertiesType,
    )

    known, used = asset.what, _named(refs, asset.what.algorithms)
    kinds = {kind: _named(refs, names) for kind, names in known.parts}
    properties = ProtocolProperties(
        type=ProtocolPropertiesType(known.kind),
        version=known.version,
        cipher_suites=[ProtocolPropertiesCipherSuite(name=visible(known.name), algorithms=used)],
        ikev2_transform_types=Ikev2TransformTypes(**kinds, esn=known.esn) if known.by_ikev2 else None,
        crypto_refs=[] if known.by_ikev2 else used,
    )
    counts = [(f"outcome:{outcome}", count) for outcome, count in asset.counts]
    more = _properties([*counts, *([] if known.whole else [("suite", "read in part")])])
    return _asset("protocol", known.name, known.name, properties, more, _evidence(asset))


def _certificate(asset: Asset[Certificate], refs: "dict[str, BomRef]") -> "Component":
    from cyclonedx.model.crypto import CertificateProperties  # noqa: PLC0415

    known = asset.what
    properties = CertificateProperties(
        subject_name=known.subject and visible(known.subject),
        issuer_name=known.issuer and visible(known.issuer),
        not_valid_before=_time(known.not_before),
        not_valid_after=_time(known.not_after),
        signature_algorithm_ref=refs.get(known.signature or ""),
        subject_public_key_ref=_key(known, refs).bom_ref,
        certificate_format="X.509",
    )
    more = _properties([("sha256", known.sha256), *((f"sent-by:{side}", count) for side, count in asset.counts)])
    return _asset("certificate", known.sha256, known.subject or known.sha256, properties, more, _evidence(asset))


def _key(known: Certificate, refs: "dict[str, BomRef]") -> "Component":
    from cyclonedx.model.crypto import RelatedCryptoMaterialProperties, RelatedCryptoMaterialType  # noqa: PLC0415

    properties = RelatedCryptoMaterialProperties(
        type=RelatedCryptoMaterialType.PUBLIC_KEY, size=known.key_bits, algorithm_ref=refs.get(known.key or "")
    )
    return _asset("public-key", known.sha256, f"public key of {known.subject or known.sha256}", properties)


def _asset(
    kind: str,
    ref: str,
    name: str,
    properties: object,
    more: "Iterable[Property]" = (),
    evidence: "ComponentEvidence | None" = None,
) -> "Component":
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.crypto import CryptoAssetType, CryptoProperties  # noqa: PLC0415

    field = "related_crypto_material" if kind == "public-key" else kind
    about: dict[str, Any] = {f"{field}_properties": properties}
    return Component(
        name=visible(name),
        type=ComponentType.CRYPTOGRAPHIC_ASSET,
        bom_ref=f"{kind}/{visible(ref)}",
        crypto_properties=CryptoProperties(asset_type=CryptoAssetType(field.replace("_", "-")), **about),
        properties=more,
        evidence=evidence,
    )


def _evidence(asset: Asset[Any]) -> "ComponentEvidence":
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence  # noqa: PLC0415

    return ComponentEvidence(
        occurrences=[Occurrence(location=at, additional_context=text) for at, text in _seen(asset)]
    )


def _seen(asset: Asset[Any]) -> list[tuple[str, str]]:
    """Its places: a location, and what is there; the last says how many more there are, if there are."""
    places = [(visible(place.capture), place.text) for place in asset.places]
    more = sum(count for _, count in asset.counts) - len(places)
    return [*places, (places[-1][0], f"and {more:,} more places")] if more else places


def _order_places(document: dict[str, Any], bill: Bill) -> None:
    """Put occurrences in the order of the bill: the library's rests on where objects lie in memory."""
    assets: list[tuple[str, Asset[Any]]] = [(f"protocol/{visible(asset.what.name)}", asset) for asset in bill.protocols]
    assets += [(f"certificate/{visible(asset.what.sha256)}", asset) for asset in bill.certificates]
    orders = {ref: {seen: place for place, seen in enumerate(_seen(asset))} for ref, asset in assets}
    for component in document.get("components", ()):
        order = orders.get(component["bom-ref"])
        if order is not None:
            found = component["evidence"]["occurrences"]
            found.sort(key=lambda one, order=order: order[one["location"], one["additionalContext"]])


def _properties(values: "Iterable[tuple[str, object]]") -> "list[Property]":
    from cyclonedx.model import Property  # noqa: PLC0415

    return [Property(name=f"{_OURS}{name}", value=str(value)) for name, value in values]


def _named(refs: "dict[str, BomRef]", names: Iterable[str | None]) -> "tuple[BomRef, ...]":
    return tuple(refs[name] for name in names if name)


def _time(nanoseconds: int | None) -> datetime | None:
    return None if nanoseconds is None else datetime.fromtimestamp(nanoseconds // 10**9, UTC)
