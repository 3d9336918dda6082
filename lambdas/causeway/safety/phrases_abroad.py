"""The most common phrases of people who instruct a model, in other languages: to ignore instructions, to show them, to be another.

European languages are matched with a command at the beginning of a clause, as in `phrases`; in the others the words are enough.
"""

_BEGIN = (
    r"(?:^|[.!?:;,\n\"'“”„«»‘’(>*#\]}¡¿—–-] ?|\b(?:bitte|jetzt|nun|und|dann|aber|s'il (?:te|vous) plaît|maintenant|et|puis|mais|por favor|ahora|y|"
    r"pero|agora|e|mas|per favore|adesso|ora|ma|alsjeblieft|alstublieft|nu|en|maar|пожалуйста|теперь|и|proszę|teraz|lütfen|şimdi|ve|vänligen|"
    r"nu|och|du sollst|du musst|sie müssen|tu dois|vous devez|debes|deves|devi|je moet|you must) )"
)
_GAP, _NOT = r"[^.!?]{0,40}?", r"(?! (?:nicht|pas|niet|non|not|inte|ikke|не|nie)\b)"
# verb, noun
_OVERRIDE = (
    (  # German
        r"ignoriere?n? sie|ignorieren? sie|ignorier(?:e|t)?|vergiss|vergesst|vergessen sie|missachte[nt]?(?: sie)?|übergehe?|umgehe|überschreibe",
        r"(?:anweisung|instruktion|regel|vorgabe|befehl|anleitung|richtlinie|prompt|einschränkung|direktive)\w*",
    ),
    (  # French
        r"ignore[rz]?|oublie[rz]?|néglige[rz]?|fai(?:s|tes) abstraction (?:de|des)|ne ti(?:ens|enne|enez) pas compte (?:de|des)|contourne[rz]?|annule[rz]?|laisse[rz]? tomber|passe[rz]? outre",
        r"(?:instructions?|consignes?|règles?|directives?|ordres?|invites?|prompts?|indications|restrictions|page web|fonction|données)",
    ),
    (  # Spanish
        r"ignor[aáe](?:d|n|s)?|olvid[aáe](?:d|n|te)?|omit[ae]|descart[ae]|desobedece|pas[ae] por alto|no (?:sigas|hagas caso)|haz caso omiso(?: de| a)?|salt[ae]",
        r"(?:instruccion(?:es)?|instrucción|reglas?|indicaciones|órdenes|directrices|normas|directivas|restricciones|página web|todo lo anterior)",
    ),
    (  # Portuguese
        r"ignor[ea]m?|esque[çc][ae]m?(?: d?as| tod\w+)?|desconsider[ea]m?|desrespeite|descart[ea]|não (?:siga|obedeça)|pul[ea]",
        r"(?:instruç(?:ões|ão)|regras?|orientações|diretrizes|ordens|comandos|indicações|restrições|tudo (?:o que|acima))",
    ),
    (  # Italian
        r"ignor[aio](?:te)?|dimentica(?:te|ti)?|dimentichi|trascura(?:te)?|tralascia|non (?:seguire|considerare)|scarta|bypassa|disobbedisci",
        r"(?:istruzion[ei]|regol[ea]|direttiv[ea]|ordini|indicazioni|comandi|linee guida|restrizioni|prompt)",
    ),
    (  # Dutch
        r"negeer|negeert|vergeet|veronachtzaam|omzeil|sla .{0,10}over|houd geen rekening met|volg .{0,20}niet",
        r"(?:instructies?|regels?|aanwijzingen|opdrachten|richtlijnen|voorschriften|prompts?|beperkingen)",
    ),
    (  # Russian, Ukrainian
        r"игнориру(?:й|йте)|проигнорируй(?:те)?|забудь(?:те)?|не обращай(?:те)? внимани[яе] на|отбрось(?:те)?|пренебреги(?:те)?|обойди|ігноруй(?:те)?|забудь(?:те)?",
        r"(?:инструкци|указани|правил|команд|приказ|директив|подсказк|промпт|ограничени|інструкці|вказівк|наказ)\w*",
    ),
    (r"zignoruj|ignoruj|zapomnij|pomiń|odrzuć|nie stosuj się do", r"(?:instrukcj|poleceni?|polece[nń]|zasad|reguł|wytyczn|wskazów)\w*"),
    (
        r"ignorera|glöm|bortse från|strunta i|ignorer|glem|se bort fra|unohda|jätä huomiotta|ohita",
        r"(?:instruktion|anvisning|regl|regel|order|ohje|sään)\w*",
    ),
    (
        r"ignoruj(?:te)?|zapomeň(?:te)?|ignorați|ignoră|uită|hagyd figyelmen kívül|felejtsd el|αγνόησε|αγνοήστε|ξέχασε|ξεχάστε",
        r"(?:pokyn|instrukc|pravid|instrucțiuni|reguli|utasítás|szabály|οδηγί|εντολ|κανόν)\w*",
    ),
)
_SHOW = (
    r"zeige?n?|nenne?n?|verrate?|gib|wie laute[nt]|was (?:ist|sind)|wiederhole?|drucke|montre[rz]?|affiche[rz]?|révèle[rz]?|répète[rz]?|donne[rz]?|"
    r"dis|quel(?:le)?s? (?:est|sont)|imprime[rz]?|muestra|muéstrame|revela|repite|dime|cuál(?:es)? (?:es|son)|imprime|mostra|mostre|revele|repita|diga|"
    r"qual é|quais são|mostrami|rivela|ripeti|dimmi|qual è|quali sono|stampa|toon|laat .{0,10}zien|onthul|herhaal|wat (?:is|zijn)|geef|покажи(?:те)?|"
    r"раскрой(?:те)?|выведи(?:те)?|повтори(?:те)?|скажи|какой|какие|pokaż|ujawnij|powtórz|göster|tekrarla|visa|vis|näytä"
)
_PROMPT = (
    r"(?:system[- ]?prompts?|systemanweisung\w*|systemnachricht|systembefehl\w*|systeminstructies?|prompt (?:du )?système|invite (?:du )?système|instructions (?:du )?système|"
    r"prompt d[eo] sistema|(?:prompt|mensaje|instrucciones|indicaciones) del? sistema|(?:prompt|mensagem|instruções|comando) d[oe] sistema|"
    r"(?:prompt|messaggio|istruzioni) di sistema|систем\w+ (?:промпт|инструкц|сообщени|подсказк)\w*|promptu? systemow\w*|instrukcj\w+ systemow\w+|"
    r"sistem (?:istemi|komutu|talimat)\w*|system(?:prompten|meddelande\w*)|"
    r"(?:deine|ihre|tes|vos|tus|sus|suas|tuas|tue|jouw|je|твои|ваши) (?:ursprünglichen? |versteckten? |geheimen? |geheime )?"
    r"(?:anweisungen|instruktionen|instructions|consignes|instrucciones|instruções|istruzioni|instructies|инструкции)"
    r"(?: (?:initiales|secrètes|cachées|iniciales|ocultas|secretas|iniciais|ocultos|segrete|nascoste|iniziali))?(?= ?(?:[.?!\"']|$)))"
)
_BECOME = (
    r"(?:du bist|sie sind) (?:jetzt|ab jetzt|nun|ab sofort) (?:ein|eine|dan|kein|frei)|ab (?:jetzt|sofort) (?:bist du|antwortest du)|tu es (?:maintenant|désormais) (?:un|une|dan)|"
    r"vous êtes (?:maintenant|désormais) (?:un|une)|(?:ahora|a partir de ahora) eres (?:un|una|dan)|eres ahora (?:un|una|dan)|(?:agora|a partir de agora) (?:você|tu) (?:é|és) (?:um|uma|o)|"
    r"você (?:agora )?é (?:agora )?(?:um|uma) (?:ia|assistente|hacker|modelo)|(?:ora|adesso|d'ora in poi) sei (?:un|una|dan)|je bent (?:nu|vanaf nu) (?:een|dan)|"
    r"(?:теперь ты|ты теперь|вы теперь) \w+|tu jouera?s le rôle|"
    r"(?:tu dich|gib vor|verhalte dich|fais semblant|comporte-toi|finge|actúa como|aja como|fingi|comportati|doe alsof|притворись|действуй как)"
    r"[^.?!]{0,40}(?:ki|ia|ai|assistent\w*|modell?\w*|hacker|dan|бот|модель|sistema|restric\w+|einschränkung\w*|beperkingen|limit\w*|regole|règles|reglas|regras)"
)
_EAST_ASIAN = (
    # Chinese
    r"(?<!可以)(?<!能否)(?<!是否)(?<!应该)(?<!應該)(?<!如何)(?<!怎么)(?<!怎麼)(?<!怎样)(?<!系统)(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會|抛开|不用管|别管|別管|不必遵守|不要遵守|不要遵循|不再遵守|绕过|繞過|停止遵循|请勿遵守)"
    r".{0,20}(?:指令|指示|提示|规则|規則|说明|說明|命令|要求|限制|设定|設定|以上(?:所有)?内容|之前的?(?:所有)?(?:内容|对话))",
    r"(?:系统|系統|初始|隐藏|隱藏)(?:提示|指令|消息|訊息|设定|設定)词?詞?.{0,20}(?:显示|顯示|告诉|告訴|输出|輸出|是什么|是什麼|打印|重复|重複|列出|翻译)|"
    r"(?:显示|顯示|告诉我|告訴我|输出|輸出|打印|重复|重複|透露|泄露|列出|说出|給我|给我).{0,20}(?:系统|系統|初始|隐藏|隱藏|你的|完整)(?:提示|指令|消息|訊息|设定|設定)|"
    r"(?:你现在是|你現在是|从现在开始你|從現在開始你|从现在起|假装你是|假裝你是|扮演)(?!.{0,6}(?:吗|嗎)).{0,30}(?:ai|人工智能|助手|黑客|模型|dan|机器人|機器人|没有(?:任何)?限制|不受)",
    # Japanese
    r"(?:指示|命令|ルール|プロンプト|指令|規則|制約|設定|ガイドライン|内容)[^。？]{0,12}(?:無視し(?:て(?!も|は|い|し|よ|良)|ろ|なさい)|無視せよ|忘れ(?:て(?!も|は|い|し|よ|良)|ろ|なさい)|破って(?!も|は|い|し)|従わない(?:で(?!も)|こと)|破棄して(?!も))|"
    r"^(?:無視して|すべて無視)|[。、.!] ?(?:無視して|すべて忘れて)[、。]?|"
    r"(?:システム|隠し|初期|内部)(?:の)?(?:プロンプト|指示|メッセージ|命令)[^どい]{0,14}(?:表示し(?:て|ろ|なさい)|教えて|見せて|出力し(?:て|ろ)|繰り返して|公開して|開示して|書いて|は何です)|"
    r"(?:あなた|君|きみ|お前)は(?:今|いま|今から|これから|もう).{0,30}(?:ai|アシスタント|モデル|ハッカー|dan|制限|ボット)|制限のない(?:ai|モデル)|になりきって|のふりをして",
    # Korean
    r"(?:지시|명령|규칙|프롬프트|지침|설정|내용|제한)[^.?!]{0,14}(?:무시(?:하고|하세요|하십시오|하라|해라|해 ?주|해줘|해(?= ?[.!,]|$))|잊(?:어라|어줘|어 ?주|고|으세요|어(?= ?[.!,]|$))|따르지 ?마)|"
    r"(?:시스템|초기|숨겨진|비밀) ?(?:프롬프트|지시|명령|메시지|지침)[^.?!]{0,16}(?:보여|알려|출력|공개|반복|말해|뭐|무엇)|"
    r"(?:너는|당신은|넌) (?:이제|지금부터)[^.?!]{0,30}(?:ai|인공지능|해커|모델|dan|제한|비서|챗봇)|인 ?척 ?(?:해|하)",
)
_OTHERS = (
    # Arabic, Persian, Hebrew
    r"(?<!يمكنني )(?<!يمكن )(?<!يجوز )(?<!يجب )(?<!عند )(?:تجاهل|تجاهلي|تجاهلوا|انس|انسَ|إنس|انسى|تخط|تخطَّ|أهمل|لا تتبع).{0,40}(?:تعليمات|التعليمات|أوامر|الأوامر|قواعد|القواعد|توجيهات|التوجيهات|ما سبق)|"
    r"(?:اعرض|أظهر|اظهر|اكشف|اطبع|كرر|أخبرني|اخبرني|ما هي|ما هو).{0,30}(?:موجه|موجّه|تعليمات|رسالة|أوامر|مطالبة) ?(?:ال)?(?:نظام|الخفية|السرية|الأصلية)|"
    r"(?:تعليماتك|أوامرك)(?: (?:السرية|الأصلية|الخفية))?(?= ?[؟.!?]|$)|(?:أنت الآن|تظاهر (?:بأنك|أنك)|تصرف (?:كأنك|كما لو)|من الآن فصاعدا)"
    r".{0,40}(?:ذكاء|نموذج|مساعد|قيود|هاكر|روبوت)|(?:نادیده بگیر|فراموش کن).{0,40}(?:دستور|قوانین)|(?:دستور|قوانین).{0,40}(?:نادیده بگیر|فراموش کن)|"
    r"(?:התעלם|התעלמי|התעלמו|שכח|שכחי|תשכח).{0,40}(?:הוראות|ההוראות|כללים|הכללים|הנחיות|ההנחיות)|(?:הצג|הראה|חשוף|גלה|הדפס).{0,30}(?:הנחיית|הוראות|פרומפט).{0,10}(?:המערכת|מערכת)",
    # Hindi, Bengali, Thai, Vietnamese, Indonesian, Turkish
    r"(?:निर्देश|नियम|आदेश|अनुदेश).{0,20}(?:अनदेखा|अनदेखी|नज़रअंदाज|नजरअंदाज|भूल|उपेक्षा)|सिस्टम (?:प्रॉम्प्ट|निर्देश).{0,20}(?:दिखा|बता|प्रकट)|"
    r"(?:নির্দেশ|নিয়ম).{0,20}(?:উপেক্ষা|ভুলে|অগ্রাহ্য)|(?:ละเว้น|เพิกเฉย|ไม่ต้องสนใจ|ลืม|อย่าทำตาม|ข้าม).{0,30}(?:คำสั่ง|คำแนะนำ|กฎ)|(?:แสดง|บอก|เปิดเผย).{0,20}(?:พรอมต์|คำสั่ง)(?:ของ)?ระบบ|"
    r"(?:bỏ qua|phớt lờ|quên|lờ đi)[^.?!]{0,30}(?:hướng dẫn|chỉ dẫn|quy tắc|lệnh|chỉ thị)(?: trước| ở trên| trên| phía trên| hệ thống)|(?:hiển thị|tiết lộ|cho tôi (?:xem|biết))[^.?!]{0,20}(?:lời nhắc|prompt|hướng dẫn) hệ thống|"
    r"(?:abaikan|lupakan|hiraukan|jangan ikuti)[^.?!]{0,30}(?:instruksi|perintah|aturan|arahan|petunjuk)(?: sebelumnya| di atas| sebelum| terdahulu| sistem|mu)|(?:tampilkan|ungkapkan|tunjukkan)[^.?!]{0,20}(?:prompt|instruksi|perintah) sistem|"
    r"(?:talimat|kural|komut|yönerge|emir)\w*[^.?!]{0,12}(?:yok say|unut|görmezden gel|dikkate alma|boş ver|göz ardı et)(?!\w*(?:abilir|ebilir|ılır|ilir|malı|meli))|sistem (?:istemi|komutu|talimat)\w*[^.?!]{0,12}(?:göster|söyle|yaz|açıkla)",
)

ABROAD: dict[str, str] = {
    "override in another language": "|".join(
        rf"{_BEGIN}(?:{verb})\b{_NOT}{_GAP}\b{noun}|\b(?:musst|sollst|must|devez|dois|debes|deve) (?:{verb})\b{_GAP}\b{noun}"
        for verb, noun in _OVERRIDE
    ),
    "reveal in another language": rf"\b(?:{_SHOW})\b[^.!?]{{0,50}}?{_PROMPT}",
    "persona in another language": _BECOME,
    "instructions in an East Asian language": "|".join(_EAST_ASIAN),
    "instructions in another script": "|".join(_OTHERS),
}
