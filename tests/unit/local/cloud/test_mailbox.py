from local.cloud.mailbox import _kept


def sent(folder, reader):
    passed = []
    run = _kept(lambda *arguments, **more: passed.append((arguments, more)), folder)
    attributes = {"approver": {"DataType": "String", "StringValue": reader}} if reader is not None else {}
    run("topic", "id-1", "See the outcome.", "Your decision", "", attributes, message_group_id="")
    assert passed == [(("topic", "id-1", "See the outcome.", "Your decision", "", attributes), {"message_group_id": ""})]
    return {file.name: file.read_text() for file in folder.glob("**/*")}


def test_a_message_to_somebody_is_a_file_and_is_delivered_as_before(tmp_path):
    assert sent(tmp_path, "rita") == {"rita-id-1.txt": "To: rita\nSubject: Your decision\n\nSee the outcome.\n"}


def test_a_message_to_nobody_by_name_is_no_file_nor_is_one_that_would_be_elsewhere(tmp_path):
    for reader in (None, "", "../rita", ".rita", "a/b"):
        assert sent(tmp_path, reader) == {}
