"""The public ledger for programs: owners withheld, checkpoints that verify, proofs that hold."""

import base64
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger import merkle
from ledger.log import Verifier, leaf_of
from tests.web.api.conftest import read, transfer_id


def test_transfers_are_read_from_the_newest_back_without_gaps(visitor):
    everything = read(visitor, "/ledger/transfers?limit=100")
    one_by_one, before = [], None
    while True:
        page = read(
            visitor,
            "/ledger/transfers",
            query_string={"limit": 2} | ({"before": before} if before else {}),
        )
        one_by_one += page["items"]
        before = page["next_before"]
        if before is None:
            break

    assert one_by_one == everything["items"]
    assert everything["next_before"] is None
    assert [t["number"] for t in one_by_one] == sorted(
        (t["number"] for t in one_by_one), reverse=True
    )


def test_a_transfer_says_what_moved_but_not_whose_it_was(county, visitor):
    stored = transfer_id(visitor, f"deposit:{county.stored}")

    shown = read(visitor, f"/ledger/transfers/{stored}")

    assert shown["kind"] == "store"
    assert shown["postings"] == [
        {
            "source": "world:land",
            "target": "party:*:stored",
            "unit": f"land:{county.stored}",
            "quantity": 1_000_000,
        }
    ]
    assert shown["position"] is not None
    assert "memo" not in shown
    assert "key" not in shown


def test_an_unknown_transfer_is_not_found(visitor):
    for path in ("", "/proof"):
        found = read(visitor, f"/ledger/transfers/{uuid4()}{path}", status=404)
        assert found["code"] == "unknown_transfer"


def test_a_checkpoint_verifies_with_the_banks_key_alone(visitor):
    key = visitor.get("/api/v1/ledger/key")
    note = visitor.get("/api/v1/ledger/checkpoint")
    name, key_id, encoded = key.text.strip().split("+", 2)
    raw = base64.b64decode(encoded)

    assert key.content_type == note.content_type == "text/plain; charset=utf-8"
    assert raw[0] == 1
    verifier = Verifier(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
    assert verifier.key_id.hex() == key_id
    assert verifier.accepts(note.text)


def test_a_transfer_is_proved_against_the_checkpoint(county, visitor):
    transfer = transfer_id(visitor, f"withdrawal:{county.payout}")
    said = visitor.get("/api/v1/ledger/checkpoint").text.split("\n")

    proof = read(visitor, f"/ledger/transfers/{transfer}/proof")

    shown = read(visitor, f"/ledger/transfers/{transfer}")
    assert proof["leaf"] == leaf_of(shown["hash"]).hex()
    assert proof["index"] == shown["position"]
    assert str(proof["size"]) == said[1]
    assert base64.b64encode(bytes.fromhex(proof["root"])).decode() == said[2]
    assert merkle.verify_inclusion(
        leaf=bytes.fromhex(proof["leaf"]),
        index=proof["index"],
        size=proof["size"],
        root=bytes.fromhex(proof["root"]),
        proof=[bytes.fromhex(node) for node in proof["path"]],
    )
