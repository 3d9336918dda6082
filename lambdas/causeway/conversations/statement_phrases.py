"""How people begin a sentence that says something lasting of themselves, as patterns over `causeway.language.form.bare` text.

A pattern holds at the beginning of a clause, so that "do I prefer", "I don't prefer" and "my friend prefers" are no statements. Languages:
English, German, French and Spanish; of Italian, Portuguese and Dutch the commonest phrases.
"""

import re

_NAME = (
    r"[\w'.-]+(?: [\w'.-]+){0,2}[.!]*(?:,? (?:please|from now on|instead|thanks|thank you|bitte|s'il (?:te|vous) plaît|por favor))?[.!]*$"
)
_ROLE = (
    r"(?:member|subscriber|student|teacher|professor|librarian|bookseller|author|writer|journalist|translator|researcher|nurse|doctor|lawyer|"
    r"engineer|developer|designer|artist|musician|pensioner|retiree|senior|collector|freelancer|vegetarian|vegan|beginner|"
    r"(?:native|fluent) speaker|resident|(?:loyal |regular |long-?time )?(?:customer|reader) (?:since|for))\b"
)
_USUALLY = r"(?:(?:also|really|still|always|usually|generally|normally|personally|definitely|mostly|strongly|much|very much|do|now) )*"
_LATER = r"(?:from now on|in (?:the )?future|going forward|for the future|henceforth|every time|each time)"
_ANSWER = r"(?:answer|reply|respond|write|speak|talk|address me|contact me|e-?mail me|explain|keep (?:your|the) (?:answers|replies))\b"
_DE_LATER = r"(?:ab jetzt|ab sofort|künftig|zukünftig|in zukunft|von nun an)"
_DE_ANSWER = r"(?:antworte|antworten sie|schreibe?|schreiben sie|sprich|sprechen sie|duze|duzen sie|sieze|siezen sie)\b"
_DE_DO = r"(?:lese|kaufe|bestelle|zahle|bezahle|esse|trinke|trage|reise|höre|sammle|mag|nehme)\b"
_FR_LATER = r"(?:désormais|dorénavant|à l'avenir|à partir de maintenant)"
_FR_ANSWER = r"(?:répond[sz]?|répondez|écris|écrivez|parle[sz]?|tutoie[sz]?|tutoyez|vouvoie[sz]?|vouvoyez)(?:-moi)?\b"
_ES_LATER = r"(?:a partir de ahora|de ahora en adelante|en el futuro|en adelante)"
_ES_ANSWER = r"(?:responde|responda|respóndeme|respóndame|contesta|conteste|contéstame|escribe|escriba|háblame|hábleme|habla|hable)\b"

LEAD_INS = (
    r"(?:(?:hi|hello|hey|ok|okay|thanks|thank you|well|so|also|and|but|because|since|actually|by the way|btw|for the record|fyi|just so you know|"
    r"for your information|in general|generally|usually|personally|as a rule|please|pls|"
    r"hallo|guten tag|bitte|übrigens|also|und|aber|denn|danke|im allgemeinen|grundsätzlich|generell|zur info|"
    r"bonjour|et|mais|car|en fait|au fait|merci|en général|s'il (?:te|vous) plaît|"
    r"hola|y|pero|porque|por cierto|gracias|en general|por favor|"
    r"ciao|e|ma|comunque|per favore|olá|mas|aliás|en|maar|trouwens|alsjeblieft|alstublieft)[,:!]? )*"
)

