"""What becomes of an index of passages that nobody searches any more. See docs/decisions/261-what-ages-in-the-search-domain.md."""

from causeway.retrieval.schema import PATTERN, Body

POLICY = "causeway-passages"
KEPT_UNSEARCHED = "14d"


def policy() -> Body:
    """The body of `PUT _plugins/_ism/policies/causeway-passages`.

    Passages do not age. But an index that has lost its alias, as one that was restored by hand under another name, is reached by no
    search, no deletion and no erasure: after two weeks it is deleted. While it has an alias, nothing happens to it.
    """
    answering = {"name": "searched", "actions": [], "transitions": [_when("left", no_alias=True)]}
    left = {"name": "left", "actions": [], "transitions": [_when("searched", no_alias=False), _when("gone", min_state_age=KEPT_UNSEARCHED)]}
    gone = {"name": "gone", "actions": [{"delete": {}}], "transitions": []}
    return {
        "policy": {
            "description": f"Deletes an index of passages that has had no alias for {KEPT_UNSEARCHED}",
            "default_state": answering["name"],
            "states": [answering, left, gone],
            "ism_template": [{"index_patterns": [PATTERN], "priority": 100}],
        }
    }


def _when(state: str, **condition: object) -> Body:
    """The engine takes one condition for each transition, and the first transition whose condition holds."""
    return {"state_name": state, "conditions": condition}
