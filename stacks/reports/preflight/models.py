"""Models, weights and images that the account has to be able to reach."""

from stacks.constructs.perimeter import weights_bucket
from stacks.environment import Environment
from stacks.models.embedding_role import IMAGES_ACCOUNT, IMAGES_REPOSITORY
from stacks.models.settings import FIRST, Embedding, ModelTier
from stacks.reports.preflight.step import Clients, State, Step

WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")


def model_steps(environment: Environment) -> list[Step]:
    tiers = environment.models.tiers.values()
    steps = [_use_case_form(environment)] if any("anthropic" in tier.model for tier in tiers) else []
    for tier in tiers:
        steps += [_profile(environment, tier), _access(environment, tier.model.partition(".")[2])]
    if environment.models.reranker:
        steps.append(_access(environment, environment.models.reranker))
    sizes = {"embedding": environment.models.embedding, "embedding_beside": environment.models.embedding_beside}
    asked = [(f"models.{key}", size) for key, size in sizes.items() if size]
    models = dict.fromkeys(size.model for _, size in asked if size.provider == "bedrock")
    images = {size.image: key for key, size in reversed(asked) if size.image}
    return [
        *steps,
        *(_access(environment, model) for model in models),
        *(_weights(environment, key, size) for key, size in asked if size.provider == "sagemaker"),
        *(_image(environment, f"{key}.image", image) for image, key in images.items()),
    ]


def _use_case_form(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        form = clients("bedrock", environment.region).get_use_case_for_model_access()["formData"]
        return ("done" if form else "missing"), "form sent" if form else "no form"

    return Step(
        "Anthropic's first-use form",
        "Bedrock console, Model catalog, any Anthropic model: submit use case details, once per account",
        check,
    )


def _profile(environment: Environment, tier: ModelTier) -> Step:
    """Roles may call the model in the regions listed, so a profile that routes to one more would fail now and then."""

    def check(clients: Clients) -> tuple[State, str]:
        profile = clients("bedrock", environment.region).get_inference_profile(inferenceProfileIdentifier=tier.model)
        regions = {model["modelArn"].split(":")[3] for model in profile["models"]}
        unlisted = ", ".join(sorted(regions - set(tier.regions)))
        ready = profile["status"] == "ACTIVE" and not unlisted
        return ("done" if ready else "missing"), str(profile["status"]) + (f", routes to {unlisted} too: list them" if unlisted else "")

    return Step(
        f"Inference profile {tier.model}",
        f"must be active in {environment.region}, route to no region beside {', '.join(tier.regions)} "
        "(models.tiers), and be allowed there by service control policies",
        check,
    )


def _access(environment: Environment, model: str) -> Step:
    """A model of the marketplace is subscribed to by the first call of someone who may; the functions' roles may not."""

    def check(clients: Clients) -> tuple[State, str]:
        found = clients("bedrock", environment.region).get_foundation_model_availability(modelId=model)
        agreement = found["agreementAvailability"]["status"]
        ready = (found["authorizationStatus"], found["regionAvailability"], agreement) == ("AUTHORIZED", "AVAILABLE", "AVAILABLE")
        return (
            "done" if ready else "missing"
        ), f"{found['authorizationStatus']}, region {found['regionAvailability']}, agreement {agreement}"

    how = f"Bedrock console in {environment.region}: call the model once as someone with aws-marketplace:Subscribe; no role of ours has it"
    return Step(f"Access to the model {model}", how, check)


def _weights(environment: Environment, key: str, size: Embedding) -> Step:
    bucket, prefix = weights_bucket(environment.region), size.artifact or ""

    def check(clients: Clients) -> tuple[State, str]:
        found = clients("s3", environment.region).list_objects_v2(Bucket=bucket, Prefix=prefix)
        files = [each["Key"].rpartition("/")[2] for each in found.get("Contents", [])]
        weights = sorted(set(files) & set(WEIGHT_FILES))
        return ("done" if weights else "missing"), ", ".join(weights) or f"{len(files)} files, none of {' or '.join(WEIGHT_FILES)}"

    what = "Embedding weights" if size.name == FIRST else f"Embedding weights of {size.name}"
    return Step(what, f"s3://{bucket}/{prefix} must exist: {key}.artifact", check)


def _image(environment: Environment, key: str, tag: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        asked = {"registryId": IMAGES_ACCOUNT, "repositoryName": IMAGES_REPOSITORY, "imageIds": [{"imageTag": tag}]}
        found = clients("ecr", environment.region).batch_get_image(**asked)["images"]
        return ("done" if found else "missing"), "found" if found else "no such tag"

    return Step("Embedding container", f"{IMAGES_REPOSITORY}:{tag} in AWS's registry {IMAGES_ACCOUNT}: {key}", check)
