"""A tool that reads pages of the web, from a list of hosts and paths."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from causeway.agents.outside import Outside, Pages
from causeway.agents.places import LONGEST_URL, Allowed, place_of
from causeway.agents.tool import Tool


class Page(BaseModel):
    """What such a tool is asked for."""

    model_config = ConfigDict(extra="forbid")

    url: str


def web_pages(name: str, description: str, pages: Sequence[str], **facts: Any) -> Tool[Page]:
    """pages: what may be read, such as https://www.example.com/events/, which allows everything below. facts: more of `Tool`.

    Pages, PDF files and texts are read; a redirect is followed within the list. Policies see the host as `resource.host`.
    """
    allowed = Allowed.of(pages)
    checked = Annotated[str, Field(min_length=1, max_length=LONGEST_URL), AfterValidator(lambda url: str(allowed.checked(url)))]
    described = Field(description=f"address of the page, below one of: {', '.join(map(str, allowed.places))}")
    return Tool(
        name=name,
        description=description,
        arguments=create_model("PageArguments", __base__=Page, url=(checked, described)),
        run=Outside(name, Pages(allowed)),
        reaches=lambda page: place_of(page.url).host,
        **facts,
    )
