"""The public ledger for programs: owners withheld, checkpoints that verify, proofs that hold."""

import base64
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bank import accounts
from ledger import journal, log, merkle
from ledger.log import Checkpoint, Verifier, leaf_of
from ledger.model import Posting, Transfer
from tests.web.api.conftest import County, read, transfer_id
from web.signing import signer


@pytest.fixture(scope="module")
def checkpoints(county: County) -> tuple[Checkpoint, Checkpoint]:
    """The county's checkpoint, and one that covers three transfers more."""
    at = datetime.now(UTC)
    target = accounts.cash(county.party)
    money = Posting(source=accounts.WORLD_CNY, target=target, unit=accounts.CNY, quantity=100)
    with county.bank.session() as session, county.app.app_context():
        old = log.latest_checkpoint(session)
        assert old is not None
        for key in ("a", "b", "c"):
            more = Transfer(
                key=key, kind="receipt", occurred_at=at, reference="order:1", postings=(money,)
            )
            journal.post(session, more, at=at)
        session.commit()
        new = log.checkpoint(session, signer(), at)
        session.commit()
    return old, new


def whole(hexes: list[str]) -> list[bytes]:
    """Hashes as bytes."""
    return [bytes.fromhex(each) for each in hexes]


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
    for path in ("", "/proof", "/receipt"):
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


# -- receipts --------------------------------------------------------------------------------------


def holds(receipt: dict[str, Any]) -> bool:
    """Whether a receipt's path leads to the root of its checkpoint."""
    _name, size, root = receipt["checkpoint"].split("\n")[:3]
    inclusion = receipt["inclusion"]
    return size == str(inclusion["size"]) and merkle.verify_inclusion(
        leaf_of(receipt["transfer"]["hash"]),
        index=inclusion["index"],
        size=inclusion["size"],
        proof=whole(inclusion["path"]),
        root=base64.b64decode(root),
    )


def test_a_receipt_holds_by_itself(county, visitor):
    payout = transfer_id(visitor, f"withdrawal:{county.payout}")

    receipt = read(visitor, f"/ledger/transfers/{payout}/receipt")

    assert receipt["format"] == "ledger-receipt/1"
    assert receipt["transfer"]["id"] == str(payout)
    assert receipt["checkpoint"] == visitor.get("/api/v1/ledger/checkpoint").text
    assert holds(receipt)


def test_a_receipts_contents_are_for_those_who_may_see_all_of_the_transfer(county, visitor, owner):
    payout = transfer_id(visitor, f"withdrawal:{county.payout}")
    path = f"/ledger/transfers/{payout}/receipt"

    public, own = read(visitor, path), read(owner, path)

    assert "contents" not in public["transfer"]
    contents = own["transfer"].pop("contents")
    assert county.party in contents
    assert sha256(contents.encode()).hexdigest() == own["transfer"]["hash"]
    assert own == public


def test_what_is_not_sealed_has_no_receipt_yet(county, visitor, checkpoints):
    at = datetime.now(UTC)
    target = accounts.cash(county.party)
    money = Posting(source=accounts.WORLD_CNY, target=target, unit=accounts.CNY, quantity=100)
    with county.world() as session:
        late = Transfer(
            key="late", kind="receipt", occurred_at=at, reference="order:2", postings=(money,)
        )
        posted = journal.post(session, late, at=at)
        session.commit()

    for path in ("proof", "receipt"):
        refused = read(visitor, f"/ledger/transfers/{posted.id}/{path}", status=409)
        assert refused["code"] == "not_sealed"


# -- older sizes -----------------------------------------------------------------------------------


def test_a_transfer_is_proved_in_an_older_log_as_well(county, visitor, checkpoints):
    old, new = checkpoints
    payout = transfer_id(visitor, f"withdrawal:{county.payout}")

    for checkpoint in (old, new):
        proof = read(visitor, f"/ledger/transfers/{payout}/proof?size={checkpoint.size}")
        assert (proof["size"], proof["root"]) == (checkpoint.size, checkpoint.root)
        assert merkle.verify_inclusion(
            leaf=bytes.fromhex(proof["leaf"]),
            index=proof["index"],
            size=proof["size"],
            root=bytes.fromhex(checkpoint.root),
            proof=whole(proof["path"]),
        )


def test_checkpoints_are_listed_and_given_by_their_size(visitor, checkpoints):
    old, new = checkpoints

    page = read(visitor, "/ledger/checkpoints?limit=1")
    rest = read(visitor, f"/ledger/checkpoints?before={page['next_before']}")

    assert [(c["size"], c["root"]) for c in page["items"]] == [(new.size, new.root)]
    assert [(c["size"], c["root"]) for c in rest["items"]] == [(old.size, old.root)]
    assert rest["next_before"] is None
    for checkpoint in checkpoints:
        note = visitor.get(f"/api/v1/ledger/checkpoints/{checkpoint.size}")
        assert note.content_type == "text/plain; charset=utf-8"
        assert note.text == checkpoint.note
    for size in (old.size + 1, 0, 10**30):
        assert read(visitor, f"/ledger/checkpoints/{size}", status=404)["code"] == "no_such_record"


def test_the_log_is_proved_to_have_only_grown(visitor, checkpoints):
    old, new = checkpoints

    for path in (f"?from={old.size}&to={new.size}", f"?from={old.size}"):
        proof = read(visitor, f"/ledger/consistency{path}")
        assert (proof["from"], proof["to"]) == (old.size, new.size)
        assert merkle.verify_consistency(
            old_size=old.size,
            old_root=bytes.fromhex(old.root),
            size=new.size,
            root=bytes.fromhex(new.root),
            proof=whole(proof["path"]),
        )
    assert read(visitor, f"/ledger/consistency?from={new.size}")["path"] == []
    between = read(visitor, f"/ledger/consistency?from=1&to={old.size + 1}")
    assert between["path"]


@pytest.mark.parametrize(
    ("asked", "status", "code", "field"),
    [
        ("", 422, "invalid_request", "from"),
        ("?from=0", 422, "invalid_request", "from"),
        ("?from=-1", 422, "invalid_request", "from"),
        ("?from=x", 422, "invalid_request", "from"),
        (f"?from={2**63}", 422, "invalid_request", "from"),
        ("?from=3&to=2", 422, "invalid_request", "from"),
        ("?from=2&to=3&by=4", 422, "invalid_request", "by"),
        ("?from=2&to=1000", 409, "not_sealed", "to"),
        ("?from=1000", 409, "not_sealed", "from"),
        (f"?from=1&to={2**63 - 1}", 409, "not_sealed", "to"),
    ],
)
def test_sizes_that_the_log_never_had_are_refused(visitor, asked, status, code, field):
    refused = read(visitor, f"/ledger/consistency{asked}", status=status)

    assert (refused["code"], refused["field"]) == (code, field)
    assert ("Ask for a size up to the last one's." in refused["message"]) == (status == 409)


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [("1", 409, "not_sealed"), ("1000", 409, "not_sealed"), ("0", 422, "invalid_request")],
)
def test_a_transfer_is_not_proved_where_it_is_not(county, visitor, size, status, code):
    payout = transfer_id(visitor, f"withdrawal:{county.payout}")

    refused = read(visitor, f"/ledger/transfers/{payout}/proof?size={size}", status=status)

    assert refused["code"] == code
