"""A role that can never do more than the one policy it is made with: the policy is its boundary too."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct


class Limited(Construct):
    """A role of the pipeline or of a stage. Whoever attaches another policy to it widens nothing."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        assumed_by: iam.IPrincipal,
        does: str,
        statements: Sequence[iam.PolicyStatement],
    ) -> None:
        """name: in full. does: for people."""
        super().__init__(scope, id)
        self.policy = iam.ManagedPolicy(self, "Permissions", description=does, statements=list(statements))
        self.role = iam.Role(
            self,
            "Role",
            role_name=name,
            assumed_by=assumed_by,
            description=does,
            managed_policies=[self.policy],
            permissions_boundary=self.policy,
        )
