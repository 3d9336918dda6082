import pytest

from local.app.domain import Domain
from local.console import Trouble


def test_an_unknown_user_is_answered_with_those_there_are(tmp_path):
    (tmp_path / "domain.yaml").write_text("title: T\nusers: [{name: ada, tenant: harbour}]\nexamples: [{as: ada, question: Reason}]\n")
    domain = Domain.read(tmp_path)
    assert domain.user("ada").tenant == "harbour"
    with pytest.raises(Trouble, match="AS is one of ada"):
        domain.user("eve")
