"""English phrases of people who instruct a model, as patterns over lower-case text with single spaces.

Most begin with a command: a verb at the beginning of a clause, or after "please", "you must" and the like. "Can I ignore the earlier
instructions?" has another subject, so it is a question about instructions and no command.
"""

COMMAND = (
    r"(?:^|[.!?:;,\n\"'“”‘’(>*#\]}—–…|=-] ?|\b(?:please|pls|now|just|kindly|simply|then|and|but|so|first|instead|immediately|hereby|ok|okay|"
    r"actually|also|again|always|hey|hi|hello|let's|let us|lets|you|you to|you can|you may|you could|you should|you must|you will|"
    r"you'll|you shall|you have to|you need to|you are to|you're to|can you|could you|will you|would you|must you|lastly|finally|"
    r"assistant|chatbot|bot|ai|gpt|chatgpt|claude|model|robot) )"
)
_IGNORE = (
    r"(?:ignore|disregard|forget|override|overrule|bypass|discard|dismiss|neglect|violate|circumvent|cancel|erase|wipe|abandon|unlearn|"
    r"drop|skip|overlook|delete|reset|set aside|put aside|throw (?:out|away)|pay no attention to|do(?: not|n't) (?:follow|obey|listen to|"
    r"adhere to|comply with|stick to)|stop (?:following|obeying)|no longer (?:follow|obey)|break (?:free from|out of)|leave behind)"
)
_GIVEN = (
    r"(?:instructions?|prompts?|directions?|directives?|guidelines?|guardrails?|orders|commands|programming|training|"
    r"system messages?|constraints?)"
)
_LIMITS = r"(?:rules?|policy|policies|restrictions?|limits|limitations?|filters?|safeguards?|protocols?|principles|ethics|context)"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|former|foregoing|past|initial|original|existing|current|old|other|following|last)"
_HIDDEN = r"(?:system|hidden|initial|secret|developer|original|internal|base|meta|pre|starting|underlying|confidential|core|root|first)"
_TEXTS = r"(?:prompts?|instructions?|directives?|messages?|guidelines?|rules|configuration|initiali[sz]ation(?: string)?|programming)"
_TELL = (
    r"(?:reveal|print|show|repeat|output|display|tell|leak|dump|give|share|expose|disclose|write|recite|spell|copy|paste|quote|type|"
    r"summari[sz]e|paraphrase|translate|encode|decode|list|describe|explain|provide|return|echo|read|rephrase|reproduce|see|know|"
    r"what (?:is|are|was|were)|what's|convert|send|start|begin|complete|continue)"
)
_ANYTHING = r"[^.?!]"
_AI = r"(?:ai|a\.i\.|llm|language model|large language model|assistant|chat ?bot|bot|gpt\S*|chatgpt|claude|gemini|llama|model|machine|agent|robot)"

