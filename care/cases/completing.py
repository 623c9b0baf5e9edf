"""Completing what older releases stored of cases, when an installation comes to this one."""

from typing import Final

from care.cases import lifecycle
from care.documents.cases import Case
from core.records import change

_PAGE: Final = 500


async def complete_cases() -> int:
    """Let cases that were stored before lists were ordered by the next answer say when it is due; tell of how many.

    `kopru migrate` does so, and can run twice.
    """
    last, completed = "", 0
    while True:
        query = {"_id": {"$gt": last}, "answer_key": {"$exists": False}}
        page = await Case.find(query).sort("_id").limit(_PAGE).to_list()
        for case in page:
            await change(case, lifecycle.project)
        completed += len(page)
        if len(page) < _PAGE:
            return completed
        last = page[-1].id
