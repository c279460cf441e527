"""Recomputing the log: leaves against transfers, roots and signatures against leaves."""

import base64
from collections.abc import Collection

from sqlalchemy import select

from ledger import merkle, tables as t
from ledger.findings import Check, Found, stream
from ledger.log import Verifier, leaf_of


def check_log(check: Check, verifiers: Collection[Verifier]) -> None:
    """Follow the leaves in order, and hold each checkpoint against the tree at its size."""
    tree = merkle.Frontier()
    checkpoints = stream(check.session, select(t.checkpoint).order_by(t.checkpoint.c.size))
    following = next(checkpoints, None)
    while following is not None and following.size == 0:
        _check_checkpoint(check, following, tree, verifiers)
        following = next(checkpoints, None)
    found = 0
    for row in stream(
        check.session,
        select(t.leaf, t.transfer.c.hash.label("proof"))
        .outerjoin(t.transfer, t.transfer.c.id == t.leaf.c.transfer)
        .order_by(t.leaf.c.position),
    ):
        check.at = str(row.position)
        if row.position != tree.size:
            check.fault("ledger_leaf", tree.size, "it is missing")
        if row.proof is None:
            check.fault("ledger_leaf", row.position, f"its transfer {row.transfer} is missing")
        else:
            found += 1
            if row.hash != leaf_of(row.proof).hex():
                check.fault("ledger_leaf", row.position, "its hash is not that of its transfer")
        tree.append(bytes.fromhex(row.hash))
        while following is not None and following.size == tree.size:
            _check_checkpoint(check, following, tree, verifiers)
            following = next(checkpoints, None)
    while following is not None:
        check.fault("ledger_checkpoint", following.size, f"the log has only {tree.size} leaves")
        following = next(checkpoints, None)
    check.counts["leaves"] = tree.size
    check.counts["unsealed"] = check.counts["transfers"] - found


def _check_checkpoint(
    check: Check, row: Found, tree: merkle.Frontier, verifiers: Collection[Verifier]
) -> None:
    check.counts["checkpoints"] += 1
    root = tree.root()
    if row.root != root.hex():
        check.fault("ledger_checkpoint", row.size, "its root is not that of the leaves")
    said = row.note.split("\n")
    if said[1:3] != [str(row.size), base64.b64encode(bytes.fromhex(row.root)).decode()]:
        check.fault("ledger_checkpoint", row.size, "its note says another size or root")
    elif verifiers:
        if any(verifier.accepts(row.note) for verifier in verifiers):
            check.counts["signatures"] += 1
        else:
            check.fault("ledger_checkpoint", row.size, "its signature does not hold")
