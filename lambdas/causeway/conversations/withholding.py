"""What of a conversation its user may still read: not what it says of documents in folders that are closed by now."""

from collections.abc import Sequence
from dataclasses import replace

from causeway.conversations.conversation import Conversation, Message, Summary
from causeway.permissions.access import Access

WITHHELD = "Withheld: this rests on a document that you may no longer read."


def readable_turn(message: Message, access: Access) -> Message:
    """The question stays; an answer from a closed folder, or whose documents are not known, is withheld with its citations."""
    known = message.sources or not message.citations
    return message if _may_read(message.sources if known else None, access) else replace(message, answer=WITHHELD, citations=())


def readable_conversation(conversation: Conversation, access: Access) -> Conversation:
    """With the lines of the summary that rest on closed folders, or on documents that are not known, withheld."""
    summary = conversation.summary
    lines = [(number, said if _may_read(summary.sources.get(str(number)), access) else WITHHELD) for number, said in summary.lines]
    return replace(conversation, summary=Summary(lines, summary.sources))


def _may_read(sources: Sequence[str] | None, access: Access) -> bool:
    """sources: None when nobody knows them; then only who may read everything may read it."""
    return all(map(access.may_read, sources)) if sources is not None else not access.closed
