"""The enums of the staff schema: the domain's own, with a description for each value."""

from enum import StrEnum

from auth.actor import Role
from care.cases.clocks import ClockStatus
from care.documents.answer_bank import AnswerBankStatus
from care.documents.case_states import CaseOrigin, CaseStatus, Priority
from care.documents.channels import ChannelKind, Environment
from care.documents.consultations import ConsultationStatus
from care.documents.conversations import ContactKind, DeliveryStatus, Direction, SentimentLabel, Visibility
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.documents.information import InformationStatus
from care.documents.obligations import ObligationKind
from care.reading.selection import CaseOrderField
from care.reports.grouping import ReportDimension
from care.reports.hand_offs import HandOffStage
from coaching.documents import DraftReviewStatus
from community.documents import Availability, CloseReason, EvidenceKind, QuestionStatus
from community.reading import QuestionOrder
from community.votes import VoteValue
from community.wiki.revisions import HunkKind
from schema.enums import told
from schema.staff.notification_kinds import NotificationKind

__all__ = [
    "AnswerBankStatus",
    "Availability",
    "CaseOrderField",
    "CaseOrigin",
    "CaseStatus",
    "ChannelKind",
    "ClockStatus",
    "CloseReason",
    "ConsultationStatus",
    "ContactKind",
    "CycleOutcome",
    "DeliveryStatus",
    "Direction",
    "DraftReviewStatus",
    "Environment",
    "EventTopic",
    "EvidenceKind",
    "FoundKind",
    "HandOffStage",
    "HunkKind",
    "InformationStatus",
    "NotificationKind",
    "ObligationKind",
    "Priority",
    "QuestionOrder",
    "QuestionStatus",
    "ReportDimension",
    "ResolutionStep",
    "Role",
    "SentimentLabel",
    "Visibility",
    "VoteValue",
]


