import re
import subprocess
import sys

import pytest

from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME
from analyzer.tables.schema import SCHEMA
from tests.tables.made import read

# The contract's tables and the start of each; later columns may follow, these may not move.
CONTRACT = {
    "captures": "capture sha256 size_bytes format link_types packets first_time last_time ike_messages esp_packets "
    "defects",
    "flows": "flow capture transport client_ip client_port server_ip server_port first_frame last_frame messages "
    "esp_packets keepalives bytes",
    "messages": "capture frame_number time src_ip src_port dst_ip dst_port transport negotiation initiator_spi "
    "responder_spi major_version minor_version exchange_type exchange flags is_initiator is_response message_id length "
    "next_payload payload_types encrypted decrypted decrypted_payload_types fragment_number fragment_total "
    "retransmission_of defects",
    "payloads": "frame_number position payload_type payload critical length offset encrypted summary",
    "proposals": "frame_number negotiation child side proposal_number protocol_id protocol spi transforms",
    "transforms": "frame_number proposal_number transform_number transform_type transform_type_name transform_id "
    "transform key_bits attributes",
    "notifications": "frame_number negotiation notify_type notify class protocol_id spi data meaning",
    "vendor_ids": "frame_number negotiation side data name vendor kind detail",
    "identities": "frame_number negotiation side id_type id_type_name identity",
    "certificates": "frame_number negotiation side encoding encoding_name subject issuer serial not_before not_after "
    "key_type key_bits signature_hash subject_alt_names sha256",
    "ke_values": "frame_number negotiation side ke_id ke_method length sha256",
    "negotiations": "negotiation capture ike_version mode initiator_spi responder_spi initiator_ip initiator_port "
    "responder_ip responder_port outcome failed_at failed_by failure diagnosis encryption_id encryption key_bits "
    "integrity_id integrity prf_id prf ke_id ke_method additional_ke_ids auth_method initiator_id responder_id "
    "lifetime_s nat nat_t fragmentation initiator_implementation responder_implementation child_sas rekeyed_from "
    "first_frame last_frame first_time last_time duration_s messages retransmissions",
    "child_sas": "negotiation child protocol initiator_spi_in responder_spi_in mode encryption_id encryption key_bits "
    "integrity_id integrity esn pfs_ke_id initiator_ts responder_ts outcome created_by rekeys deleted_at "
    "esp_packets_to_initiator esp_packets_to_responder",
    "exchanges": "negotiation exchange message_id initiated_by request_frame response_frame round_trip_s "
    "retransmissions outcome",
    "esp_streams": "spi src_ip dst_ip encapsulation packets bytes first_seq last_seq missing duplicates negotiation "
    "child",
    "findings": "finding severity confidence negotiation subject evidence_frames policy clause detail",
    "diagnoses": "negotiation diagnosis rank confidence evidence_frames detail advice",
    "responders": "ip port transport versions modes answered_peers first_time last_time implementation evidence_frames",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_contract_columns_come_first_and_in_order(table: str) -> None:
    promised = CONTRACT[table].split()
    assert list(SCHEMA[table].names[: len(promised)]) == promised


@pytest.mark.parametrize("table", SCHEMA)
def test_every_column_is_typed_and_explained(table: str) -> None:
    schema = SCHEMA[table]
    assert schema.doc.endswith(".")
    assert len(set(schema.names)) == len(schema.names)
    for column in schema.columns:
        assert re.fullmatch("[a-z][a-z0-9_]*", column.name)
        assert column.dtype in {STR, INT, BOOL, FLOAT, TIME, LIST}
        assert (column.items in {STR, INT}) == (column.dtype == LIST), column.name
        assert len(column.doc) > 10, column.name


def test_ids_have_their_name_beside_them() -> None:
    for schema in SCHEMA.values():
        for place, name in enumerate(schema.names):
            if name in {"encryption_id", "integrity_id", "prf_id", "protocol_id", "transform_id", "ke_id"}:
                beside = schema.names[place + 1 : place + 3]
                if name in {"protocol_id"} and schema.name in {"notifications", "transforms"}:
                    continue  # of what it concerns; named in `proposals`
                assert {name.removesuffix("_id"), "ke_method"} & set(beside), (schema.name, name)


@pytest.mark.parametrize("table", SCHEMA)
def test_a_table_stands_under_its_name(table: str) -> None:
    assert SCHEMA[table].name == table


def test_a_column_says_where_its_value_comes_from_or_all_of_a_table_are_made_by_hand() -> None:
    for schema in SCHEMA.values():
        filled = {column.value is not None for column in schema.columns}
        assert filled == {schema.rows is not None}, schema.name


def test_rows_say_where_they_belong() -> None:
    """Each names its negotiation, but for those of hosts and files; of what was on the wire, its frame."""
    of_hosts = {"captures", "flows", "payloads", "responders", "defects", "floods"}
    for name, schema in SCHEMA.items():
        assert name in of_hosts or "negotiation" in schema.names, name
        assert schema.rows is not None or {"capture", "frame_number"} <= set(schema.names), name


def test_no_such_table() -> None:
    assert "nonsense" not in SCHEMA
    with pytest.raises(KeyError):
        SCHEMA["nonsense"]


def test_names_alone_load_no_columns() -> None:
    """What `--help` shows."""
    code = (
        "import sys; from analyzer.tables.schema import SCHEMA; assert len(list(SCHEMA)) > 20; "
        "print([m for m in sys.modules if m.startswith(('analyzer.tables.columns', 'analyzer.negotiation'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


VARIED = (
    "ikev1-aggr-psk",
    "ikev1-natt-data",
    "ikev2-dpd-dead-peer",
    "ikev2-eap-tls",
    "ikev2-many-sas",
    "ikev2-nat-rebinding",
    "ikev2-no-proposal-ike",
    "ikev2-rekey",
    "ikev2-raw-esp",
    "noise-on-ike-ports",
)


@pytest.mark.parametrize("name", VARIED)
def test_a_closed_vocabulary_is_all_that_its_column_holds(name: str) -> None:
    for table in read(name, keys=True).tables.values():
        for column in table.schema.columns:
            if column.words is not None:
                cells = table.column(column.name)
                texts = {text for cell in cells for text in (cell if isinstance(cell, tuple) else (cell,))} - {None}
                assert texts <= set(column.words()), f"{table.schema.name}.{column.name}"
