"""The section `search` of an environment."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.constructs.settings import Section, refuse


class Search(Section):
    """The OpenSearch domain and the passages index."""

    instance_type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9]+\.search$")]
    data_nodes: int = Field(ge=1, le=80)
    zones: int = Field(ge=1, le=3, description="zones the data nodes are spread over")
    master_nodes: Literal[0, 3, 5] = Field(description="dedicated masters; 0: data nodes elect one among them")
    master_instance_type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9]+\.search$")] | None = None
    volume_gb: int = Field(ge=10, le=3072, description="gp3 volume of each data node")
    shards: int = Field(ge=1, le=1024)
    replicas: int = Field(ge=0, le=79, description="copies of each shard beside the primary")
    own_index: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")], ...] = Field(
        default=(), description="large tenants, each with an index of its own; what was indexed before stays in the shared one"
    )

    @model_validator(mode="after")
    def every_copy_has_a_node(self) -> Self:
        needed = self.zones * -(-(self.replicas + 1) // self.zones)
        refuse(
            f"search.replicas={self.replicas} needs at least {needed} data nodes in {self.zones} zones; search.data_nodes={self.data_nodes}"
            if self.data_nodes < needed
            else None,
            f"search.data_nodes={self.data_nodes} is no multiple of search.zones={self.zones}: zones would hold unequal copies"
            if self.data_nodes % self.zones
            else None,
            f"search.master_nodes={self.master_nodes} and search.master_instance_type={self.master_instance_type}: give both, or 0 and none"
            if bool(self.master_nodes) != bool(self.master_instance_type)
            else None,
        )
        return self
