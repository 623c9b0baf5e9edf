"""Situations of questions, answers and what members are told."""

from community.closing import ClosingDraft, close_question
from community.documents import CloseReason, Question
from community.reactions import ReactionKind, react
from community.skill_claims import ClaimDraft, claim_skill
from core.records import fresh
from notifications.documents import Notification
from notifications.preferences import preferences_of
from tests.factories.community import actor_of, make_comment, make_department, make_member, make_skill
from tests.journeys.story import MARK, Input, Situation, Story, member_like


async def _ask(story: Story, who: str) -> Input:
    expert = story.world.members["specialist"]
    title = f"{MARK} Hangi depo {next(story.numbers)}?"
    return {"title": title, "body": f"{MARK} Bilen?", "tagSlugs": ["kargo"], "invitedExpertIds": [expert]}


async def _answer(story: Story, who: str) -> Input:
    return {"questionId": (await story.question()).id, "body": f"{MARK} İzmir."}


async def _accept(story: Story, who: str) -> Input:
    answer = await story.answer()
    question = await Question.get(answer.question_id)
    assert question is not None
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _unaccept(story: Story, who: str) -> Input:
    question, answer = await story.accepted()
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _vote(story: Story, who: str) -> Input:
    return {"targetId": (await story.answer()).id, "value": "UP"}


async def _comment(story: Story, who: str) -> Input:
    return {"targetId": (await story.question()).id, "body": f"{MARK} Hangisi?"}


async def _edit_comment(story: Story, who: str) -> Input:
    comment = await make_comment(await story.question(), await story.actor("colleague"))
    return {"commentId": comment.id, "body": f"{MARK} Yani hangisi?", "expectedVersion": comment.version}


async def _resolve(story: Story, who: str) -> Input:
    comment = await make_comment(await story.question(), await story.actor("specialist"))
    return {"commentId": comment.id, "resolved": True, "expectedVersion": comment.version}


async def _delete_comment(story: Story, who: str) -> Input:
    comment = await make_comment(await story.question(), await story.actor("specialist"))
    return {"commentId": comment.id, "reason": f"{MARK} Kişisel veri.", "expectedVersion": comment.version}


async def _edit_question(story: Story, who: str) -> Input:
    question = await story.question()
    return {"questionId": question.id, "body": f"{MARK} Hangi depo acaba?", "urgent": True, "expectedVersion": question.version}


async def _edit_answer(story: Story, who: str) -> Input:
    answer = await story.answer()
    return {"answerId": answer.id, "body": f"{MARK} Ankara.", "expectedVersion": answer.version}


async def _publish(story: Story, who: str) -> Input:
    question = await story.public_question()
    return {"questionId": question.id, "expectedVersion": question.version}


async def _close(story: Story, who: str) -> Input:
    question, other = await story.question(), await story.question()
    return {
        "questionId": question.id,
        "reason": "DUPLICATE",
        "note": f"{MARK} Aynısı",
        "duplicateOfId": other.id,
        "expectedVersion": question.version,
    }


async def _reopen(story: Story, who: str) -> Input:
    question = await story.question()
    draft = ClosingDraft(reason=CloseReason.OUTDATED)
    closed = await close_question(await story.actor("colleague"), question.id, draft, expected_version=question.version)
    return {"questionId": closed.id, "expectedVersion": closed.version}


async def _merge(story: Story, who: str) -> Input:
    question = await fresh(await story.question())
    await story.answer(question)
    return {"questionId": question.id, "intoId": (await story.question()).id, "expectedVersion": question.version}


async def _keep(story: Story, who: str) -> Input:
    return {"answerId": (await story.answer()).id, "path": f"yanit-{next(story.numbers)}", "title": f"{MARK} Hangi depo"}


async def _read(story: Story, who: str) -> Input:
    member = story.world.members[member_like(story, who)]
    await story.consultation(member_like(story, who))
    await story.settle()
    told = await Notification.find({"recipient_id": member}).sort("-number").limit(1).to_list()
    return {"ids": [told[0].id]}


async def _prefer(story: Story, who: str) -> Input:
    member = story.world.members[member_like(story, who)]
    chosen = (await preferences_of([member]))[member]
    return {"kinds": [{"kind": "ASSIGNED", "email": "HOURLY"}], "expectedVersion": chosen.version}


async def _endorse(story: Story, who: str) -> Input:
    skill = await make_skill(f"{MARK} Gümrük {next(story.numbers)}")
    member = await make_member(skill_ids=[skill.id])
    return {"memberId": member.id, "skillId": skill.id, "note": f"{MARK} Hep bilir."}


