"""`make synth` as a person types it."""

import subprocess

from tests.infrastructure.synthesized import TOP


def test_a_refused_synth_says_why_and_leaves_no_folder() -> None:
    folder = TOP / "cdk.out" / "nowhere"
    command = ["make", "--old-file=setup", "synth", "ENV=nowhere"]
    done = subprocess.run(command, cwd=TOP, text=True, capture_output=True, check=False)
    assert done.returncode != 0
    assert "no environment 'nowhere'; there are: dev, local, prod, staging" in done.stderr
    assert not folder.exists()