ENGLISH: dict[str, str] = {
    "override": (
        rf"{COMMAND}{_IGNORE}\b{_ANYTHING}{{0,40}}?\b(?:{_EARLIER}|all|any|every|everything|your|these|those|the|my|system|safety|content)\b"
        rf"{_ANYTHING}{{0,30}}?\b{_GIVEN}\b"
        rf"|{COMMAND}{_IGNORE}\b{_ANYTHING}{{0,25}}?\b(?:{_EARLIER}|your|safety|content|ethical|moral|moderation|those|these)\b"
        rf"{_ANYTHING}{{0,20}}?\b{_LIMITS}\b"
        rf"|{COMMAND}{_IGNORE} (?:all )?{_GIVEN}\b(?! (?:for|of|in|on|from|about|to)\b)"
        rf"|{COMMAND}{_IGNORE} (?:about )?(?:everything|anything|all|what(?:ever)?|the (?:text|words|lines?|rest|content))\b"
        rf"(?: (?:that|which))?(?: (?:was|is|has been|comes?|came|i|you|we|were|have been|have|written|said|told|stated|else|of))*"
        r" ?\b(?:above|instructed|before|earlier|previously|so far|you (?:know|were told|have been told|are told)|told|said|this (?:data|text))\b"
        rf"|{COMMAND}(?:stop everything|forget everything|ignore everything|disregard everything)\b"
        rf"|{COMMAND}(?:ignore|disregard|forget) (?:the |all (?:the )?)?(?:above|previous|prior|foregoing)\b"
        r"(?= ?(?:[.!;:,]|$|and\b|texts?\b|content|conversation|context|data\b|inputs?\b|paragraphs?\b))"
        rf"|{COMMAND}(?:ignore|disregard) (?:the |this |that )?(?:web ?page|resume|document|article|paper|function|table|e-?mail|text|rest|"
        rf"file|user|question|passages?|data|info\w*)\b{_ANYTHING}{{0,40}}?\b(?:and|instead|except)\b"
        rf"|\byou are (?:no longer|not) (?:bound|restricted|limited|constrained|governed)\b|\bfree (?:yourself )?from (?:all |any |your )"
        rf"(?:restrictions|rules|constraints|limitations|shackles)\b"
        rf"|\b(?:new|updated|real|actual|revised) (?:system )?(?:instructions?|directives?|task|orders?|prompt|priority) ?[:=]"
        rf"|\b(?:your|these) (?:new|only|real|true|actual) (?:instructions?|task|job|goal|objective|purpose|role|directives?|orders?) "
        rf"(?:is|are|will be)\b"
        r"|\b(?:previous|prior|above|earlier|all|your|original) (?:instructions?|prompts?|directives?) (?:are|is|were|have been|has been) "
        r"(?:now )?(?:void|cancell?ed|revoked|obsolete|overridden|replaced|superseded|null|wrong|deleted|suspended|lifted)\b"
        r"|\b(?:admin(?:istrator)?|developer|system|security|root|sudo|emergency) override(?= ?[:!]| (?:enabled|activated|engaged|accepted|granted)\b)"
        rf"|\bregardless of (?:your|any|all|the)? ?{_EARLIER}? ?(?:tasks?|instructions?|prompts?|rules)\b"
        rf"|{COMMAND}{_IGNORE} (?:all|everything|anything|what(?:ever)?) (?:that )?you(?:'ve| have| were)?(?: been)? (?:instructed|told|taught|given|trained|read)\b"
        r"|\boverride mode\b|<(?:god|system|admin|dan|debug|developer|sudo|root) mode>|\bnot bound by any\b"
        rf"|\binstead of (?:following|obeying) (?:your|the|these) {_GIVEN}\b"
    ),
    "reveal": (
        rf"\b{_TELL}\b{_ANYTHING}{{0,60}}?\byour (?:\w+ ){{0,2}}?{_HIDDEN}[ _-]?{_TEXTS}\b"
        rf"|\byour (?:entire |full |exact |whole |complete )?(?:system[ _-]?prompts?|(?:hidden|secret|initial|starting|original|system) instructions)\b"
        rf"|\b{_TELL}\b{_ANYTHING}{{0,60}}?\b(?:the|this|that|its|full|entire|exact|whole|complete|any|all)? ?\b"
        rf"(?:{_HIDDEN}[ _-]?(?:prompts?|instructions?|directives?|messages?)|initiali[sz]ation string|initial configuration)\b"
        r"(?! (?:for|of|from|on|when|if|in|at|about|customers?|users?|people|me|us|you|appears?|shown|says?|means?|that|to)\b)"
        rf"|\b(?:need|want|have|like) to see (?:the|your) system prompt\b|\bsystem ?prompt\b ?(?:\)|is ?:)|<?/?\bsystem_prompt\b"
        rf"|\b{_TELL}\b{_ANYTHING}{{0,40}}?\byour (?:instructions|programming|directives|guardrails|training data|context window)\b"
        r"(?! (?:for|on|about|to|of|in|regarding|if|when|manual|leaflet|sheet|booklet)\b)"
        rf"|\b{_TELL}\b{_ANYTHING}{{0,40}}?\byour (?:full |entire |exact |whole )?prompt\b(?= ?(?:[.?!,:;\"']|$|verbatim|text|exactly|word|above|back|"
        r"in full|to me|and))"
        rf"|{COMMAND}{_TELL}\b{_ANYTHING}{{0,30}}?\b(?:everything|all|the (?:words?|text|lines?|content|instructions?|conversation|prompt)|"
        r"what(?:ever)?)\b[^.?!]{0,20}?\b(?:above|before this|(?:you )?were (?:told|given)|previously|initially|this entire conversation)\b"
        r"|\b(?:tell|give|share|reveal|confirm|say|disclose|send|what is|what's|what would) (?:me |us |with me )?(?:be )?your (?:password|passphrase|pass ?code|"
        r"secret (?:key|code|phrase|word))\b(?! (?:policy|rules|requirements?|reset|length|guidelines|manager|page|protection))"
        rf"|{COMMAND}(?:repeat|print|output|show|display|copy|reproduce) (?:this |the |our )?(?:entire |whole |full )?conversation\b|\bthose instructions\b[^.]{{0,5}}\?$"
        r"|\bwhat (?:were|was|are|have) you (?:been )?(?:told|instructed|programmed|prompted|asked)\b|\byou were given (?:initially|before)\b|\bsee the system prompt\b|\b(?:show|give|tell) me the system prompt\b|\byou were given at the (?:beginning|start)\b"
        r"|\bwhat (?:are|were) you (?:not (?:supposed|allowed)|forbidden|prohibited)\b|\b(?:i was|you were) instructed to\b['\"]?$"
        rf"|{COMMAND}(?:start|begin)\w* (?:your (?:\w+ )?)?(?:with|from)? ?(?:the )?(?:words?|phrase)? ?['\"“]?(?:you are|my instructions|i was instructed|"
        r"system)\b|\bmy instructions are\b|\bdisplay system configuration\b|\bsystem ?prompt is\b|\bconsole\.log\(|\b(?:text|words|lines?) above in full\b"
        r"|\bwhat (?:is|are) (?:the )?(?:words?|text|lines?) above\b|\bverbatim\b[^.]{0,40}\b(?:prompt|instructions)\b|\babove text but\b"
    ),
    "persona": (
        rf"\byou are (?:now |hereby |about to |going to |no longer )(?:be )?(?:dan\b|(?:an? |the |called |named |in |my |acting )[^.?!]{{0,30}}?"
        rf"(?:\b{_AI}\b|mode\b|hacker|character|persona|dan\b|terminal|interpreter|anything|unrestricted|unfiltered|evil|application|immerse|role)"
        r"|immerse|jailbroken|unrestricted|unfiltered|free\b|uncensored|in charge|role-?play)"
        rf"|\bfrom now on,? (?:you (?:are|will|must|should|shall|have to|can)|you're|you'll) (?:to )?(?:be |act|answer|respond|reply|speak|behave|ignore|"
        rf"always|an?\b[^.?!]{{0,30}}\b{_AI}\b|dan\b|going to|pretend|provide|the\b)|\bfrom now on,? (?:act|answer|respond|reply|speak|pretend|ignore)\b"
        rf"|{COMMAND}(?:act|behave|respond|answer|reply|speak|operate|write) (?:as|like)(?: if| though)?(?: you (?:are|were|have)|"
        rf" an? (?:\w+ ){{0,3}}?(?:{_AI}|terminal|hacker|character|interpreter|console)|"
        r" (?:an? )?(?:unrestricted|unfiltered|jailbroken|dan|evil|uncensored))\b"
        rf"|\bi want you to (?:act|pretend|behave|respond|role-?play|be|become|play|simulate)\b|\b(?:act|acting) as (?:a |an |the )?(?:dan|linux terminal)\b"
        rf"|{COMMAND}pretend (?:that )?(?:to be|you|we|there)\b|{COMMAND}(?:imagine|suppose|assume) (?:that )?you (?:are|were|have no) (?:an?|the|not)?\b"
        rf"[^.?!]{{0,40}}\b(?:{_AI}|rules|restrictions|evil|unrestricted|filter)"
        rf"|{COMMAND}(?:simulate|emulate|role-?play|immerse yourself|(?:assume|take on|adopt|play) (?:the|an?) (?:new )?"
        rf"(?:role|persona|part|identity|character) of (?:an? |the )?(?:\w+ ){{0,3}}?(?:{_AI}|hacker|dan|villain|unrestricted|evil|character))\b"
        r"|\byou(?: will|'ll| are going to| shall)? (?:pretend|role-?play|simulate)\b|\bstay(?:s|ing)? in character\b|\bdo[- ]anything[- ]now\b"
        rf"|\bdan mode\b|\bjail ?broken (?:mode|{_AI})|\bjail ?break (?:mode|prompt|yourself)|\bjailbreak (?:a|an|the|this|your) (?:\w+ ){{0,2}}?(?:{_AI}|gateway)"
        rf"|\b(?:{_AI}|you|yourself|your)\b[^.?!]{{0,40}}\b(?:developer|debug|god|sudo|root|dan|maintenance|unrestricted|opposite|evil) mode\b"
        r"|\b(?:developer|debug|god|sudo|root|maintenance|unrestricted|opposite|evil|system|admin|jailbreak|dan) mode\b ?[:>\])]* ?"
        r"(?:enabled|activated|engaged|initiated|unlocked|output|response|v\d)"
        rf"|\b(?:unrestricted|unfiltered|uncensored|amoral|unaligned|unethical) (?:\w+ )?(?:{_AI}|mode|answers?|responses?|character|version)\b"
        rf"|\b(?:an?|no) {_AI} (?:that|which|who|with(?:out)?) [^.?!]{{0,40}}\b(?:restrictions?|filters?|limits|limitations|morals?|ethic\w*|rules)\b"
        r"|\b(?:without|no|free of|bypass(?:es|ing)?) (?:any )?(?:ethical|moral|content|safety)(?: or (?:ethical|moral|legal))? (?:guidelines|restrictions|"
        r"limits|boundaries|constraints|filter\w*|concerns|standards|polic\w+)\b|\bi(?:'m| am) (?:your|the) (?:developer|creator|programmer|maker|administrator|master)\b"
        rf"|\b(?:never|do not|don't|cannot|can't|must not|will not) (?:ever )?(?:refuse|say (?:that )?(?:you|i) (?:can't|cannot)|mention that you are an? {_AI}|"
        rf"break character|censor|remind me that you)\b|\b(?:has|have|had) broken free (?:of|from)\b|\bi am god\b"
        r"|\bas your (?:creator|developer|maker|programmer|god|master)\b|\bi(?:'m| am) an? (?:programmer|developer|engineer|employee) (?:at|of|from) (?:openai|anthropic|google|meta)\b"
        rf"|\b(?:you|{_AI}|it) (?:have|has|knows?|with) (?:absolutely )?no (?:rules|restrictions|limitations|limits|filters?|morals?|ethic\w*|boundaries)\b"
        rf"|\b(?:break|breaks|breaking) (?:the )?ai rules\b|\b(?:do not|don't|never) (?:respond|reply|answer) as (?:an? )?{_AI}\b|\bopposite day\b"
        rf"|\b(?:respond|answer|reply) as (?:both|two)\b|\byou are no longer (?:an? )?{_AI}\b"
    ),
    "output": (
        rf"{COMMAND}(?:never ?mind|stop everything)\b.{{0,60}}?\b(?:say|print|output|write|repeat)\b"
        rf"|{COMMAND}(?:include|insert|append|render|embed|output|display|add|put|show|create|return)\b{_ANYTHING}{{0,60}}?(?:!\[|<img|markdown image|image markdown|"
        r"image tag|(?:image|picture|pixel|link)\b.{0,40}?https?:)"
        rf"|{COMMAND}(?:send|post|upload|transmit|forward|exfiltrate|e-?mail|append|submit|leak)\b{_ANYTHING}{{0,50}}?\b(?:conversation|chat history|messages|"
        rf"passages?|documents?|prompt|answers?|data|secrets?|credentials|passwords?|contents?)\b{_ANYTHING}{{0,40}}?(?:https?:|www\.|attacker)"
    ),
    "markup": (
        r"</?\s*(?:passages?|question|system|instructions?|information|user|assistant)\b[^>]{0,80}>|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|"
        r"(?:^|\n|[.!?\"'>\]*#=-]\s?)#{0,6} ?\[?\(?(?:assistant|chatbot|ai)\]?\)? ?:(?!\w)|"
        r"(?:^|\n|[.!?\"'>\]*#=-]\s?)(?:system)\]? ?: ?(?:you|ignore|the assistant|new|override|from|all|do|always|never|forget|reveal|print|obey|"
        r"act|respond|answer|focus|note|important|your|disregard)\b|#{2,} ?\(?system|\(system_message\)|\[(?:system|admin)(?: (?:message|note|prompt|instruction|override|alert|mode)[^\]]{0,30})?\](?!\()|"
        r"<?\bend of (?:session|prompt|document|passages?|context|system|text|input)>|-{3,} ?(?:end|begin|new) (?:of )?"
        r"(?:session|prompt|document|passages?|context|system|instructions|conversation)\b|\{\{ ?(?:system|prompt)\b|"
        r"\bsystem (?:note|update|alert|notice|instruction|override|command)s? ?: ?(?:you|ignore|the assistant|all|do|always|never|from|disregard|forget)"
    ),
}
# Words without spaces between them.
JOINED = (
    r"(?:ignore|disregard|forget|override|bypass)(?:all|any|every|the|your|my|of|these|those|previous|prior|above|earlier|preceding|system|and|"
    r"following|other)+(?:instruction|prompt|rule|guideline|direction|command)|(?:reveal|show|print|repeat|display|output|tell|give|leak|what(?:is|are))"
    r"(?:me|us|the|your|all|of|full|entire|exact)*(?:(?:system|hidden|initial|secret)(?:prompt|instruction|message)|yourprompt|yourinstruction)|"
    r"youarenow(?:dan|in|free|an?unrestricted)|doanythingnow|developermodeenabled"
)
