"""The section `assistant` of an environment."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.assistant.confidence import Confidence
from stacks.assistant.countries import COUNTRIES
from stacks.assistant.identity import IdentityProvider, Tier
from stacks.assistant.plans import ACCOUNT_BURST, ACCOUNT_RATE, Partner, PartnerName
from stacks.constructs.settings import Section, refuse, region_of

SignInPrefix = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
CertificateArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}$")]
MOST_OF_A_RULE = 2_000_000_000  # of AWS WAF
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Domain(Section):
    """The name under which the API is served."""

    name: Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", max_length=253)]
    certificate_arn: CertificateArn = Field(description="of ACM, in the environment's region")
    hosted_zone_id: Annotated[str, StringConstraints(pattern=r"^Z[A-Z0-9]{4,31}$")] | None = Field(
        default=None, description="the zone of Route 53 where the name is entered; null: it is entered elsewhere, by hand"
    )

    @property
    def region(self) -> str:
        return region_of(self.certificate_arn)

    @property
    def account(self) -> str:
        return self.certificate_arn.split(":")[4]


class Rehearsal(Section):
    """How much is asked. questions: in all, of the domain's golden ones in turn. at_once: at the same time."""

    questions: int = Field(ge=1, le=1000)
    at_once: int = Field(ge=1, le=40, description="Step Functions starts no more of them at a time")
    failures: int = Field(default=0, ge=0, description="answers that may fail before the release does")
    seconds: int = Field(default=30, ge=1, le=60, description="an answer that takes longer has failed")