told(
    Role,
    "What a member is for; a member may hold several.",
    AGENT="Front office: answers customers.",
    EXPERT="Back office: answers the front office's questions.",
    MENTOR="Front office, and reviews what trainees write.",
    TRAINEE="Front office, whose public replies wait for a mentor.",
    AGENCY="An agency's person, limited to the channels they were given.",
    MANAGER="Front office, and sees reports and overrides.",
    HR="Looks after members and their skills; sees no customers.",
    ADMIN="May do everything.",
)
told(
    Availability,
    "Whether a member can be asked now.",
    ONLINE="There, and can be asked.",
    BUSY="There, but in the middle of something.",
    OFFLINE="Not there.",
)
told(
    CaseStatus,
    "Where a case stands.",
    NEW="Nobody has answered the customer yet.",
    OPEN="Being worked on.",
    PENDING="Waits for the customer.",
    SNOOZED="Put aside until later.",
    RESOLVED="The company has done its part; waits for the customer's verdict or the closing.",
    CLOSED="Done.",
)
told(
    ReportDimension,
    "What the cases of a report are grouped by.",
    CHANNEL="The channel they came in by.",
    CHANNEL_KIND="The kind of channel they came in by.",
    MEMBER="Who works on them.",
    DEPARTMENT="The department of who works on them.",
    PRIORITY="How urgent they are.",
    DAY="The day on which they were opened, in UTC.",
    HOUR="The hour of the day at which they were opened, in UTC.",
)
told(
    InformationStatus,
    "Where a request for information stands.",
    ASKED="Nobody has taken it up yet.",
    TAKEN="Somebody of the company looks after it.",
    ANSWERED="The information was given.",
    CANCELLED="The case was closed before.",
)
told(
    HandOffStage,
    "The stations of a case between agency, front office, back office and customer, in order.",
    PICK_UP="From the opening until somebody takes the case up.",
    AGENCY_ASKS="From then until an agency first asks the company for information.",
    FRONT_OFFICE_TAKES="From an agency's request until somebody of the company takes it up.",
    FRONT_OFFICE_ANSWERS="From then until the information is given.",
    EXPERTS_ASKED="From when the case was taken up until experts are first consulted.",
    EXPERTS_ANSWER="From a consultation until its first answer.",
    ANSWER_ACCEPTED="From then until an answer is accepted.",
    DEPARTMENT_TAKES="From handing a case over to another department until somebody took it up there.",
    REPLY="From the last of all these before it until the first reply to the customer.",
    TOTAL="From the opening until the first reply to the customer.",
)
told(CaseOrigin, "Who began.", CUSTOMER="The customer came to the company.", COMPANY="The company reached out.")
told(
    Priority,
    "How urgent a case is.",
    LOW="Can wait.",
    MEDIUM="The usual.",
    HIGH="Before the usual.",
    URGENT="Before everything else.",
)
told(
    ResolutionStep,
    "The six steps of answering a complaint, in order.",
    CONTACT="Contact the customer, thank and apologise.",
    ASSURE="Assure the customer that it will be dealt with.",
    VERIFY="Verify what happened.",
    SOLVE="Solve the problem.",
    FEEDBACK="Tell the customer what was done.",
    CONFIRM="Confirm that the customer is satisfied.",
)
told(
    CycleOutcome,
    "How a cycle of the six steps ended.",
    SATISFIED="It helped.",
    UNSATISFIED="It did not help: the next cycle starts.",
    NO_ANSWER="The customer stayed silent.",
    OVERRIDDEN="A supervisor decided that it is over.",
)
told(
    ClockStatus,
    "How a clock stands.",
    RUNNING="Awaited, and there is still time.",
    PAUSED="Stands while it is the customer's turn.",
    MET="Done in time.",
    BREACHED="Not done in time; stays so when it is done later.",
    NOT_APPLICABLE="Nothing is awaited.",
)
told(
    ChannelKind,
    "The kind of place where customers speak.",
    X="X, formerly Twitter.",
    FACEBOOK="A Facebook page: its comments, and Messenger.",
    MESSENGER="Messenger alone.",
    INSTAGRAM="Instagram: comments and messages.",
    WHATSAPP="WhatsApp.",
    LINKEDIN="LinkedIn.",
    TELEGRAM="Telegram.",
    EMAIL="E-mail.",
    PHONE="Telephone.",
    LETTER="Letters on paper.",
    WEB_FORM="A form on a web page.",
    PORTAL="The customers' portal of this product.",
    GENERIC="Any other, over the generic hook.",
)
told(
    ContactKind,
    "How somebody and the company spoke outside of any machine.",
    PHONE="By telephone.",
    LETTER="By letter.",
    IN_PERSON="Face to face.",
)
told(
    Visibility,
    "Who can see what is said.",
    PUBLIC="Everybody.",
    PRIVATE="The customer and the company.",
    INTERNAL="The company alone.",
)
told(
    Direction,
    "Which way a message goes.",
    name="MessageDirection",
    INBOUND="From the customer.",
    OUTBOUND="From the company; internal notes too.",
)
told(
    DeliveryStatus,
    "How far a message of the company's has come.",
    QUEUED="On its way out.",
    HELD_FOR_REVIEW="Waits for a mentor; nothing has left.",
    SCHEDULED="Waits for its time; nothing has left, and it can be taken back.",
    SENT="Taken by the channel.",
    DELIVERED="Arrived at the customer's.",
    READ="Read by the customer.",
    FAILED="Could not be delivered, and is not tried again.",
)
told(
    SentimentLabel,
    "The mood of a message.",
    POSITIVE="Pleased.",
    NEUTRAL="Neither.",
    NEGATIVE="Displeased.",
)
told(
    ObligationKind,
    "What the company owes a customer.",
    CONTACT_DETAILS="To use the contact details that it asked for.",
    FOLLOW_UP="To come back to the customer.",
    CALL_BACK="To call the customer.",
    PUBLIC_CLOSING="To tell in public, where the complaint began, that it was solved.",
)
told(
    ConsultationStatus,
    "Where a consultation stands.",
    WAITING="Asked; no answer yet.",
    DECLINED="Everybody who was asked said no.",
    ANSWERED="There is an answer.",
    OVERDUE="No answer came in time; one is still welcome.",
    CANCELLED="No longer needed.",
)
told(
    QuestionStatus,
    "Where a question stands.",
    OPEN="No answer yet.",
    ANSWERED="There are answers, none of them accepted.",
    SOLVED="An answer was accepted.",
    CLOSED="Takes no more answers.",
)
told(
    CloseReason,
    "Why a question takes no more answers.",
    DUPLICATE="It was asked before.",
    OFF_TOPIC="It does not belong here.",
    ANSWERED_ELSEWHERE="The answer stands somewhere else, such as in the wiki.",
    OUTDATED="It is about what is no more.",
    UNCLEAR="Nobody can tell what is asked.",
    OTHER="For the reason that the note gives.",
)
told(
    AnswerBankStatus,
    "Whether an answer of the bank can be relied on.",
    DRAFT="Waits for approval.",
    APPROVED="Approved, and within its review date.",
    EXPIRED="Past its review date.",
    ARCHIVED="Taken out of use; an edit brings it back.",
)
told(
    Environment,
    "Whether something is real.",
    LIVE="The world.",
    PRACTICE="For learners; never leaves the house.",
)
told(
    EvidenceKind,
    "What shows that somebody knows something.",
    ACCEPTED_ANSWER="An answer of theirs was accepted.",
    ANSWER="They answered.",
    WIKI_EDIT="They wrote about it.",
    VERIFICATION="They vouch for a page about it.",
    ENDORSEMENT="A colleague says so.",
    SKILL="It is among their skills.",
    CASE_SOLVED="They helped to solve a case about it.",
)


