"""The texts of the templates that the product brings along: a policy and a procedure in three languages."""

from types import MappingProxyType
from typing import Final

from community.procedures.documents import GuidelineKind

K = GuidelineKind

POLICY_TR: Final = {
    "purpose": (
        "Amaç",
        "Sosyal ağlarda şirket adına konuşan herkes aynı sözü verir: **dinleriz, doğruyu söyleriz, sonuna kadar ilgileniriz.**",
    ),
    "scope": ("Kapsam", "Şirket adına ya da şirketi anarak sosyal ağlarda yazan bütün çalışanlar, ajanslar dahil."),
    "rules": (
        "Kurallar",
        (
            "- Kim olduğunuzu söyleyin.\n- Kişisel bilgileri açıkta istemeyin ve yazmayın.\n- Bilmediğinizi söylemeyin; sorun ve"
            " ne zaman döneceğinizi belirtin.\n- Kırıcı söze kırıcı sözle karşılık vermeyin."
        ),
    ),
    "risks": (
        "Riskler",
        "İtibar kaybı, kişisel verilerin açığa çıkması, yanlış bilgi, sahte hesaplar. Her biri risk kaydında izlenir.",
    ),
    "escalation": ("Yükseltme", "Kaygınızı gizlice bildirebilirsiniz; üç gün içinde kimse ilgilenmezse yöneticilere iletilir."),
    "review": ("Gözden geçirme", "Bu politika yılda en az bir kez ve her ciddi olaydan sonra gözden geçirilir."),
}
POLICY_FA: Final = {
    "purpose": (
        "هدف",
        "هر کس در شبکه‌های اجتماعی از سوی شرکت سخن می‌گوید همان قول را می‌دهد: **گوش می‌دهیم، راست می‌گوییم و تا پایان می‌مانیم.**",
    ),
    "scope": ("دامنه", "همهٔ کارکنان و آژانس‌هایی که از سوی شرکت یا با نام آن در شبکه‌های اجتماعی می‌نویسند."),
    "rules": (
        "قواعد",
        (
            "- بگویید که هستید.\n- اطلاعات شخصی را آشکارا نخواهید و ننویسید.\n- آنچه نمی‌دانید نگویید؛ بپرسید و بگویید کی"
            " پاسخ می‌دهید.\n- تندی را با تندی پاسخ ندهید."
        ),
    ),
    "risks": (
        "خطرها",
        "آسیب به اعتبار، آشکار شدن داده‌های شخصی، اطلاعات نادرست، حساب‌های جعلی. هر یک در فهرست خطرها پیگیری می‌شود.",
    ),
    "escalation": ("ارجاع", "نگرانی خود را محرمانه بگویید؛ اگر تا سه روز کسی به آن نپردازد به مدیران ارجاع می‌شود."),
    "review": ("بازنگری", "این خط‌مشی دست‌کم سالی یک بار و پس از هر رویداد جدی بازنگری می‌شود."),
}
POLICY_EN: Final = {
    "purpose": (
        "Purpose",
        "Whoever speaks for the company makes the same promise: **we listen, we tell the truth, we see it through.**",
    ),
    "scope": ("Scope", "Everybody who writes for the company or names it in social networks, agencies among them."),
    "rules": (
        "Rules",
        (
            "- Say who you are.\n- Neither ask for nor write personal details in public.\n- Do not say what you do not know; ask,"
            " and tell when you will be back.\n- Never answer an insult with an insult."
        ),
    ),
    "risks": (
        "Risks",
        "Damage to reputation, personal data in public, wrong information, false accounts. Each stands in the risk register.",
    ),
    "escalation": (
        "Escalation",
        "Tell of a concern in confidence; if nobody looks after it within three days it goes to the administrators.",
    ),
    "review": ("Review", "This policy is looked at again at least once a year and after each grave incident."),
}
PROCEDURE_TR: Final = {
    "purpose": ("Amaç", "Açıkta yazılan bir şikâyeti müşterinin memnuniyetine kadar götürmek."),
    "scope": ("Kapsam", "Bağlı bütün kanallarda şirket hakkında yazılan şikâyetler."),
    "roles": (
        "Görevler",
        "Temsilci yanıtlar, uzman bilgi verir, mentor yenilerin yanıtını gözden geçirir, yönetici geciken işi üstlenir.",
    ),
    "steps": (
        "Adımlar",
        (
            "1. Kişiyle iletişime geçin, ayrıntıyı öğrenin.\n2. Düzeltileceğini söyleyin.\n3. Eleştirinin doğruluğunu"
            " inceleyin.\n4. Çözüm üretin.\n5. Müşteriye dönün.\n6. Memnun değilse baştan başlayın."
        ),
    ),
    "crm": ("Müşteri kaydı", "Her şikâyet bir vakadır; müşterinin sözü ya da kayıtlı bir neden olmadan kapatılmaz."),
    "escalation": ("Yükseltme", "İlk yanıt 30 dakika içinde verilir; geciken vaka önce sorumluya, sonra yöneticiye bildirilir."),
    "measures": ("Ölçüler", "İlk yanıt süresinin ortancası ve yüzde doksanı, yeniden açılan vakalar, memnun müşterilerin payı."),
}
PROCEDURE_FA: Final = {
    "purpose": ("هدف", "رساندن شکایتی که آشکارا نوشته شده تا رضایت مشتری."),
    "scope": ("دامنه", "شکایت‌هایی که در همهٔ کانال‌های متصل دربارهٔ شرکت نوشته می‌شود."),
    "roles": (
        "نقش‌ها",
        "کارشناس پاسخ می‌دهد، متخصص اطلاعات می‌دهد، مربی پاسخ تازه‌واردان را می‌بیند و مدیر کار دیرشده را بر عهده می‌گیرد.",
    ),
    "steps": (
        "گام‌ها",
        (
            "۱. با فرد تماس بگیرید و جزئیات را بپرسید.\n۲. بگویید که درست می‌شود.\n۳. درستی انتقاد را بررسی کنید.\n۴. راه‌حل"
            " بیابید.\n۵. به مشتری خبر دهید.\n۶. اگر راضی نبود از نو آغاز کنید."
        ),
    ),
    "crm": ("پروندهٔ مشتری", "هر شکایت یک پرونده است و بی سخن مشتری یا دلیلی ثبت‌شده بسته نمی‌شود."),
    "escalation": ("ارجاع", "نخستین پاسخ در ۳۰ دقیقه داده می‌شود؛ پروندهٔ دیرشده نخست به مسئول و سپس به مدیر گفته می‌شود."),
    "measures": ("سنجه‌ها", "میانه و صدک نودم زمان نخستین پاسخ، پرونده‌های بازگشوده و سهم مشتریان راضی."),
}
PROCEDURE_EN: Final = {
    "purpose": ("Purpose", "To bring a complaint that was made in public to the satisfaction of the customer."),
    "scope": ("Scope", "Complaints about the company in all connected channels."),
    "roles": (
        "Roles",
        "An agent answers, an expert tells what is known; mentors look at newcomers' replies; a manager takes late cases.",
    ),
    "steps": (
        "Steps",
        (
            "1. Contact the person and learn the details.\n2. Assure them that it will be put right.\n3. Check whether the"
            " criticism is true.\n4. Find a solution.\n5. Tell the customer.\n6. If they are not satisfied, begin anew."
        ),
    ),
    "crm": ("Customer record", "Each complaint is a case; none is closed without the customer's word or a recorded reason."),
    "escalation": (
        "Escalation",
        "The first reply comes within 30 minutes; a late case is told to who works on it, then to a manager.",
    ),
    "measures": (
        "Measures",
        "Median and ninetieth percentile of the time to the first reply, reopened cases, the share of satisfied customers.",
    ),
}

TEMPLATES: Final = MappingProxyType(
    {
        (K.POLICY, "tr"): ("Sosyal medya politikası", POLICY_TR),
        (K.POLICY, "fa"): ("خط‌مشی شبکه‌های اجتماعی", POLICY_FA),
        (K.POLICY, "en"): ("Social media policy", POLICY_EN),
        (K.PROCEDURE, "tr"): ("Açık şikâyetlerin çözümü", PROCEDURE_TR),
        (K.PROCEDURE, "fa"): ("رسیدگی به شکایت‌های آشکار", PROCEDURE_FA),
        (K.PROCEDURE, "en"): ("Resolving public complaints", PROCEDURE_EN),
    }
)
"""Title and sections (key to heading and text) by kind and language."""
