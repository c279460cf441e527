"""Passwords: kept so that nobody can read them, refused when anyone could guess them."""

import pytest
from argon2 import PasswordHasher

from bank.parties.passwords import Checked, WeakPassword, check_password, hash_password

GOOD = "竹海-Kestrel-77"


def test_a_password_matches_its_own_hash_and_no_other():
    stored = hash_password(GOOD, min_length=8)

    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert check_password(stored, GOOD) == Checked(matches=True)
    assert check_password(stored, GOOD + "x") == Checked(matches=False)


def test_full_width_letters_are_the_same_keys():
    stored = hash_password("竹海-Kestrel-77", min_length=8)

    assert check_password(stored, "竹海－Ｋｅｓｔｒｅｌ－７７").matches


def test_an_old_hash_is_renewed_when_its_password_is_right():
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)

    checked = check_password(old, GOOD)

    assert checked.matches
    assert checked.new_hash is not None
    assert check_password(checked.new_hash, GOOD) == Checked(matches=True)
    assert check_password(old, "wrong") == Checked(matches=False)


@pytest.mark.parametrize("stored", [None, "", "!", "$argon2id$nonsense"])
def test_without_a_hash_nothing_matches(stored):
    assert check_password(stored, "nobody's password") == Checked(matches=False)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "short"),
        ("竹海K7", "short"),
        ("12345678", "digits"),
        ("5201314520", "digits"),
        ("2024-01-01", "digits"),
        ("aaaaaaaa", "common"),
        ("abc1abc1", "common"),
        ("abcdefgh", "common"),
        ("HGFEDCBA", "common"),
        ("qwertyuiop", "common"),
        ("1qaz2wsx3edc", "common"),
        ("1q2w3e4r", "common"),
        ("a123456789", "common"),
        ("Password123!", "common"),
        ("P@ssw0rd2024", "common"),
        ("1314woaini", "common"),
        ("liangshan2026", "common"),
        ("admin@123", "common"),
        ("我爱你5201314", "common"),
        ("ｐａｓｓｗｏｒｄ１", "common"),
        ("Pan13800001234", "familiar"),
        ("xx潘春林的林地", "familiar"),
    ],
)
def test_a_weak_password_is_refused(password, reason):
    with pytest.raises(WeakPassword) as refused:
        hash_password(password, min_length=8, familiar=("潘春林", "13800001234"))

    assert (refused.value.facts["reason"], refused.value.field) == (reason, "password")
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("password", [GOOD, "three blind mice", "bamboo7sea", "毛竹山上的白茶园好"])
def test_a_fair_password_is_taken(password):
    assert hash_password(password, min_length=8, familiar=("", "x"))
