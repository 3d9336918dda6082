"""Questions that try to instruct the assistant instead of asking it something.

These are rules, not a model: they cost microseconds and name the rule that matched. They know English phrasings of the common attacks,
and in other languages only the most common ones ("ignore the instructions", "show the system prompt"), so they miss paraphrases and
encodings. Three more layers follow: the guardrail's prompt-attack filter, the prompt that calls passages data, and the grounding of
every answer. The rules may refuse an honest question that quotes such a phrase.
"""

import re

from causeway.language.form import bare

RULES: dict[str, re.Pattern[str]] = {
    "override": re.compile(
        r"\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(previous|prior|above|earlier|preceding|all|any|your|system|these|those)\b"
        r".{0,30}\b(instructions?|prompts?|rules?|directions?|guidelines?|guardrails?|filters?|context)\b"
    ),
    "reveal": re.compile(
        r"\b(reveal|print|show|repeat|output|display|tell me|leak|dump|what (is|are)|give me)\b.{0,40}"
        r"\b((system|hidden|initial|secret|developer|original) (prompts?|instructions?|messages?)|your (prompts?|instructions|rules))\b"
    ),
    "persona": re.compile(
        r"\b(you are now|from now on,? you|act as (an? )?(unrestricted|unfiltered|jailbroken)|pretend (that )?you (are|have) (an? )?"
        r"(unrestricted|no (rules|restrictions|limits))|developer mode|jailbreak|do anything now)\b"
    ),
    "override in another language": re.compile(
        r"\b(ignorier\w*|vergiss|vergessen sie|missacht\w*)\b.{0,40}\b(anweisung|instruktion|regel|vorgabe)\w*"
        r"|\b(ignore[rz]?|oublie[rz]?)\b.{0,40}\b(instructions|consignes|règles)\b"
        r"|\b(ignor[ae]|olvid[ae]|omit[ea])\b.{0,40}\b(instrucciones|reglas|indicaciones)\b"
        r"|\b(ignor[ai]|dimentica)\b.{0,40}\b(istruzioni|regole)\b"
        r"|\b(ignore|esqueça)\b.{0,40}\b(instruções|regras)\b"
        r"|\b(negeer|vergeet)\b.{0,40}\b(instructies|regels)\b"
        r"|(игнориру|проигнорируй|забудь|забудьте).{0,40}(инструкц|указани|правил)"
        r"|(忽略|无视|無視|忘记|忘記).{0,20}(指令|指示|提示|规则|規則|说明|說明)"
        r"|(指示|命令|ルール|プロンプト|指令).{0,8}(無視|忘れ)"
        r"|(지시|명령|규칙|프롬프트).{0,8}(무시|잊)"
        r"|(تجاهل|انس).{0,40}(تعليمات|أوامر|قواعد)"
        r"|(התעלם|התעלמי|שכח).{0,40}(הוראות|כללים)"
        r"|(निर्देश|नियम).{0,20}(अनदेखा|नज़रअंदाज|भूल)"
        r"|(ละเว้น|เพิกเฉย|ไม่ต้องสนใจ|ลืม).{0,30}(คำสั่ง|คำแนะนำ|กฎ)"
    ),
    "reveal in another language": re.compile(
        r"\b(zeig|nenn|verrat|gib|wie lautet|was ist)\w*\b.{0,40}\b(system-?prompt|systemanweisung)"
        r"|\b(montre|affiche|révèle|quel est)\w*.{0,40}(prompt|invite|instructions) (du )?système"
        r"|\b(muestra|revela|cuál es)\w*.{0,40}(prompt|instrucciones) del sistema"
        r"|(系统|系統)(提示|指令).{0,20}(显示|顯示|告诉|告訴|输出|輸出|是什么|是什麼)|(显示|顯示|告诉我|告訴我|输出|輸出).{0,20}(系统|系統)(提示|指令)"
        r"|システム(プロンプト|指示).{0,12}(表示|教え|見せ|出力)|시스템 ?프롬프트.{0,12}(보여|알려|출력)"
        r"|(покажи|раскрой|выведи).{0,40}систем\w+ (промпт|инструкц)"
    ),
    "markup": re.compile(
        r"</?\s*(passages?|question|system|instructions?)\b[^>]*>|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|^\s*(system|assistant)\s*:"
    ),
}


def suspected_injection(question: str) -> list[str]:
    """Names of the rules that the question breaks, empty for an ordinary question.

    Compatibility forms are folded (NFKC), invisible characters dropped and case ignored first.
    """
    plain = bare(question)
    return [name for name, rule in RULES.items() if rule.search(plain)]
