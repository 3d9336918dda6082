import pytest

from local.commands import setup
from local.console import Trouble


def test_one_requirement_is_cut_out_of_a_lock_file_with_its_hashes():
    lock = "ruff==1 \\\n    --hash=sha256:a\nuv==2 ; python_version > '3' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\nzipp==3\n"
    assert setup.requirement("uv", lock) == "uv==2 ; python_version > '3' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\n"
    with pytest.raises(Trouble, match="does not pin pip"):
        setup.requirement("pip", lock)


def test_the_lock_file_pins_the_installer_itself():
    assert "--hash=sha256:" in setup.requirement("uv", setup.LOCK.read_text())