class FoundKind(StrEnum):
    """What can be searched for."""

    CASE = "CASE"
    QUESTION = "QUESTION"
    WIKI_PAGE = "WIKI_PAGE"
    BLOG_POST = "BLOG_POST"
    IDEA = "IDEA"
    INSIGHT = "INSIGHT"
    MEMBER = "MEMBER"
    ANSWER_BANK_ENTRY = "ANSWER_BANK_ENTRY"


class EventTopic(StrEnum):
    """What an event is about."""

    INBOX = "INBOX"
    CASE = "CASE"
    QUESTION = "QUESTION"
    NOTIFICATIONS = "NOTIFICATIONS"
    WIKI = "WIKI"
    DRAFT_REVIEWS = "DRAFT_REVIEWS"
    INSIGHTS = "INSIGHTS"
    POSTS = "POSTS"
    IDEAS = "IDEAS"


told(
    CaseOrderField,
    "What cases are ordered by.",
    OPENED_AT="When they were opened.",
    UPDATED_AT="When something was last done.",
    FIRST_RESPONSE_DUE_AT="When the customer must have a first answer; cases that have one come last.",
    ANSWER_DUE_AT="When the customer must have an answer, the first or a later one; those who wait for none come last.",
    SEVERITY="How grave they are.",
    REACH="How many people see them; unknown counts as fewest.",
    NUMBER="Their number.",
)
told(
    QuestionOrder,
    "What questions are ordered by.",
    name="QuestionOrderField",
    CREATED_AT="When they were asked.",
    UPDATED_AT="When they or their answers last changed.",
    SCORE="Votes for minus votes against.",
)
told(VoteValue, "A vote.", UP="For.", DOWN="Against.", NONE="Neither: takes a vote back.")
told(
    FoundKind,
    "What can be searched for.",
    name="SearchKind",
    CASE="Cases with their messages.",
    QUESTION="Questions with their answers.",
    WIKI_PAGE="Pages of the wiki.",
    BLOG_POST="Posts of the blog.",
    IDEA="Ideas.",
    INSIGHT="Insights: what was learned.",
    MEMBER="Members, by name, department and skills.",
    ANSWER_BANK_ENTRY="Answers of the answer bank.",
)
told(
    DraftReviewStatus,
    "Where a mentor's review of a reply stands.",
    PENDING="Waits for a mentor.",
    APPROVED="The reply was let go.",
    RETURNED="Sent back with feedback.",
    SUPERSEDED="Somebody else answered the customer first.",
    WITHDRAWN="Taken back by its author.",
)
told(
    HunkKind,
    "What became of a run of lines.",
    name="DiffHunkKind",
    SAME="They stayed.",
    ADDED="They are new.",
    REMOVED="They are gone.",
)
told(
    EventTopic,
    "What an event is about.",
    INBOX="The list of cases.",
    CASE="One case.",
    QUESTION="One question.",
    NOTIFICATIONS="The viewer's notifications.",
    WIKI="A page of the wiki.",
    DRAFT_REVIEWS="Replies that wait for review.",
    INSIGHTS="What was learned.",
    POSTS="A post of the blog.",
    IDEAS="An idea.",
)
