"""Which column of a file is what: by the names that people give columns in Turkish, Persian and English, or as told."""

from collections.abc import Sequence
from typing import Final

from care.documents.imports import Column, ImportTarget
from core.text.fold import DROPPED, fold

_T = ImportTarget
_NAMES: Final[dict[ImportTarget, str]] = {
    _T.EXTERNAL_ID: "id,external id,customer id,customer no,müşteri no,müşteri numarası,müşteri kodu,kod,"
    "شناسه,کد مشتری,شماره مشتری",
    _T.NAME: "name,full name,customer,ad soyad,adı soyadı,isim,ad,müşteri,müşteri adı,نام,نام و نام خانوادگی,نام مشتری",
    _T.EMAIL: "email,e-mail,mail,e-posta,eposta,e-posta adresi,ایمیل,پست الکترونیک,رایانامه",
    _T.PHONE: "phone,telephone,mobile,telefon,cep,cep telefonu,telefon no,gsm,تلفن,موبایل,تلفن همراه,شماره تلفن",
    _T.CITY: "city,town,şehir,il,kent,شهر",
    _T.SEGMENT: "segment,group,grup,müşteri grubu,بخش,گروه",
    _T.LANGUAGE: "language,locale,dil,زبان",
    _T.INTERESTS: "interests,ilgi alanları,ilgi,علایق,علاقه‌مندی‌ها",
    _T.HOBBIES: "hobbies,hobiler,hobi,سرگرمی,سرگرمی‌ها",
    _T.BIRTHDAY: "birthday,birth date,date of birth,doğum tarihi,doğum günü,تاریخ تولد,تولد",
    _T.CONSENT: "consent,onay,açık rıza,rıza,izin,رضایت",
}


def folded_name(name: str) -> str:
    """Give the spelling under which names of columns are compared."""
    folded = fold(name).replace(DROPPED, "").replace("\u200c", " ")
    return " ".join(folded.replace("_", " ").replace("-", " ").split())


_KNOWN: Final = {folded_name(name): target for target, names in _NAMES.items() for name in names.split(",")}


def targets_of(names: Sequence[str], told: Sequence[Column]) -> dict[str, ImportTarget]:
    """Give what each column is taken as; what was told counts, and known names only where nothing was told."""
    if told:
        wanted = {folded_name(column.column): column.target for column in told}
        return {name: wanted[folded_name(name)] for name in names if folded_name(name) in wanted}
    found: dict[str, ImportTarget] = {}
    for name in names:
        target = _KNOWN.get(folded_name(name))
        if target is not None and target not in found.values():
            found[name] = target
    return found
