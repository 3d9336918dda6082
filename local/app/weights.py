"""Copies the small embedding model of the package wordllama to where AWS keeps the large one.

On AWS the app copies BGE-large from a bucket of SageMaker JumpStart. On this machine, a bucket of that name holds the small
model under the same prefix, and the app's own custom resource copies it.
"""

import contextlib
import json
from pathlib import Path

from local import places
from local.app.aws import client
from local.console import Trouble

FILES = {
    "wordllama/weights.safetensors": "wordllama/weights/l2_supercat_256.safetensors",
    "wordllama/tokenizer.json": "wordllama/tokenizers/l2_supercat_tokenizer_config.json",
}


def put_where_the_app_looks() -> None:
    """Create a bucket with two objects for each model that the synthesized templates copy."""
    for bucket, prefix in sources(places.CLOUD_OUT):
        with contextlib.suppress(client("s3").exceptions.BucketAlreadyOwnedByYou):
            client("s3").create_bucket(Bucket=bucket)
        for name, source in FILES.items():
            client("s3").upload_file(str(installed(source)), bucket, prefix + name)


def sources(templates: Path) -> set[tuple[str, str]]:
    """Bucket and prefix of every Custom::ModelArtifact in a folder of templates."""
    resources = [
        resource["Properties"]
        for file in templates.glob("*.template.json")
        for resource in json.loads(file.read_text()).get("Resources", {}).values()
        if resource["Type"] == "Custom::ModelArtifact"
    ]
    return {(properties["WeightsBucket"], properties["WeightsPrefix"]) for properties in resources}


def installed(name: str) -> Path:
    found = next(places.CLOUD_VENV.glob(f"lib/python*/site-packages/{name}"), None)
    if found is None:
        raise Trouble(f"{places.CLOUD_VENV} lacks {name}: run make setup.")
    return found
