import pytest

from community.names import sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["Cemal", "Cüneyt", "Çağla", "Çetin", "Deniz"],
        ["Gül", "Güzin", "Ğ", "Hasan", "Işıl".replace("I", "ı"), "İpek", "Jale"],
        ["Orhan", "Ozan", "Ömer", "Pınar"],
        ["Selin", "Suzan", "Şule", "Tarık"],
        ["Ulaş", "Uzay", "Ümit", "Veli"],
        ["امیر", "بهرام", "بیژن", "پروین", "تارا", "جواد", "چنگیز", "حسن"],
        ["زهرا", "زیبا", "ژاله", "سارا", "قاسم", "کاوه", "کیان", "گلناز", "لیلا"],
        ["منیژه", "نادر", "نیلوفر", "وحید", "هما", "یاسمن"],
        ["Ayşe", "ayşe nur", "AYŞE ZEHRA", "پروین"],
    ],
)
def test_names_stand_as_in_the_alphabet(names: list[str]) -> None:
    assert sorted(sorted(names), key=sort_key) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [("İPEK", "ipek"), ("José", "Jose"), ("علي", "علی"), ("مهدي\u200cنيا", "مهدی نیا"), (" Ada  Can ", "ada can")],
)
def test_spellings_of_a_name_stand_together(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)