PREFERENCE = (
    rf"i {_USUALLY}(?:prefer|have a (?:strong )?preference for) (?!(?:it|this|that|these|those|them|you|not)\b)",
    r"my (?:all-?time |absolute |personal )?favou?rite\b[^,?]{1,60}? (?:is|are)\b",
    r"i (?:only|always|never|mostly|usually|generally|mainly) (?:ever )?(?:read|buy|order|pay|eat|drink|wear|shop|travel|fly|collect|watch)\b",
    r"i (?:read|buy|order|eat|drink|wear|collect|watch) (?:only|mostly|mainly|nothing but)\b",
    r"i (?:really |especially |particularly |mostly |very much )?(?:love|like|enjoy|hate|dislike) (?!(?:to|it|this|that|these|those|the|your|how|you|my|when|what|"
    r"all|some|more|a|an|being|having|getting|working|using|waiting)\b)\w+",
    rf"(?:always|never|{_LATER},?) (?:please )?(?:only |always |never )?{_ANSWER}",
    rf"(?:only )?{_ANSWER}.{{0,80}}\b(?:always|{_LATER})[.!]*$",
    r"ich (?:\w+ ){0,2}?bevorzuge\b(?! (?:es|das|dies\w*)\b)",
    r"ich ziehe\b[^,?]{3,80}\bvor\b",
    rf"ich {_DE_DO}[^,?]{{0,40}}\b(?:am liebsten|lieber|immer|nur|meistens|ausschliesslich|nie)\b",
    rf"am liebsten {_DE_DO} ich\b",
    r"meine? lieblings\w+ (?:ist|sind|heisst)\b",
    r"mir (?:sind|ist|gefallen|gefällt)\b[^,?]{3,60}\b(?:lieber|am liebsten|besser)\b",
    rf"{_DE_LATER}\b.{{0,10}}\b{_DE_ANSWER}",
    rf"{_DE_ANSWER}[^?]{{0,60}}\b(?:immer|stets|{_DE_LATER})\b",
    r"je préfère\b(?! (?:ça|cela|ceci|celui|celle|ceux|celles)\b)",
    r"(?:mon|ma|mes) [^,?]{2,40}\b(?:préféré|favori)\w* (?:est|sont)\b",
    r"je (?:n'|ne )?(?:lis|achète|commande|paie|paye|mange|bois|porte|voyage)\b[^,?]{0,20}\b(?:toujours|que|seulement|uniquement|surtout|jamais)\b",
    rf"(?:{_FR_LATER}),? {_FR_ANSWER}",
    rf"{_FR_ANSWER}[^?]{{0,60}}\b(?:toujours|{_FR_LATER})\b",
    r"(?:yo )?prefiero\b(?! (?:eso|esto|ese|esa|este|esta|aquello)\b)",
    r"mis? [^,?]{2,40}\b(?:favorit|preferid)[oa]s? (?:es|son)\b",
    r"(?:yo )?(?:siempre|solo|sólo|solamente|nunca) (?:leo|compro|pago|como|bebo|viajo|pido)\b",
    rf"(?:siempre|{_ES_LATER}),? {_ES_ANSWER}",
    rf"{_ES_ANSWER}[^?]{{0,60}}\b(?:siempre|{_ES_LATER})\b",
    r"(?:io )?preferisco\b(?! (?:questo|quello|questa|quella|ciò)\b)",
    r"(?:il mio|la mia|i miei|le mie) [^,?]{2,40}\bpreferit[oaie] (?:è|sono)\b",
    r"(?:eu )?prefiro\b(?! (?:isso|isto|este|esta|esse|essa)\b)",
    r"(?:o |a )?(?:meu|minha) [^,?]{2,40}\b(?:favorit|preferid)[oa] é\b",
    r"ik (?:geef de voorkeur aan|heb liever|lees liever|lees het liefst)\b(?! (?:dat|dit|die|deze)\b)",
    r"mijn (?:favoriete|lievelings)[^,?]{2,40} (?:is|zijn)\b",
)

DECISION = (
    r"i(?:'ve| have)? (?:now |finally |just |already |since )?(?:decided|opted|resolved) (?:to|not to|on|for|against|that|i\b)",
    r"i(?:'ve| have) (?:now |finally |just |already )?(?:chosen (?:to|not to)|made up my mind (?:to|not to|that|and))\b",
    r"ich hab(?:e)?\b(?![^,]*\b(?:nicht|noch|nie|kein\w*)\b)(?: [^,?]{1,60})? (?:entschieden|beschlossen|entschlossen)\b",
    r"j'ai (?:\w+ )?(?:décidé|choisi) (?:de\b|d'|que\b|qu')",
    r"j'ai opté pour\b|je me suis décidée? (?:à|pour)\b",
    r"(?:ya )?(?:he decidido|decidí|he optado por|me he decidido (?:por|a))\b",
    r"ho deciso (?:di|che)\b",
    r"(?:eu )?decidi (?:que|não|\w+[aei]r)\b",
    r"ik heb (?:besloten|beslist)\b",
)