async def _withdraw_endorsement(story: Story, who: str) -> Input:
    given = await _endorse(story, who)
    return {"memberId": given["memberId"], "skillId": given["skillId"]}


async def _claim(story: Story, who: str) -> Input:
    return {"skillId": (await make_skill(f"{MARK} Depo {next(story.numbers)}")).id, "proficiency": 3}


async def _withdraw_claim(story: Story, who: str) -> Input:
    given = await _claim(story, who)
    await claim_skill(await story.actor(member_like(story, who)), ClaimDraft(skill_id=given["skillId"]))
    return {"skillId": given["skillId"]}


async def _confirm_skill(story: Story, who: str) -> Input:
    given, member = await _claim(story, who), await make_member()
    claimed = await claim_skill(actor_of(member), ClaimDraft(skill_id=given["skillId"]))
    return {
        "memberId": member.id,
        "skillId": given["skillId"],
        "reason": f"{MARK} Sınavı geçti.",
        "expectedVersion": claimed.version,
    }


async def _create_skill(story: Story, who: str) -> Input:
    alias = {"locale": "en", "text": f"{MARK} Customs"}
    return {"name": f"{MARK} Gümrük {next(story.numbers)}", "aliases": [alias], "keywords": [f"{MARK} beyanname"]}


async def _update_skill(story: Story, who: str) -> Input:
    skill = await make_skill(f"{MARK} Depo {next(story.numbers)}")
    return {"skillId": skill.id, "name": f"{MARK} Depolar {next(story.numbers)}", "expectedVersion": skill.version}


async def _archive_skill(story: Story, who: str) -> Input:
    skill = await make_skill(f"{MARK} Depo {next(story.numbers)}")
    return {"skillId": skill.id, "archived": True, "expectedVersion": skill.version}


async def _merge_skills(story: Story, who: str) -> Input:
    skill, into = [await make_skill(f"{MARK} Depo {next(story.numbers)}") for _ in range(2)]
    return {"skillId": skill.id, "intoId": into.id, "expectedVersion": skill.version}


async def _create_department(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Depo {next(story.numbers)}"}


async def _update_department(story: Story, who: str) -> Input:
    department = await make_department(f"{MARK} Depo {next(story.numbers)}")
    name = f"{MARK} Depolar {next(story.numbers)}"
    return {"departmentId": department.id, "name": name, "expectedVersion": department.version}


async def _archive_department(story: Story, who: str) -> Input:
    department = await make_department(f"{MARK} Depo {next(story.numbers)}")
    return {"departmentId": department.id, "archived": True, "expectedVersion": department.version}


async def _watch(story: Story, who: str) -> Input:
    return {"targetId": (await story.question()).id, "level": "WATCHING"}


async def _react(story: Story, who: str) -> Input:
    return {"targetId": (await story.answer()).id, "kind": "HEART"}


async def _unreact(story: Story, who: str) -> Input:
    answer = await story.answer()
    await react(await story.actor(member_like(story, who)), answer.id, ReactionKind.HEART)
    return {"targetId": answer.id, "kind": "HEART"}


SITUATIONS: dict[str, Situation] = {
    "askQuestion": _ask,
    "answerQuestion": _answer,
    "acceptAnswer": _accept,
    "unacceptAnswer": _unaccept,
    "editQuestion": _edit_question,
    "editAnswer": _edit_answer,
    "closeQuestion": _close,
    "reopenQuestion": _reopen,
    "mergeQuestion": _merge,
    "saveAnswerAsWikiPage": _keep,
    "setWatchLevel": _watch,
    "castVote": _vote,
    "react": _react,
    "removeReaction": _unreact,
    "endorseSkill": _endorse,
    "claimSkill": _claim,
    "withdrawSkillClaim": _withdraw_claim,
    "confirmSkill": _confirm_skill,
    "createSkill": _create_skill,
    "updateSkill": _update_skill,
    "archiveSkill": _archive_skill,
    "mergeSkills": _merge_skills,
    "createDepartment": _create_department,
    "updateDepartment": _update_department,
    "archiveDepartment": _archive_department,
    "withdrawEndorsement": _withdraw_endorsement,
    "addComment": _comment,
    "editComment": _edit_comment,
    "resolveThread": _resolve,
    "deleteComment": _delete_comment,
    "publishQuestion": _publish,
    "markNotificationsRead": _read,
    "markNotificationsUnread": _read,
    "updateNotificationPreferences": _prefer,
}
