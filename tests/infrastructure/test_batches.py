"""Batches have places and queues of their own, in every environment."""

from tests.infrastructure.synthesized import Resource, Synthesized


def worker(app: Synthesized) -> Resource:
    (found,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-answer-batch")]
    return found


def queues(app: Synthesized) -> list[Resource]:
    return [each for each in app.all("AWS::SQS::Queue") if "BatchQueue" in each.id]


def sources(app: Synthesized) -> list[Resource]:
    batch = queues(app)
    return [
        each for each in app.all("AWS::Lambda::EventSourceMapping") if app.target(each.stack, each.properties["EventSourceArn"]) in batch
    ]


def test_each_priority_has_its_own_share_of_the_places_and_the_high_one_has_more(app: Synthesized) -> None:
    size = app.environment.assistant
    shares = [each.properties["ScalingConfig"]["MaximumConcurrency"] for each in sources(app)]
    assert sorted(shares) == [size.batch_normal_concurrency, size.batch_high_concurrency]
    assert size.batch_high_concurrency > size.batch_normal_concurrency >= 2
    assert sum(shares) == worker(app).properties["ReservedConcurrentExecutions"]


def test_a_batch_never_takes_the_places_of_people_who_wait(app: Synthesized) -> None:
    """Nothing but the two queues calls the function that answers batches, and they call no other."""
    (alias,) = [each for each in app.all("AWS::Lambda::Alias") if app.target(each.stack, each.properties["FunctionName"]) == worker(app)]
    assert [alias.id in str(each.properties["FunctionName"]) for each in sources(app)] == [True, True]
    assert not [each for each in app.all("AWS::ApiGateway::Method") if "BatchWorker" in str(each.properties["Integration"])]


def test_one_question_is_handled_at_a_time_and_given_back_alone(app: Synthesized) -> None:
    for source in sources(app):
        assert (source.properties["BatchSize"], source.properties["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])


def test_a_question_stays_hidden_for_six_times_the_workers_timeout_and_ends_in_the_dead_letters(app: Synthesized) -> None:
    for queue in queues(app):
        assert queue.properties["VisibilityTimeout"] >= 6 * worker(app).properties["Timeout"]
        dead = app.target(queue.stack, queue.properties["RedrivePolicy"]["deadLetterTargetArn"])
        assert dead is not None
        assert dead.id.startswith("BatchesDeadLetters")


def test_batches_are_answered_whole_or_not_yet(app: Synthesized) -> None:
    assert "ANSWERS_WITHOUT" not in worker(app).properties["Environment"]["Variables"]


def test_questions_that_fail_and_queues_that_stand_still_alarm(app: Synthesized) -> None:
    alarms = [each for each in app.all("AWS::CloudWatch::Alarm") if each.id.startswith("Batches")]
    watched = [each.properties["MetricName"] for each in alarms]
    assert sorted(watched) == ["ApproximateAgeOfOldestMessage"] * 3 + ["BatchQuestionsFailed"]