ABOUT = (
    r"my (?:first |full |real |given |preferred )?name is (?!(?:on|not|wrong|spelled|spelt|misspell?ed|incorrect|different|going|the|in|still)\b)\w",
    r"my pronouns are\b",
    rf"(?:(?:you can|you may|just|i(?:'d like| want) you to|start|{_LATER},?|always) )*call(?:ing)? me (?!(?:back|when|if|at|on|later|tomorrow|today|now|as|a|an|for|about|to|in|asap|and|"
    rf"that|by|after|before)\b){_NAME}",
    r"i(?:'m| am) called \w",
    r"i(?:'m| am)? (?:currently |now |still )?(?:live|living|reside|based) (?:in|near|at) \w",
    r"i(?:'m| am| come) (?:originally )?from (?!(?:now|then|there|here)\b)\w",
    r"i (?:currently |now |still )?work (?:as|for|at) \w",
    r"i speak (?!(?:to|with|about|for|up)\b)(?:\w+ ){0,3}?(?:english|german|french|spanish|italian|portuguese|dutch|polish|russian|arabic|"
    r"chinese|mandarin|japanese|korean|hindi|turkish|ukrainian|gaelic|welsh)\b",
    r"my (?:native|first|mother) (?:language|tongue) is\b",
    rf"i(?:'m| am|'ve been| have been) (?:an? )?(?:\w+ ){{0,3}}?{_ROLE}",
    r"i(?:'m| am) (?:retired|bilingual)\b",
    r"ich heisse \w|mein (?:vor)?name ist (?!(?:falsch|nicht|noch|auf)\b)\w",
    rf"(?:bitte )?nenn(?:e|en sie|t)? mich (?:bitte )?{_NAME}",
    r"(?:du kannst|sie können) mich [\w-]+(?: [\w-]+)? nennen\b",
    r"ich (?:wohne|lebe) (?:\w+ )?(?:in|bei|im|auf|nahe)\b|ich komme aus \w",
    r"ich arbeite (?:\w+ )?(?:als|bei|für)\b",
    r"ich bin (?![^,]*\b(?:nicht|kein\w*)\b)(?:seit [^,?]{2,30} )?(?:\w+ ){0,2}?(?:mitglied|abonnent|student|studierende|lehrer|schüler|rentner|"
    r"autor|vegetarier|veganer|bibliothekar|buchhändler|übersetzer|muttersprachler)(?:in|r)?\b",
    r"ich spreche (?:\w+ ){0,2}?(?:deutsch|englisch|französisch|spanisch|italienisch|polnisch|russisch|türkisch|arabisch|ukrainisch)\b",
    r"meine muttersprache ist\b",
    r"je m'appelle \w|mon (?:pré)?nom est (?!(?:mal|incorrect|faux|pas|encore)\b)\w",
    rf"appelle[sz]?-moi (?!(?:quand|si|demain|plus|au|à|dès|vite)\b){_NAME}",
    r"(?:tu peux|vous pouvez) m'appeler \w",
    r"j'habite\b|je (?:vis|réside) (?:à|en|au|aux|dans|près)\b|je suis originaire d",
    r"je travaille (?:comme|chez|pour)\b|ma langue maternelle est\b",
    r"je suis (?:un |une |l')?(?:\w+ )?(?:membre|abonnée?|étudiante?|professeure?|enseignante?|retraitée?|auteure?|libraire|bibliothécaire|"
    r"végétarien(?:ne)?|traduct(?:eur|rice))\b",
    r"je parle (?:\w+ ){0,2}?(?:français|anglais|allemand|espagnol|italien|portugais|arabe|russe|polonais)\b",
    r"(?:yo )?me llamo \w|mi nombre es (?!(?:incorrecto|otro|el)\b)\w",
    rf"(?:llámame|llámeme|puedes? llamarme) (?!(?:cuando|si|mañana|luego|al|a|por|en)\b){_NAME}",
    r"(?:yo )?vivo en \w|(?:yo )?trabajo (?:como|para)\b|mi lengua materna es\b",
    r"(?:yo )?soy (?:un |una )?(?:\w+ )?(?:soci[oa]|miembro|suscriptora?|estudiante|profesora?|maestr[oa]|jubilad[oa]|autora?|librer[oa]|"
    r"bibliotecari[oa]|vegetarian[oa]|vegan[oa]|traductora?)\b",
    r"hablo (?:\w+ ){0,2}?(?:español|inglés|francés|alemán|italiano|portugués|catalán|árabe|ruso)\b",
    rf"mi chiamo \w|il mio nome è \w|chiamami {_NAME}|(?:io )?(?:abito|vivo) (?:a|in) \w|lavoro come\b",
    r"(?:eu )?me chamo \w|chamo-me \w|(?:o )?meu nome é \w|(?:eu )?moro (?:em|no|na)\b|trabalho como\b",
    rf"ik heet \w|mijn naam is \w|noem me {_NAME}|ik woon (?:in|bij)\b|ik werk (?:als|bij|voor)\b",
)

