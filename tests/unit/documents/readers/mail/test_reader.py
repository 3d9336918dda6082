import io
from email.message import EmailMessage
from typing import Any

import pytest
from PIL import Image

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content
from causeway.documents.readers.reading import read
from tests.unit.documents.making import heading, pdf, prose, word
from tests.unit.documents.readers.excel.making import sheet

DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document"
HEAD = "From: Ada <ada@example.org>\nTo: Ben <ben@example.org>\nDate: Fri, 01 Mar 2024 10:30:00 +0100\nSubject: Kilns\n"
WHO = Block("text", "From: Ada <ada@example.org>\nTo: Ben <ben@example.org>\nDate: Fri, 01 Mar 2024 10:30:00 +0100")
TOP = [Block("heading", "Kilns", 1), WHO]


def content(message: str | bytes | EmailMessage) -> Content:
    data = message.encode() if isinstance(message, str) else message if isinstance(message, bytes) else message.as_bytes()
    return read(data, "mail.eml")


def plain(text: str, headers: str = "") -> str:
    return f"{HEAD}{headers}\n{text}"


def below(message: Any) -> list[Block]:
    """The blocks after the headers."""
    made = list(content(message).blocks)
    assert made[:2] == TOP
    return made[2:]


def written(text: str = "See what is attached.", html: str = "") -> EmailMessage:
    made = EmailMessage()
    for line in HEAD.strip().split("\n"):
        name, _, value = line.partition(": ")
        made[name] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def test_a_message_is_its_subject_as_heading_who_wrote_to_whom_and_its_text() -> None:
    made = content(plain("The kiln is cold.\n\nCome on Monday."))
    assert made.title == "Kilns"
    assert made.blocks == [*TOP, Block("text", "The kiln is cold."), Block("text", "Come on Monday.")]


def test_of_alternatives_the_page_is_read_with_its_tables() -> None:
    page = "<table><tr><th>Title<th>Shelf<tr><td>Kilns<td>B4</table>"
    assert below(written("Title Shelf Kilns B4", page)) == [Block("table", "Title: Kilns; Shelf: B4")]


def test_an_empty_page_gives_way_to_the_text() -> None:
    assert below(written("The kiln is cold.", "<html><head><title>Mail</title></head><body>&nbsp;<img></body></html>")) == [
        Block("text", "The kiln is cold.")
    ]


def test_encoded_headers_and_texts_are_decoded() -> None:
    message = (
        b"From: =?utf-8?B?w4RkYQ==?= <a@example.org>\nSubject: =?iso-8859-1?Q?=D6fen?=\nMIME-Version: 1.0\n"
        b"Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\nDer Ofen f=FCr 5 =80.\n"
    )
    assert [block.text for block in content(message).blocks] == ["Öfen", "From: Äda <a@example.org>", "Der Ofen für 5 €."]


