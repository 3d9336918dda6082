"""What the wholesaler has, for staff. Its key is set by a person: make secret NAME=wholesaler."""

from pathlib import Path

from causeway.agents.chosen import Chosen
from causeway.agents.http_api import http_api
from causeway.agents.secret import Secret

(check_wholesaler,) = http_api(
    Path(__file__).with_name("wholesaler.openapi.yaml"),
    Chosen("showStock", name="check_wholesaler", facts={"timeout_seconds": 15.0}),  # with the start of the function that goes outside
    secret=Secret("wholesaler"),
)
