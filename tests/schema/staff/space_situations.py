"""For every mutation in spaces a situation in which who may do it can: an owner's space, and what another member wrote there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Final

from auth.actor import SYSTEM, Actor, Role
from community.closing import ClosingDraft, close_question
from community.documents import Answer, CloseReason, Question
from community.ideas.documents import Idea
from community.ideas.ideas import IdeaDraft, submit_idea
from community.moderation.calming import LockDraft, lock
from community.moderation.documents import ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.polls.polls import PollDraft, create_poll
from community.prompts.campaigns import CampaignDraft, create_campaign
from community.prompts.prompts import PromptDraft, PromptTextDraft, create_prompt
from community.spaces.documents import Space, SpaceRole, SpaceVisibility
from community.spaces.membership import JoinDraft, join_space
from community.wiki.approvals import ApprovalRule, set_approval_rule
from community.wiki.documents import WikiPage
from community.wiki.pages import edit_page
from community.wiki.revisions import revision_id
from community.wiki.writing import PageChanges
from core.clock import now
from core.idempotency import Once
from core.records import fresh
from tests.care.imports_of import send_file
from tests.factories.community import make_actor, make_answer, make_comment, make_page, make_post, make_question
from tests.factories.spaces import inside, let_in, make_space

CALLERS: Final = ("outsider", "manager", "member", "moderator", "owner")
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Scene:
    """A space with people: the callers of the table, and an author who is in it and calls nothing."""

    space: Space
    people: dict[str, Actor]

    async def question(self) -> Question:
        """Let the author ask."""
        return await make_question(self.people["author"], space_id=self.space.id)

    async def answer(self) -> Answer:
        """Let the author answer their own question."""
        return await make_answer(await self.question(), self.people["author"])

    async def page(self) -> WikiPage:
        """Let the author write a page, and change it once."""
        page = await make_page(f"sayfa-{next(_NUMBERS)}", self.people["author"], space_id=self.space.id)
        return await edit_page(self.people["author"], page.id, PageChanges(title="Yeni başlık"), expected_version=page.version)


async def set_scene(visibility: SpaceVisibility) -> Scene:
    """Make a space of this visibility, and everybody who may come along."""
    roles = {"manager": Role.MANAGER}
    people = {name: await make_actor(roles.get(name, Role.AGENT)) for name in (*CALLERS, "author")}
    space = await make_space(people["owner"], name=f"Kalite {next(_NUMBERS)}", visibility=visibility)
    await let_in(space, people["owner"], people["member"], people["author"])
    space = await let_in(space, people["owner"], people["moderator"], role=SpaceRole.MODERATOR)
    known = {name: inside(actor, space) for name, actor in people.items() if space.role_of(actor.member)}
    return Scene(space, people | known)


Input = dict[str, Any]


async def _create(scene: Scene) -> Input:
    return {"name": f"Eğitim {next(_NUMBERS)}", "visibility": scene.space.visibility.value}


async def _update(scene: Scene) -> Input:
    return {"spaceId": scene.space.id, "description": "Kayıtlar", "expectedVersion": (await fresh(scene.space)).version}


async def _add(scene: Scene) -> Input:
    return {"spaceId": scene.space.id, "memberIds": [(await make_actor(Role.AGENT)).member]}


async def _role(scene: Scene) -> Input:
    return {"spaceId": scene.space.id, "memberId": scene.people["author"].member, "role": "MODERATOR"}


async def _remove(scene: Scene) -> Input:
    return {"spaceId": scene.space.id, "memberId": scene.people["author"].member}


async def _of_space(scene: Scene) -> Input:
    return {"spaceId": scene.space.id}


async def _answer_request(scene: Scene) -> Input:
    asking = await make_actor(Role.AGENT)
    if scene.space.visibility is SpaceVisibility.CLOSED:
        await join_space(asking, JoinDraft(space_id=scene.space.id))
    return {"spaceId": scene.space.id, "memberId": asking.member, "decision": "ADMIT"}


async def _move(scene: Scene) -> Input:
    question = await scene.question()
    return {"contentId": question.id, "expectedVersion": question.version}


async def _ask(scene: Scene) -> Input:
    return {"title": "Hangi depo?", "body": "Bilen var mı?", "spaceId": scene.space.id}


async def _reply(scene: Scene) -> Input:
    return {"questionId": (await scene.question()).id, "body": "İzmir deposu."}


async def _comment(scene: Scene) -> Input:
    return {"targetId": (await scene.answer()).id, "body": "Emin misin?"}


async def _edit_comment(scene: Scene) -> Input:
    comment = await make_comment(await scene.answer(), scene.people["author"])
    return {"commentId": comment.id, "body": "Emin misiniz?", "expectedVersion": comment.version}


async def _resolve(scene: Scene) -> Input:
    comment = await make_comment(await scene.answer(), scene.people["author"])
    return {"commentId": comment.id, "resolved": True, "expectedVersion": comment.version}


async def _delete_comment(scene: Scene) -> Input:
    comment = await make_comment(await scene.answer(), scene.people["author"])
    return {"commentId": comment.id, "reason": "Kişisel veri.", "expectedVersion": comment.version}


async def _vote(scene: Scene) -> Input:
    return {"targetId": (await scene.answer()).id, "value": "UP"}


async def _watch(scene: Scene) -> Input:
    return {"targetId": (await scene.page()).id, "level": "WATCHING"}


async def _react(scene: Scene) -> Input:
    return {"targetId": (await scene.answer()).id, "kind": "EYES"}


async def _accept(scene: Scene) -> Input:
    answer = await scene.answer()
    question = await Question.get(answer.question_id)
    assert question is not None
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _edit_question(scene: Scene) -> Input:
    question = await scene.question()
    return {"questionId": question.id, "title": "Hangi depo acaba?", "expectedVersion": question.version}


async def _edit_answer(scene: Scene) -> Input:
    answer = await scene.answer()
    return {"answerId": answer.id, "body": "Ankara deposu.", "expectedVersion": answer.version}


async def _close(scene: Scene) -> Input:
    question = await scene.question()
    return {"questionId": question.id, "reason": "OUTDATED", "expectedVersion": question.version}


async def _reopen(scene: Scene) -> Input:
    question = await scene.question()
    closed = await close_question(
        scene.people["author"], question.id, ClosingDraft(reason=CloseReason.OUTDATED), expected_version=question.version
    )
    return {"questionId": closed.id, "expectedVersion": closed.version}


async def _merge_question(scene: Scene) -> Input:
    question = await scene.question()
    return {"questionId": question.id, "intoId": (await scene.question()).id, "expectedVersion": question.version}


async def _keep(scene: Scene) -> Input:
    return {"answerId": (await scene.answer()).id, "path": f"yanit-{next(_NUMBERS)}"}


async def _write(scene: Scene) -> Input:
    return {"path": f"yeni-{next(_NUMBERS)}", "title": "Geciken teslimat", "body": "Depo?", "spaceId": scene.space.id}


async def _edit(scene: Scene) -> Input:
    page = await scene.page()
    return {"pageId": page.id, "body": "Depo ertesi gün kaydeder.", "expectedVersion": page.version}


async def _merge(scene: Scene) -> Input:
    return {**await _edit(scene), "title": "Birleşen", "baseVersion": 1}


async def _restore(scene: Scene) -> Input:
    page = await scene.page()
    return {"revisionId": revision_id(page.id, 1), "expectedVersion": page.version}


async def _move_page(scene: Scene) -> Input:
    page = await scene.page()
    return {"pageId": page.id, "path": f"arsiv-{next(_NUMBERS)}", "expectedVersion": page.version}


async def _page(scene: Scene) -> Input:
    page = await scene.page()
    return {"pageId": page.id, "expectedVersion": page.version}


async def _proposed(scene: Scene) -> Input:
    """Let the author propose an edit of a page that needs an approval."""
    page = await scene.page()
    page = await set_approval_rule(SYSTEM, page.id, ApprovalRule(minimum=1), expected_version=page.version)
    edited = await edit_page(scene.people["author"], page.id, PageChanges(body="Depo?"), expected_version=page.version)
    return {"pageId": edited.id, "expectedVersion": edited.version}


async def _reject(scene: Scene) -> Input:
    return {**await _proposed(scene), "reason": "Depo böyle demiyor."}


async def _approval(scene: Scene) -> Input:
    return {**await _page(scene), "minimum": 1}


async def _draft(scene: Scene) -> Input:
    return {"pageId": (await scene.page()).id, "body": "Depo?"}


async def _report(scene: Scene) -> Input:
    return {"contentId": (await scene.answer()).id, "reason": "SPAM"}


async def _claim(scene: Scene) -> Input:
    draft = ReportDraft(content_id=(await scene.answer()).id, reason=ReportReason.SPAM)
    reporter = inside(await make_actor(Role.AGENT), scene.space)
    item = await report_content(reporter, draft)
    return {"itemId": item.id, "claimed": True, "expectedVersion": item.version}


async def _decide(scene: Scene) -> Input:
    claim = await _claim(scene)
    return {"itemId": claim["itemId"], "decision": "HIDE", "reason": "Reklam yazısı.", "expectedVersion": 1}


async def _slow(scene: Scene) -> Input:
    question = await scene.question()
    return {"targetId": question.id, "seconds": 60, "reason": "Tartışma.", "expectedVersion": question.version}


async def _lock(scene: Scene) -> Input:
    question = await scene.question()
    return {"targetId": question.id, "reason": "Tartışma.", "expectedVersion": question.version}


async def _import(scene: Scene) -> Input:
    """Who calls sends the file: `file_of`."""
    return {"spaceId": scene.space.id}


async def file_of(actor: Actor) -> str:
    """Let somebody send a page, and give the id of the file."""
    name = f"sayfa-{next(_NUMBERS)}.md"
    return (await send_file(f"# {name}\n\nDepo kaydeder.\n", actor, name=name)).id


async def _unlock(scene: Scene) -> Input:
    given = await _lock(scene)
    locked = await lock(scene.people["owner"], given["targetId"], LockDraft(reason="Tartışma."), expected_version=1)
    return {**given, "expectedVersion": locked.version}


async def _new_poll(scene: Scene) -> Input:
    return {"parentId": scene.space.id, "title": "Hangi gün?", "options": ["Salı", "Cuma"]}


async def _poll(scene: Scene) -> Input:
    draft = PollDraft(parent_id=(await scene.question()).id, title="Hangi gün?", options=["Salı", "Cuma"])
    return {"pollId": (await create_poll(scene.people["author"], draft, once=Once())).id}


async def _vote_in_poll(scene: Scene) -> Input:
    return {**await _poll(scene), "optionKeys": ["1"]}


async def _close_poll(scene: Scene) -> Input:
    return {**await _poll(scene), "expectedVersion": 1}


async def _new_prompt(scene: Scene) -> Input:
    return {"texts": [{"locale": "tr", "title": "Ne öğrendiniz?", "body": "Anlatın."}], "spaceId": scene.space.id}


async def _prompt(scene: Scene) -> Input:
    draft = PromptDraft(texts=[PromptTextDraft(locale="tr", title="Ne öğrendiniz?", body="Anlatın.")], space_id=scene.space.id)
    prompt = await create_prompt(scene.people["owner"], draft, once=Once())
    return {"promptId": prompt.id, "expectedVersion": prompt.version}


async def _edit_prompt(scene: Scene) -> Input:
    return {**await _prompt(scene), "archived": True}


async def _schedule_prompt(scene: Scene) -> Input:
    return {**await _prompt(scene), "weekday": "MONDAY"}


async def _ask_prompt(scene: Scene) -> Input:
    return {**await _prompt(scene), "locale": "tr"}


async def _new_campaign(scene: Scene) -> Input:
    return {"name": "Kargo haftası", "goal": "Soralım.", "endsAt": "2099-01-01T00:00:00Z", "spaceId": scene.space.id}


async def _end_campaign(scene: Scene) -> Input:
    ends = now() + timedelta(days=7)
    draft = CampaignDraft(name="Kargo haftası", goal="Soralım.", ends_at=ends, space_id=scene.space.id)
    campaign = await create_campaign(scene.people["owner"], draft, once=Once())
    return {"campaignId": campaign.id, "expectedVersion": campaign.version}


async def _idea(scene: Scene) -> Idea:
    """Let the author have an idea."""
    draft = IdeaDraft(title=f"Kargo bildirimi {next(_NUMBERS)}", body="Yola çıkınca.", space_id=scene.space.id)
    return await submit_idea(scene.people["author"], draft, once=Once())


async def _submit_idea(scene: Scene) -> Input:
    return {"title": "Kargo bildirimi", "body": "Yola çıkınca.", "spaceId": scene.space.id}


async def _vote_idea(scene: Scene) -> Input:
    return {"ideaId": (await _idea(scene)).id, "voted": True}


async def _idea_status(scene: Scene) -> Input:
    return {"ideaId": (await _idea(scene)).id, "status": "PLANNED", "expectedVersion": 1}


async def _merge_idea(scene: Scene) -> Input:
    return {"ideaId": (await _idea(scene)).id, "intoId": (await _idea(scene)).id, "expectedVersion": 1}


async def _new_post(scene: Scene) -> Input:
    return {"title": "Depoda yeni düzen", "body": "Sabah ayrılır.", "spaceId": scene.space.id}


async def _post(scene: Scene) -> Input:
    post = await make_post(scene.people["author"], space_id=scene.space.id)
    return {"postId": post.id, "expectedVersion": post.version}


async def _edit_post(scene: Scene) -> Input:
    return {**await _post(scene), "body": "Akşam ayrılır."}


async def _publish_post(scene: Scene) -> Input:
    post = await make_post(scene.people["author"], published=False, space_id=scene.space.id)
    return {"postId": post.id, "expectedVersion": post.version}


async def _acknowledge_post(scene: Scene) -> Input:
    return {"postId": (await _post(scene))["postId"]}


SITUATIONS: Final[dict[str, Callable[[Scene], Awaitable[Input]]]] = {
    "createSpace": _create,
    "updateSpace": _update,
    "addSpaceMembers": _add,
    "changeSpaceRole": _role,
    "removeSpaceMember": _remove,
    "joinSpace": _of_space,
    "leaveSpace": _of_space,
    "answerJoinRequest": _answer_request,
    "moveToSpace": _move,
    "askQuestion": _ask,
    "answerQuestion": _reply,
    "addComment": _comment,
    "editComment": _edit_comment,
    "resolveThread": _resolve,
    "deleteComment": _delete_comment,
    "castVote": _vote,
    "setWatchLevel": _watch,
    "react": _react,
    "removeReaction": _react,
    "acceptAnswer": _accept,
    "unacceptAnswer": _accept,
    "editQuestion": _edit_question,
    "editAnswer": _edit_answer,
    "closeQuestion": _close,
    "reopenQuestion": _reopen,
    "mergeQuestion": _merge_question,
    "saveAnswerAsWikiPage": _keep,
    "createWikiPage": _write,
    "importWikiPages": _import,
    "editWikiPage": _edit,
    "mergeWikiEdit": _merge,
    "restoreWikiRevision": _restore,
    "moveWikiPage": _move_page,
    "verifyWikiPage": _page,
    "deleteWikiPage": _page,
    "createWikiDraft": _draft,
    "setWikiApproval": _approval,
    "requestWikiReview": _proposed,
    "approveWikiEdit": _proposed,
    "rejectWikiEdit": _reject,
    "withdrawWikiEdit": _proposed,
    "reportContent": _report,
    "claimModerationItem": _claim,
    "decideModerationItem": _decide,
    "setSlowMode": _slow,
    "lockContent": _lock,
    "unlockContent": _unlock,
    "createPoll": _new_poll,
    "voteInPoll": _vote_in_poll,
    "closePoll": _close_poll,
    "createPrompt": _new_prompt,
    "editPrompt": _edit_prompt,
    "schedulePrompt": _schedule_prompt,
    "askPrompt": _ask_prompt,
    "createQuestionCampaign": _new_campaign,
    "endQuestionCampaign": _end_campaign,
    "submitIdea": _submit_idea,
    "voteIdea": _vote_idea,
    "setIdeaStatus": _idea_status,
    "mergeIdea": _merge_idea,
    "createBlogPost": _new_post,
    "editBlogPost": _edit_post,
    "publishBlogPost": _publish_post,
    "withdrawBlogPost": _post,
    "deleteBlogPost": _post,
    "acknowledgeBlogPost": _acknowledge_post,
}
