"""The words of e-mails to customers, in the languages of the product."""

from dataclasses import dataclass
from typing import Final

from community.notices.documents import NoticeKind
from notifications.letters.documents import LetterTopic

K = NoticeKind


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """The words of one language; `told` says what each notice says, of requests with `{number}` before the `{title}`."""

    told: dict[NoticeKind, str]
    several: str
    note: str
    stop: dict[LetterTopic, str]
    stop_all: str
    stopped: str


CUSTOMER_WORDS: Final[dict[str, CustomerWords]] = {
    "en": CustomerWords(
        told={
            K.REQUEST_ANSWERED: "There is an answer to your request #{number}: “{title}”",
            K.QUESTION_PUBLISHED: "Everybody can read your question now: “{title}”",
            K.QUESTION_ANSWERED: "There is an answer to your question: “{title}”",
            K.ANSWER_PUBLISHED: "Everybody can read your answer to this question now: “{title}”",
            K.ANSWER_DECLINED: "Your answer to this question was not published; why stands there: “{title}”",
            K.IDEA_ANSWERED: "It was decided what becomes of this idea: “{title}”",
            K.OUTCOME_PUBLISHED: "Something was done upon what you said: “{title}”",
        },
        several="{total} pieces of news for you",
        note="Please answer in the portal: nobody reads answers to this e-mail.",
        stop={
            LetterTopic.REQUESTS: "No more e-mails about my requests",
            LetterTopic.COMMUNITY: "No more e-mails about questions, answers and ideas",
        },
        stop_all="No more e-mails at all",
        stopped="You get no more of these e-mails. In the portal you can choose otherwise at any time.",
    ),
    "tr": CustomerWords(
        told={
            K.REQUEST_ANSWERED: "#{number} numaralı talebinize yanıt var: “{title}”",
            K.QUESTION_PUBLISHED: "Sorunuzu artık herkes okuyabilir: “{title}”",
            K.QUESTION_ANSWERED: "Sorunuza yanıt var: “{title}”",
            K.ANSWER_PUBLISHED: "Bu soruya yanıtınızı artık herkes okuyabilir: “{title}”",
            K.ANSWER_DECLINED: "Bu soruya yanıtınız yayımlanmadı; nedeni orada yazıyor: “{title}”",
            K.IDEA_ANSWERED: "Bu fikir hakkında karar verildi: “{title}”",
            K.OUTCOME_PUBLISHED: "Söyledikleriniz üzerine bir şey yapıldı: “{title}”",
        },
        several="Sizin için {total} haber",
        note="Lütfen portaldan yanıtlayın: bu e-postaya gelen yanıtlar okunmaz.",
        stop={
            LetterTopic.REQUESTS: "Taleplerim hakkında e-posta gönderme",
            LetterTopic.COMMUNITY: "Sorular, yanıtlar ve fikirler hakkında e-posta gönderme",
        },
        stop_all="Hiç e-posta gönderme",
        stopped="Bu e-postaları artık almayacaksınız. Portalda bunu her zaman değiştirebilirsiniz.",
    ),
    "fa": CustomerWords(
        told={
            K.REQUEST_ANSWERED: "به درخواست شمارهٔ {number} شما پاسخ داده شد: «{title}»",
            K.QUESTION_PUBLISHED: "اکنون همه می‌توانند پرسش شما را بخوانند: «{title}»",
            K.QUESTION_ANSWERED: "به پرسش شما پاسخ داده شد: «{title}»",
            K.ANSWER_PUBLISHED: "اکنون همه می‌توانند پاسخ شما به این پرسش را بخوانند: «{title}»",
            K.ANSWER_DECLINED: "پاسخ شما به این پرسش منتشر نشد؛ دلیلش همان‌جا نوشته شده است: «{title}»",
            K.IDEA_ANSWERED: "دربارهٔ این ایده تصمیم گرفته شد: «{title}»",
            K.OUTCOME_PUBLISHED: "بر پایهٔ گفته‌های شما کاری انجام شد: «{title}»",
        },
        several="{total} خبر برای شما",
        note="لطفاً در پرتال پاسخ دهید: پاسخ به این ایمیل خوانده نمی‌شود.",
        stop={
            LetterTopic.REQUESTS: "دیگر دربارهٔ درخواست‌هایم ایمیل نفرست",
            LetterTopic.COMMUNITY: "دیگر دربارهٔ پرسش‌ها، پاسخ‌ها و ایده‌ها ایمیل نفرست",
        },
        stop_all="دیگر هیچ ایمیلی نفرست",
        stopped="دیگر این ایمیل‌ها را نمی‌گیرید. در پرتال هر زمان می‌توانید آن را تغییر دهید.",
    ),
}
