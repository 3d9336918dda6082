from local.commands import logs


def line(number, message):
    return logs.Line(number, "answers", message)


def test_a_requests_trail_holds_the_lines_of_the_call_that_served_it():
    start, said, other = (
        line(1, "START RequestId: call-1"),
        line(2, '{"correlation_id": "req-1", "function_request_id": "call-1"}'),
        line(3, "x"),
    )
    assert logs.related([start, said, other], "req-1") == [start, said]


def test_a_json_log_line_is_shown_as_level_message_and_fields():
    text = logs.shown(line(0, '{"level": "INFO", "message": "answered", "passages": 3, "service": "answers"}'))
    assert "INFO answered passages=3" in text
    assert "service" not in text
