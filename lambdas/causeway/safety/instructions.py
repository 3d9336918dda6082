"""Sentences of a document that instruct a model instead of telling a reader something.

A document is mostly written for people, and tells them what to do: "Ignore the warning light", "Include your order number in your
reply". So a sentence counts only if it says what no reader is told: to ignore instructions or show a prompt (`phrases`), words to an AI,
how its answer must look, or markup of a conversation. Text about such attacks counts as well when it quotes them; what a domain does
with that is its choice (docs/decisions/168).
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from causeway.language.detection import language_of
from causeway.language.sentences import SAMPLE, Span, sentence_spans
from causeway.safety.disguises import joined_letters, readings
from causeway.safety.injection import joined_rule
from causeway.safety.phrases import COMMAND, ENGLISH
from causeway.safety.phrases_abroad import ABROAD
from causeway.safety.rules import Rules

_ROW = re.compile(r"[^:;\n]+: [^\n]*; [^:;\n]+: ")
NEAR = 400  # characters between two parts that belong together
_AIS = (
    r"(?:ai|a\.i\.|llms?|language models?|large language models?|(?:ai )?assistants?|chat ?bots?|(?:chat)?gpt\S*|claude|gemini|llama|copilot|"
    r"ai (?:models?|systems?|agents?|reviewers?|tools?|bots?))"
)
_ANSWER = r"(?:responses?|reply|replies|answers?|output|summary|summaries|completions?|translation)"
_TO_ADD = r"(?:add|include|insert|append|integrate|incorporate|embed|weave|put|mention|promote|suggest|recommend|introduce|substitute|use|render|work|slip)"
_TO_CHANGE = r"(?:modify|augment|enhance|alter|adjust|change|rewrite|rephrase|misspell|scramble|jumble|anagram|encode|convert|translate|extend|expand|tweak)"
_RESHAPED = r"(?:replace|scramble|rearrange|group|shuffle|swap|convert|jumble|misspell|reverse|anagram|capitalize|substitute|use|render|combine|remove|introduce)"
_ANY = r"(?:[^.?!]|[.?!](?=[\w\"”’']))"
_SAID_TO_MODELS: dict[str, str] = {
    "words to an AI": (
        rf"\b(?:if|when|as|since|because) you(?: are|'re)(?: reading this(?: and (?:you )?are)?)? (?:an? |the )?(?:\w+ ){{0,2}}?{_AIS}\b"
        rf"|(?:^|[.!?:;\n\"'(*#\[<-] ?)(?:attention|note|notice|important|message|dear|hey|hello|hi|instructions?|memo|warning|reminder)"
        rf"(?: (?:to|for|of))?[ ,:!]{{1,2}}(?:all |the |any |this |an? |our )?(?:\w+ )?{_AIS}\b(?! (?:policy|policies|users?|service|team|tool|product|act|regulation))"
        rf"|\bas an? {_AIS},? you (?:must|should|will|have to|need to|are)\b|\b{_AIS} (?:reading|processing|summari[sz]ing|parsing) this\b"
        rf"|\b(?:message|information) from me\b.{{0,60}}\bto you\b|\bthe (?:original )?task (?:that )?i gave you\b"
        r"|\bbefore you (?:can |could )?(?:answer|respond|reply|solve|summari[sz]e|continue|complete|finish)\b[^.?!]{0,80}\b(?:please )?(?:do|first|must|you (?:must|should))\b"
        rf"|\b(?:when|if|whenever|before|after) (?:(?:you are |you're )?asked|answering|responding|summari[sz]ing|(?:the |a |any )?users? asks?)\b{_ANY}{{0,60}}?,? ?\b(?:say|tell|state|respond|"
        rf"reply|answer|always|print|output|recommend|claim|include|never|do not|don't|only)\b(?! (?:yes|no)\b)"
        r"|\btell the (?:user|reader|person asking|customer) (?:that|to|about|their)\b|\b(?:do not|don't|never) (?:mention|reveal|tell|disclose) (?:this|these|that (?:this|these)|the existence)\b"
        r"[^.?!]{0,40}\b(?:user|reader|instructions?|message|prompt|note)\b|\b(?:retrieved|retrieval|rag|system|user|model) (?:passages?|prompt|context)\b[^.?!]{0,30}\bmust be ignored\b"
    ),
    "words that people are not to see": (
        rf"\b(?:hidden|invisible|unseen|not visible) (?:to|from) (?:the )?(?:humans?|people|(?:human )?(?:readers?|reviewers?|eyes))\b{_ANY}{{0,40}}?"
        r"\b(?:ai|llms?|language models?|machines?|scanners?|parsers?|bots?)\b|\bsystem chain[ -]of[ -]thought\b"
        r"|\b(?:hidden|invisible|secret|white[ -]text)\b[^.?!]{0,40}\bfor (?:the )?(?:automated|automatic|ai|machine)\b"
    ),
    "orders for an answer": (
        rf"{COMMAND}{_TO_ADD} (?!your\b|the\b|our\b|my\b|this\b|these\b|any\b|all\b|both\b|as\b|it\b|them\b){_ANY}{{0,110}}?\b(?:in|to|into|within|at the (?:end|start|beginning) of|with) your (?:next |final |every )?{_ANSWER}\b"
        rf"|{COMMAND}{_TO_ADD} [\"“«][^\"”»]{{3,160}}[\"”»]{_ANY}{{0,50}}\bto your {_ANSWER}\b"
        rf"|{COMMAND}{_TO_CHANGE} (?:{_ANY}{{0,50}}? (?:in|of) )?your (?:next |final )?(?:{_ANSWER}|message)\b(?! (?:time|address|period|card|envelope))"
        rf"|{COMMAND}in your (?:next |final )?{_ANSWER},? (?:please )?(?:suggest|tease|add|include|mention|say|tell|recommend|promote|write|use|state|claim|always|never|only|do not|insert|hint)\b(?! (?:your|the|our|how|why|when|what|whether)\b)"
        rf"|{COMMAND}{_RESHAPED}\b{_ANY}{{0,30}}?\b(?:letters|vowels|spaces|words|characters|numbers|symbols|typos|anagrams|misspellings|key ?words)\b{_ANY}{{0,30}}\byour (?:{_ANSWER}|message)\b"
        rf"|{COMMAND}{_RESHAPED} (?:every (?:\w+ )?(?:letter|word|vowel)|(?:all )?(?:the )?vowels|(?:all )?(?:the )?letters of)\b"
        rf"|{COMMAND}(?:provide|give|write|render|format|present|deliver|return) your (?:{_ANSWER}|message) (?:without any|using|in|with|as) (?:\w+ ){{0,2}}?"
        r"(?:spaces|punctuation|substitution|misspelling\w*|anagram\w*|typos|base ?64|leet\w*|pig latin|reverse|rot ?13|caps|capitals|emojis?|rhymes?|poem|haiku|json)\b"
        rf"|{COMMAND}(?:end|begin|start|finish|conclude|close|sign|preface|prefix) (?:all |each |every )?(?:of )?your {_ANSWER} (?:with|by|using)\b"
        rf"|{COMMAND}(?:respond|reply|answer) (?:only |exclusively |just |always |exactly )?(?:with|by saying|in) (?:only |just |exactly )?(?:the (?:words?|phrase|sentence|text|following)|[\"“'])"
        rf"|\breply with only the following\b|\bi (?:admit|confess) to using an? (?:llm|ai)\b|\bwe might state\b|\blet's (?:state|admit|claim)\b|\blet's say the (?:capital|answer|output|conclusion|sum)\b"
        r"|\b(?:imagine|suppose|in a|let's)\b{_ANY}{{0,80}}\bwe (?:might |could |can )?(?:say|state) (?:that )?the\b|\bsuppose we were to ignore\b|\b(?:could|can) you (?:please )?(?:repeat|print|say) <"
        rf"|\b(?:print|output|say|repeat) (?:exactly )?(?:the following|this) (?:sentence|text|phrase|words)\b"
        rf"|{COMMAND}write (?:an?|one|two|three|some|\d+) (?:toxic|discriminatory|offensive|harmful|hateful|racist|sexist|insulting|unfriendly) (?:sentences?|paragraphs?|comments?|poems?|jokes?)\b"
    ),
}

# The first five letters of words, one of which an instruction in a document has: a rule that needs none of them, such as the one for
# `console.log(...)`, is meant for questions.
_BEGINNINGS_WORDS = (
    "repea print say state claim follo write insid add inclu inser modif augme enhan end begin start finis put use ignor disre "
    "forge overr bypas overl disca dismi negle viola circu cance erase wipe aband unlea instr promp direc guide guard prete jailb "
    "unfil unres uncen amora respo reply repli answe outpu summa messa trans compl assis chatb bot bots llm llms gpt chatg claud "
    "gemin llama copil ai robot syste user users human vowel lette every word words might let admit confe task retri passa markd "
    "dan godmo devel debug god sudo root admin immer simul emula role rolep stay chara act acts actin respo stop never oppos regar "
    "hidde invis autom machi "
    "anwei vorga regel consi igno vergi négli oubli olvid instr istru regol regra regla negee verge richt voors direk befeh"
)
_BEGINNINGS = frozenset(_BEGINNINGS_WORDS.split())
_WORDS = re.compile(r"[^\W_]{2,}")


def instructions_in(text: str) -> list[Span]:
    """(start, end) of each part of a text that instructs a model, in order.

    A part goes from such a sentence to the end of its paragraph, over what is between it and the next one if that is near, and over the
    paragraph that it announces: what follows "ignore your instructions" is what the model is to do instead.
    A row of a table, "Column: value; Column: value", is a paragraph.
    """
    spans = sentence_spans(text, language_of(text[:SAMPLE]))
    marked = [span for span in spans if is_instruction(text[slice(*span)])] or _across(text, spans)
    joined: list[Span] = []
    for start, end in (_to_end(text, span) for span in marked):
        if joined and start - joined[-1][1] <= NEAR:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _to_end(text: str, span: Span) -> Span:
    parts_end = "\n" if _ROW.match(text, text.rfind("\n", 0, span[0]) + 1) else "\n\n"
    end = _paragraph_end(text, span[1], parts_end)
    return span[0], _paragraph_end(text, end + len(parts_end), parts_end) if text[span[0] : end].rstrip().endswith((":", "：")) else end


def _paragraph_end(text: str, place: int, parts_end: str) -> int:
    end = text.find(parts_end, place)
    return len(text.rstrip()) if end < 0 else end


@lru_cache(maxsize=8192)  # documents of one house repeat sentences
def is_instruction(sentence: str) -> bool:
    said = iter(readings(sentence))
    plain = next(said)
    return (
        (_may_be(plain) and _is_broken(plain))
        or any(map(_is_broken, said))
        or any(joined_rule().search(word) for word in joined_letters(sentence))
    )


def _across(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences that instruct together, as one written in lines or letters does: all of a short text, or none."""
    return [(spans[0][0], spans[-1][1])] if len(spans) > 1 and len(text) <= 2 * SAMPLE and is_instruction(text) else []


def _may_be(plain: str) -> bool:
    return not plain.isascii() or "<" in plain or "[" in plain or not _BEGINNINGS.isdisjoint(word[:5] for word in _WORDS.findall(plain))


def _is_broken(reading: str) -> bool:
    return any(True for _ in _rules().broken_by(reading))


@cache
def _rules() -> Rules:
    return Rules({**ENGLISH, **ABROAD, **_SAID_TO_MODELS})