# A request to remember, before a clause about its speaker; what follows needs no pattern of its own.
REMEMBER = (
    r"(?:(?:can|could|will|would) you )?(?:please |pls |kindly )*(?:remember|keep in mind|bear in mind|don't forget|do not forget)"
    r"(?: this| for (?:next time|later|the future))?(?: that|:|,| -)* (?=(?:that )?(?:i|i'm|i've|my|we|our)\b)",
    r"(?:bitte )?(?:merke? dir|merken sie sich|denke? (?:bitte )?daran|denken sie (?:bitte )?daran|vergiss nicht|vergessen sie nicht)(?: bitte)?"
    r"(?:,|:)? ?(?:dass )?(?=(?:ich|meine?|mir|wir)\b)",
    r"(?:souviens-toi|souvenez-vous|rappelle-toi|rappelez-vous|retiens|retenez|n'oublie[sz]? pas|garde[sz]? en tête)(?: bien)? "
    r"(?:que |qu'|: ?)(?=(?:je|mon|ma|mes|nous)\b|j')",
    r"(?:recuerd[ae]|acuérdate de|acuérdese de|ten en cuenta|tenga en cuenta|no olvides?) que (?=(?:yo|me|mis?|no me|siempre|nunca|soy|vivo|"
    r"tengo|prefiero|trabajo|hablo|leo|compro|he|estoy|estudio)\b)",
    r"(?:ricorda(?:ti)?|si ricordi|non dimenticare) che (?=(?:io|mi|sono|ho|preferisco|vivo|abito|leggo)\b)",
    r"(?:lembra-te|lembre-se|não (?:te )?esqueças?)(?: de)? que (?=(?:eu|me|meu|minha|sou|prefiro|moro|tenho)\b)",
    r"onthoud(?: alsjeblieft| alstublieft)? dat (?=(?:ik|mijn|wij)\b)",
)
# Before such a clause "note that" adds nothing: people say it of what happened as well.
NOTE = (
    r"(?:(?:please |pls )?note(?: down)?(?: that|:|,)*|(?:bitte )?(?:beachte|notiere)(?:n sie)?(?: bitte)?:|veuillez noter que|notez que|note que|"
    r"anota que|ten presente que) "
)

PREFERS = r"\b(?:prefer\w*|favou?rite|bevorzug\w*|lieber|liebsten|lieblings\w*|vorziehe|préf[èé]r\w*|prefier\w*|favorit\w*|preferid\w*|prefir\w*|liever)\b"
DECIDED = r"\b(?:decided|entschieden|beschlossen|décidé|decidido|deciso|decidi|besloten)\b"
# Whoever reports, asks or supposes before a clause does not state it.
REPORTS = (
    r"\b(?:if|whether|unless|suppose|supposing|imagine|assuming|pretend|says?|said|tells?|told|thinks?|asks?|asked|claims?|wrote|writes|would|could|"
    r"what|who|which|how|why|wenn|falls|ob|sagt|sagte|angenommen|würde|was|wer|wie|warum|si|dit|disent|supposons|quoi|qui|comment|pourquoi|"
    r"dice|dicen|dijo|supongamos|qué|quién|cómo|se|als|zegt)\b"
)


def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """At the beginning of a clause, behind words that only lead to it."""
    return re.compile(f"{LEAD_INS}(?:{NOTE})?(?:{'|'.join(patterns)})")
