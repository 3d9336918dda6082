import io
import shutil
import zipfile

import pytest

from local.commands import dev
from local.console import Console
from stacks.data.domains import DOMAINS


@pytest.fixture
def lambdas(tmp_path):
    """Two functions; only `answers` reaches causeway/search.py, by way of causeway/answering.py."""
    files = {
        "functions/__init__.py": "",
        "functions/answers.py": "from causeway.answering import answer",
        "functions/read_documents.py": "from causeway import reading",
        "causeway/__init__.py": "",
        "causeway/answering.py": "import json\nimport causeway.search",
        "causeway/search.py": "",
        "causeway/reading.py": "",
        "causeway/words.json": "{}",
        "causeway/other/data.json": "{}",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "functions"),
    [
        ("causeway/search.py", ["answers"]),
        ("causeway/reading.py", ["read-documents"]),
        ("causeway/__init__.py", ["answers", "read-documents"]),
        ("causeway/words.json", ["answers", "read-documents"]),
        ("functions/answers.py", ["answers"]),
        ("causeway/unused.py", []),
        ("causeway/deleted.json", ["answers", "read-documents"]),
        ("causeway/other/data.json", []),
    ],
)
def test_a_change_reaches_only_the_functions_that_import_it(lambdas, changed, functions):
    assert dev.affected({lambdas / changed}, {"answers", "read-documents"}, lambdas) == functions


def test_a_file_saved_half_written_is_said_and_the_watch_goes_on(lambdas):
    (lambdas / "functions" / "answers.py").write_text("def (")
    stream = io.StringIO()
    dev.update(Console(stream), {lambdas / "functions" / "answers.py"}, frozenset({"answers"}), lambdas)
    assert "functions/answers.py" in stream.getvalue()


def test_what_was_changed_between_deployment_and_watch_is_not_taken_for_deployed(lambdas):
    changed, same = lambdas / "causeway" / "search.py", lambdas / "causeway" / "reading.py"
    assert dev.unchanged({changed: 30, same: 10}, synthesized=20) == {same: 10}


def test_a_function_is_given_its_own_code_and_no_other(lambdas):
    with zipfile.ZipFile(io.BytesIO(dev.package("read-documents", lambdas))) as archive:
        assert set(archive.namelist()) == {
            *("functions/__init__.py", "functions/read_documents.py", "causeway/__init__.py", "causeway/reading.py", "causeway/words.json"),
        }


ARN = "arn:aws:lambda:eu-central-1:000000000000:layer:"
ANSWERING, OF_AGENTS, OF_TEAMS = (f"{ARN}{name}:1" for name in ("Answering", "agents-DomainLayer7", "teams-DomainLayer8"))


class Lambdas:
    """Functions with their layers; the client of Lambda, as far as it is used."""

    def __init__(self, **layers):
        self.layers, self.published, self.aliases = layers, {}, []

    def get_function_configuration(self, FunctionName):
        layers = self.layers[FunctionName.removeprefix(dev.PREFIX)]
        return {"Layers": [{"Arn": arn} for arn in layers]} if layers else {}

    def publish_layer_version(self, LayerName, Content):
        self.published[LayerName] = Content["ZipFile"]
        return {"LayerVersionArn": f"{ARN}{LayerName}:2"}

    def update_function_configuration(self, FunctionName, Layers):
        self.layers[FunctionName.removeprefix(dev.PREFIX)] = Layers

    def list_aliases(self, FunctionName):
        return {"Aliases": [{"Name": "live"}]}

    def publish_version(self, FunctionName):
        return {"Version": "2"}

    def update_alias(self, FunctionName, Name, FunctionVersion):
        self.aliases.append((FunctionName.removeprefix(dev.PREFIX), Name, FunctionVersion))


@pytest.fixture
def domain(tmp_path):
    copied = tmp_path / "domains" / "bookshop"
    shutil.copytree(DOMAINS / "bookshop", copied, ignore=shutil.ignore_patterns("__pycache__", "documents", "maker", "sources"))
    return copied


@pytest.fixture
def cloud(monkeypatch):
    found = Lambdas(agents=[ANSWERING, OF_AGENTS], agent_worker=[ANSWERING, OF_AGENTS], team=[OF_TEAMS], answers=[ANSWERING], reports=[])
    monkeypatch.setattr(dev, "client", lambda service: found)
    return found


def test_a_tool_that_is_saved_reaches_the_functions_that_have_the_domain_and_no_other(domain, cloud):
    tool = domain / "tools" / "orders.py"
    tool.write_text(tool.read_text() + "# changed\n")
    stream = io.StringIO()
    dev.update_domain(Console(stream), {tool}, domain, frozenset(cloud.layers))
    new_of_agents, new_of_teams = OF_AGENTS[:-1] + "2", OF_TEAMS[:-1] + "2"
    assert cloud.layers == {
        **{"agents": [ANSWERING, new_of_agents], "agent_worker": [ANSWERING, new_of_agents]},
        **{"team": [new_of_teams], "answers": [ANSWERING], "reports": []},
    }
    assert sorted(cloud.aliases) == [("agent_worker", "live", "2"), ("agents", "live", "2"), ("team", "live", "2")]
    assert "✓ tools/orders.py → agents of bookshop" in stream.getvalue()
    for content in cloud.published.values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.read("python/domains/bookshop/tools/orders.py").endswith(b"# changed\n")


def test_a_domain_that_does_not_fit_together_is_said_and_not_exchanged(domain, cloud):
    policies = domain / "policies" / "tools.cedar"
    policies.write_text(policies.read_text().replace("hold_room", "hold_rom"))
    stream = io.StringIO()
    dev.update_domain(Console(stream), {policies}, domain, frozenset(cloud.layers))
    assert "tools.cedar" in stream.getvalue()
    assert "unrecognized action" in stream.getvalue()
    assert not cloud.published
    assert not cloud.aliases


@pytest.mark.parametrize("name", ["tools/orders.py", "agents/service.yaml", "policies/tools.cedar", "teams/complaint.yaml"])
def test_what_agents_have_of_a_domain_is_watched(domain, name):
    before = dev.watched(domain)
    (domain / name).unlink()
    assert before.keys() - dev.watched(domain).keys() == {domain / name}


@pytest.mark.parametrize("name", ["records/orders.yaml", "agents/stand-in.yaml", "triggers.yaml"])
def test_what_functions_do_not_have_or_templates_are_made_of_is_not_watched(domain, name):
    assert (domain / name).is_file()
    assert domain / name not in dev.watched(domain)
