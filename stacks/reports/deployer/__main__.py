"""The rights of CloudFormation in an account, and the lines that give it these and no others.

    python -m stacks.reports.deployer prod     (make deployer ENV=prod)

Writes build/deployer/ENV.json and prints what an administrator of the account types.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from stacks.environment import InvalidEnvironment, load
from stacks.reports.deployer.policy import document, name
from stacks.reports.ending import end

BUILT = Path("build") / "deployer"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("name one environment: python -m stacks.reports.deployer prod", file=sys.stderr)
        return 2
    try:
        environment = load(arguments[0])
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    if environment.name == "local":
        print("the local AWS checks no rights: name dev, staging or prod", file=sys.stderr)
        return 1
    file, account, policy = BUILT / f"{environment.name}.json", environment.account or "ACCOUNT", name(environment.name)
    BUILT.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document(environment), separators=(",", ":")))
    arn = f"arn:aws:iam::{account}:policy/{policy}"
    copies = environment.data.replica_region
    print(f"# once; later: aws iam create-policy-version --policy-arn {arn} --policy-document file://{file} --set-as-default")
    print(f"aws iam create-policy --policy-name {policy} --policy-document file://{file}")
    for region in (environment.region, *([copies] if copies else [])):
        print(f"cdk bootstrap aws://{account}/{region} --cloudformation-execution-policies {arn} --custom-permissions-boundary {policy}")
    return 0


if __name__ == "__main__":
    end(lambda: main(sys.argv[1:]))
