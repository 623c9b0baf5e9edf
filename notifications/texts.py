"""The sentences of notifications in the languages of the product."""

from notifications.documents import NotificationKind

K = NotificationKind

FALLBACK = "en"

TEXTS: dict[str, dict[NotificationKind, str]] = {
    "en": {
        K.ASSIGNED: "Case {subject} was assigned to you.",
        K.MENTIONED: "You were mentioned in {subject}.",
        K.QUESTION_INVITED: "Your answer is asked for: {subject}",
        K.ANSWERED: "There is an answer to {subject}.",
        K.CLOCK_WARNING: "Case {subject} needs a reply soon.",
        K.CLOCK_BREACHED: "Case {subject} has waited too long.",
        K.CLOCK_ESCALATED: "Case {subject} is late and still not answered: please step in.",
        K.DRAFT_SUBMITTED: "A reply in case {subject} waits for your review.",
        K.DRAFT_REVIEWED: "Your reply in case {subject} was released.",
        K.INFORMATION_REQUESTED: "The agency asks for information in case {subject}.",
        K.INFORMATION_ANSWERED: "The company gave the information for case {subject}.",
        K.PLAN_STEP_OVERDUE: "A step to win a prospect is late: {subject}.",
        K.INFORMATION_OVERDUE: "The agency still waits for information in case {subject}.",
        K.SNOOZE_ENDED: "Case {subject} is there again.",
        K.CASE_STUCK: "Case {subject} does not come on: its step has stood for too long.",
        K.NOT_ASSIGNED: "There is nobody to give case {subject} to.",
        K.COVERAGE_GAP: "In the next 24 hours nobody covers {subject} for a time.",
        K.SHIFT_PLANNED: "You have a shift: {subject}",
        K.ANSWER_MISSING: "The answer bank still has no answer for case {subject}: yours is asked for.",
        K.ANSWER_OVERDUE: "Case {subject} asks what the answer bank has not known for 24 hours: please step in.",
        K.LISTENING_ALERT: "Much more than usual is said about {subject}.",
    },
    "tr": {
        K.ASSIGNED: "{subject} vakası size atandı.",
        K.MENTIONED: "{subject} içinde sizden söz edildi.",
        K.QUESTION_INVITED: "Yanıtınız bekleniyor: {subject}",
        K.ANSWERED: "{subject} sorusuna yanıt geldi.",
        K.CLOCK_WARNING: "{subject} vakası kısa süre içinde yanıt bekliyor.",
        K.CLOCK_BREACHED: "{subject} vakası çok uzun süredir bekliyor.",
        K.CLOCK_ESCALATED: "{subject} vakası gecikti ve hâlâ yanıtlanmadı: lütfen devreye girin.",
        K.DRAFT_SUBMITTED: "{subject} vakasındaki bir yanıt incelemenizi bekliyor.",
        K.DRAFT_REVIEWED: "{subject} vakasındaki yanıtınız yayımlandı.",
        K.INFORMATION_REQUESTED: "Ajans {subject} vakası için bilgi istiyor.",
        K.INFORMATION_ANSWERED: "Şirket {subject} vakası için bilgi verdi.",
        K.PLAN_STEP_OVERDUE: "Aday müşteri için bir adım gecikti: {subject}.",
        K.INFORMATION_OVERDUE: "Ajans {subject} vakası için hâlâ bilgi bekliyor.",
        K.SNOOZE_ENDED: "{subject} vakası yeniden önünüzde.",
        K.CASE_STUCK: "{subject} vakası ilerlemiyor: bulunduğu adım çok uzun süredir bekliyor.",
        K.NOT_ASSIGNED: "{subject} vakasını üstlenecek kimse yok.",
        K.COVERAGE_GAP: "Önümüzdeki 24 saatin bir bölümünde {subject} için kimse yok.",
        K.SHIFT_PLANNED: "Bir vardiyanız var: {subject}",
        K.ANSWER_MISSING: "Yanıt bankasında {subject} vakasının yanıtı hâlâ yok: sizinki bekleniyor.",
        K.ANSWER_OVERDUE: "{subject} vakasının yanıtı 24 saattir bulunamadı: lütfen devreye girin.",
        K.LISTENING_ALERT: "{subject} hakkında her zamankinden çok daha fazla konuşuluyor.",
    },
    "fa": {
        K.ASSIGNED: "پروندهٔ {subject} به شما سپرده شد.",
        K.MENTIONED: "در {subject} از شما نام برده شد.",
        K.QUESTION_INVITED: "پاسخ شما خواسته شده است: {subject}",
        K.ANSWERED: "به {subject} پاسخ داده شد.",
        K.CLOCK_WARNING: "پروندهٔ {subject} به‌زودی به پاسخ نیاز دارد.",
        K.CLOCK_BREACHED: "پروندهٔ {subject} بیش از اندازه منتظر مانده است.",
        K.CLOCK_ESCALATED: "پروندهٔ {subject} دیر شده و هنوز بی‌پاسخ است: لطفاً وارد عمل شوید.",
        K.DRAFT_SUBMITTED: "پاسخی در پروندهٔ {subject} منتظر بررسی شماست.",
        K.DRAFT_REVIEWED: "پاسخ شما در پروندهٔ {subject} منتشر شد.",
        K.INFORMATION_REQUESTED: "آژانس دربارهٔ پروندهٔ {subject} اطلاعات می‌خواهد.",
        K.INFORMATION_ANSWERED: "شرکت دربارهٔ پروندهٔ {subject} اطلاعات داد.",
        K.PLAN_STEP_OVERDUE: "گامی برای جذب مشتری احتمالی دیر شده است: {subject}.",
        K.INFORMATION_OVERDUE: "آژانس هنوز منتظر اطلاعات پروندهٔ {subject} است.",
        K.SNOOZE_ENDED: "پروندهٔ {subject} دوباره پیش روی شماست.",
        K.CASE_STUCK: "پروندهٔ {subject} پیش نمی‌رود: گام کنونی آن بیش از اندازه مانده است.",
        K.NOT_ASSIGNED: "کسی نیست که پروندهٔ {subject} به او سپرده شود.",
        K.COVERAGE_GAP: "در ۲۴ ساعت آینده زمانی هست که کسی برای {subject} نیست.",
        K.SHIFT_PLANNED: "شما یک شیفت دارید: {subject}",
        K.ANSWER_MISSING: "بانک پاسخ هنوز پاسخی برای پروندهٔ {subject} ندارد: پاسخ شما خواسته شده است.",
        K.ANSWER_OVERDUE: "۲۴ ساعت است که پاسخ پروندهٔ {subject} پیدا نشده است: لطفاً وارد عمل شوید.",
        K.LISTENING_ALERT: "دربارهٔ {subject} بسیار بیش از همیشه گفته می‌شود.",
    },
}


def sentence(kind: NotificationKind, locales: list[str], subject: str) -> str:
    """Say it in the first of the member's languages that the product speaks, else in English."""
    language = next((locale[:2] for locale in locales if locale[:2] in TEXTS), FALLBACK)
    return TEXTS[language][kind].format(subject=f"“{subject}”")