def test_characters_that_are_not_in_the_declared_encoding_are_told() -> None:
    made = content(HEAD.encode() + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nDer Ofen f\xfcr alle.\n")
    assert [tally.left_out for tally in made.report if tally.part == "characters"] == [1]
    assert "Der Ofen" in made.blocks[-1].text


def test_an_encoding_that_nobody_knows_is_read_as_utf_8() -> None:
    assert below(plain("für alle", "Content-Type: text/plain; charset=x-nothing\nContent-Transfer-Encoding: 8bit\n"))[0].text == "für alle"


def test_quoted_messages_come_below_a_heading_of_their_own() -> None:
    made = below(plain("Monday is fine.\n\nOn Friday Ben wrote:\n> When do you come?\n> The kiln is cold.\n"))
    assert made[0] == Block("text", "Monday is fine.")
    assert made[1] == Block("heading", "Earlier messages", 2)
    assert [block.text for block in made[2:]] == ["On Friday Ben wrote:\nWhen do you come?\nThe kiln is cold."]


def test_answers_between_quotes_stay_in_place() -> None:
    made = below(plain("> When do you come?\n\nOn Monday.\n\n> Is it cold?\n\nYes.\n"))
    assert [block.text for block in made] == ["> When do you come?", "On Monday.", "> Is it cold?", "Yes."]


@pytest.mark.parametrize(
    "separator",
    [
        '<div class="gmail_quote">',
        '<div id="divRplyFwdMsg" dir="ltr">',
        "<p>-----Original Message-----</p><div>",
        "<div class='moz-cite-prefix'>",
        "<div>-----Ursprüngliche Nachricht-----</div><div>",
    ],
)
def test_quoted_messages_of_pages_are_told_apart(separator: str) -> None:
    made = below(written("x", f"<div><p>Monday is fine.</p></div>{separator}<p>When do you come?</p></div>"))
    texts = [block.text for block in made]
    assert texts[0] == "Monday is fine."
    assert "Earlier messages" in texts
    assert texts.index("When do you come?") > texts.index("Earlier messages")


def test_wrapped_lines_of_flowed_texts_are_joined() -> None:
    flowed = "Content-Type: text/plain; charset=utf-8; format=flowed\n"
    assert below(plain("The kiln \nis cold.\nCome.", flowed))[0].text == "The kiln is cold.\nCome."


def test_attachments_are_read_by_the_readers_of_their_formats_below_their_names() -> None:
    message = written()
    rules = word(lambda made: made.add_heading("Rules", 1) and made.add_paragraph("Keep the door shut."))
    message.add_attachment(rules, maintype="application", subtype=DOCX, filename="rules.docx")
    stock = sheet(["Title", "Shelf"], ["Kilns", "B4"])
    message.add_attachment(stock, maintype="application", subtype="octet-stream", filename="stock.xlsx")
    message.add_attachment(pdf([heading("Plan"), prose("We build a kiln.")]), maintype="application", subtype="pdf")
    made = below(message)[1:]
    assert made[:3] == [Block("heading", "rules.docx", 2), Block("heading", "Rules", 3), Block("text", "Keep the door shut.")]
    assert made[3:6] == [Block("heading", "stock.xlsx", 2), Block("heading", "Stock", 3), Block("table", "Title: Kilns; Shelf: B4")]
    assert made[6] == Block("heading", "attachment.pdf", 2)
    assert {block.page for block in made[7:]} == {1}
    assert [tally.read for tally in content(message).report if tally.part == "attachments"] == [1, 1, 1]


def test_attachments_that_are_not_read_are_told_and_the_message_is_read() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(picture, "PNG")
    message = written()
    message.add_attachment(b"%PDF-1.7 broken", maintype="application", subtype="pdf", filename="plan.pdf")
    message.add_attachment(b"\xd0\xcf\x11\xe0", maintype="application", subtype="msword", filename="old.doc")
    message.add_attachment(picture.getvalue(), maintype="image", subtype="png", filename="photo.png")
    made = content(message)
    told = [tally.why for tally in made.report]
    assert [block.text for block in made.blocks[2:]] == ["See what is attached."]
    assert any(why.startswith("plan.pdf was not read. ") for why in told)
    assert any(why.startswith("old.doc was not read. ") and ".docx" in why for why in told)
    assert "photo.png is a picture in which no writing was found." in told
    assert sum(tally.left_out for tally in made.report if tally.part == "attachments") == 2


def test_an_attached_message_is_read_one_level_below() -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Clay", "cleo@example.org"
    inner.set_content("The clay is here.")
    message = written()
    message.add_attachment(inner)
    assert below(message)[1:] == [
        Block("heading", "Clay", 2),
        Block("text", "From: cleo@example.org"),
        Block("text", "The clay is here."),
    ]


def test_messages_attached_to_messages_end_and_the_rest_is_told() -> None:
    message = written("innermost")
    for number in range(9):
        outer = written(f"level {number}")
        outer.add_attachment(message)
        message = outer
    made = content(message)
    assert [block.text for block in made.blocks if block.text.startswith("level")] == [f"level {number}" for number in range(8, 2, -1)]
    assert any("too many times" in tally.why for tally in made.report)


def test_attachments_together_share_the_limits() -> None:
    message = written()
    for number in range(250):
        message.add_attachment(b"words", maintype="text", subtype="plain", filename=f"{number}.txt")
    made = content(message)
    assert sum(tally.read for tally in made.report if tally.part == "attachments") == 200
    assert sum(tally.left_out for tally in made.report if tally.part == "attachments") == 50


def test_the_text_beside_a_signature_is_read_and_an_encrypted_message_is_refused() -> None:
    signed = (
        'Content-Type: multipart/signed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nThe kiln is cold.\n--b\n'
        "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nAAAA\n--b--\n"
    )
    made = content(HEAD + signed)
    assert (made.blocks[-1].text, made.report) == ("The kiln is cold.", [])
    with pytest.raises(BadDocument, match="encrypted"):
        content(plain("AAAA", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n"))


def test_many_recipients_are_cut_and_told() -> None:
    message = plain("x y", f"Cc: {', '.join(f'user{number}@example.org' for number in range(500))}\n")
    made = content(message)
    assert len(made.blocks[1].text) < 3_000
    assert [tally.left_out for tally in made.report if tally.part == "headers"] == [1]


def test_a_file_without_headers_is_no_message() -> None:
    with pytest.raises(BadDocument, match="not_mail"):
        content("Just words.\n\nAnd more of them.")


def test_wrong_headers_do_not_stop_a_reading() -> None:
    made = content(
        "From: =?utf-8?q?=FF=FE?= <<>>,;:\nTo: (((\nSubject: Kilns\nDate: never\nContent-Type: ;;;charset\n\nThe kiln is cold.\n"
    )
    assert made.title == "Kilns"
    assert made.blocks[-1].text == "The kiln is cold."


def test_parts_nested_without_end_are_refused() -> None:
    text = HEAD + "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(90)) + "\n\nend"
    with pytest.raises((BadDocument, RecursionError)):
        content(text)