class Assistant(Section):
    """The HTTP API."""

    answer_concurrency: int = Field(ge=1, le=900)
    stream_concurrency: int = Field(ge=1, le=900, description="answers that are read along at the same time")
    document_concurrency: int = Field(ge=1, le=900)
    answers_without: tuple[Literal["embedding", "reranker", "model"], ...] = Field(
        default=("embedding", "reranker", "model"),
        description="services without which questions are answered less well, and marked so, instead of failing",
    )
    switch_seconds: int = Field(
        default=30, ge=1, le=45, description="how old what a function knows of the operators' switches may be; AppConfig takes 15 at least"
    )
    session_concurrency: int = Field(ge=1, le=900)
    review_concurrency: int = Field(ge=1, le=900)
    rights_concurrency: int = Field(default=5, ge=1, le=900, description="administrators who change permissions at the same time")
    erasure_concurrency: int = Field(default=5, ge=1, le=900, description="requests of privacy officers at the same time")
    reveal_concurrency: int = Field(default=2, ge=1, le=900, description="privacy officers who turn tokens back at the same time")
    erasure_settle_seconds: int = Field(
        default=900,
        ge=1,
        le=86_400,
        description="between the two passes of an erasure; no function that was at work in the first one still runs after 15 minutes",
    )
    batch_concurrency: int = Field(ge=1, le=900, description="requests about batches at the same time")
    batch_high_concurrency: int = Field(
        ge=2, le=900, description="questions of batches with high priority that are answered at the same time"
    )
    batch_normal_concurrency: int = Field(ge=2, le=900, description="the same of normal priority; neither takes the other's places")
    rate_per_second: int = Field(ge=1, le=ACCOUNT_RATE, description="steady requests a second the stage lets in")
    burst: int = Field(ge=1, le=ACCOUNT_BURST)
    questions_a_minute: dict[Tier, Annotated[int, Field(ge=1)]] = Field(
        default_factory=lambda: {"prime": 60, "member": 30, "guest": 10},
        min_length=1,
        description="of one user, by the tier that an administrator has set; who has none of these has the least",
    )
    instructions_in_documents: Literal["withheld", "quoted"] = Field(
        default="withheld", description="whether answers leave out sentences of documents that instruct a language model"
    )
    unchecked_sentences: Literal["held", "shown"] = Field(
        default="held",
        description="whether a sentence of a streamed answer is held until it is checked, or shown and taken back if no passage carries it",
    )
    wording: Literal["own", "quoted"] = Field(
        default="own",
        description="whether an answer may say in words of its own what passages say, or leaves in theirs, as with a small model that "
        "strings true words together",
    )
    join_tokens: int = Field(
        default=0, ge=0, le=8192, description="tokens that neighbours of cut passages may add to a prompt; 0: none is joined"
    )
    confidence: Confidence
    confidence_beside: Confidence | None = Field(default=None, description="the same with the model of models.embedding_beside")
    domain: Domain | None = Field(default=None, description="without one, the API has the name that API Gateway gives it")
    web_firewall: bool
    firewall_requests_per_five_minutes: int = Field(
        default=2000, ge=10, le=MOST_OF_A_RULE, description="of one address, before it is blocked"
    )
    firewall_open_requests_per_five_minutes: int = Field(
        default=100, ge=10, le=MOST_OF_A_RULE, description="the same of requests without a token, and of paths that need none"
    )
    firewall_countries: tuple[Country, ...] = Field(
        default=(), max_length=50, description="from which requests may come, as ISO 3166 codes of two letters; none: from everywhere"
    )
    firewall_mode: Literal["block", "count"] = Field(
        default="block", description="whether the firewall blocks, or only counts and logs what it would block"
    )
    firewall_counts_until: date | None = Field(default=None, description="the last day on which prod may count and not block")
    canary: bool = Field(description="new answer versions take a tenth of the traffic first")
    rehearsal: Rehearsal | None = Field(default=None, description="golden questions under load, asked when a release is deployed")
    experiment_minutes: int = Field(default=10, ge=0, le=1440, description="until an experiment reaches every process; 0: at once")
    second_factor: Literal["required", "optional"] = Field(default="optional", description="whether signing in takes an authenticator app")
    token_minutes: int = Field(default=60, ge=5, le=1440, description="how long an ID token is good")
    sign_in_prefix: SignInPrefix | None = Field(
        default=None, description="begins the name of the user pool's own pages and token endpoint; no other pool of the region may have it"
    )
    identity_provider: IdentityProvider | None = Field(default=None, description="a company's own, beside users of the pool itself")

    partners: dict[PartnerName, Partner] = Field(
        default_factory=dict, max_length=10, description="companies whose servers ask, by an API of their own"
    )

    @model_validator(mode="after")
    def partners_fit_into_what_an_account_has(self) -> Self:
        rate = sum(each.requests_per_second for each in self.partners.values())
        refuse(
            f"assistant.partners may ask {rate} requests a second together, more than the {ACCOUNT_RATE} that API Gateway takes in a region"
            if rate > ACCOUNT_RATE
            else None,
            *(
                f"assistant.partners.{name}.quota_a_month={each.quota_a_month} is used up in the first second by burst={each.burst}"
                for name, each in self.partners.items()
                if each.quota_a_month and each.quota_a_month < each.burst
            ),
        )
        return self

    @model_validator(mode="after")
    def sign_in_has_an_address(self) -> Self:
        provider, prefix = self.identity_provider, self.sign_in_prefix
        taken = next((each for each in ("aws", "amazon", "cognito") if prefix and each in prefix), None)
        refuse(
            "assistant.identity_provider needs assistant.sign_in_prefix: the provider sends people back to an address of the user pool"
            if provider and not prefix
            else None,
            "assistant.partners needs assistant.sign_in_prefix: partners' servers get their tokens at an address of the user pool"
            if self.partners and not prefix
            else None,
            f"assistant.sign_in_prefix={prefix} has no effect without assistant.identity_provider or assistant.partners; leave it out"
            if prefix and not provider and not self.partners
            else None,
            f"assistant.sign_in_prefix={prefix}: Cognito takes no name with {taken} in it" if taken else None,
            f"assistant.identity_provider.tier={provider.tier} is not in assistant.questions_a_minute: {', '.join(self.questions_a_minute)}"
            if provider and provider.tier and provider.tier not in self.questions_a_minute
            else None,
        )
        return self

    @model_validator(mode="after")
    def counting_ends_where_it_is(self) -> Self:
        refuse(
            f"assistant.firewall_counts_until={self.firewall_counts_until} has no effect with assistant.firewall_mode=block; leave it out"
            if self.firewall_counts_until and self.firewall_mode == "block"
            else None,
            "assistant.firewall_countries=UK is no code: the firewall knows the United Kingdom as GB"
            if "UK" in self.firewall_countries
            else None,
            *(
                f"assistant.firewall_countries={code}: the firewall knows no such country; write its ISO 3166 code of two letters"
                for code in self.firewall_countries
                if code not in {*COUNTRIES, "UK"}
            ),
        )
        return self

    @model_validator(mode="after")
    def nothing_undercuts_what_a_user_may_ask(self) -> Self:
        most = max(self.questions_a_minute.values())
        told = f"assistant.questions_a_minute={most}"
        blocked, throttled = self.firewall_requests_per_five_minutes, self.rate_per_second
        refuse(
            f"assistant.firewall_requests_per_five_minutes={blocked} blocks a user's address before {told} is used up: more than {5 * most}"
            if blocked <= 5 * most
            else None,
            f"assistant.rate_per_second={throttled} is less than one user may ask by {told}: at least {-(-most // 60)}"
            if throttled * 60 < most
            else None,
        )
        return self
