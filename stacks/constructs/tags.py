"""The tags that every resource carries: whose it is, who pays, and what it holds."""

from typing import Literal

from aws_cdk import Tags
from constructs import IConstruct

DATA_CLASS = "data-class"
REQUIRED = ("environment", "owner", "cost-centre", DATA_CLASS)

# internal: no word of a customer or user. confidential: documents and what is made of them. restricted: what identifies a person, what
# one said, or a key of somebody else's service.
DataClass = Literal["internal", "confidential", "restricted"]


def classify(construct: IConstruct, data_class: DataClass) -> None:
    """What a construct and all below it hold; the nearest word counts."""
    Tags.of(construct).add(DATA_CLASS, data_class)
