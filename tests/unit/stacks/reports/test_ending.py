import subprocess
import sys

import pytest

SAYS = "from stacks.reports.ending import end\nend(lambda: print({what!r} * {times}) or {status})"


@pytest.mark.parametrize(("times", "status"), [(1, 0), (1, 1), (100_000, 0)])
def test_a_report_that_is_read_ends_with_its_own_status(times: int, status: int) -> None:
    done = subprocess.run([sys.executable, "-c", SAYS.format(what="line\n", times=times, status=status)], capture_output=True, check=False)
    assert (done.returncode, done.stdout.count(b"line"), done.stderr) == (status, times, b"")


@pytest.mark.parametrize("times", [1, 100_000])
def test_a_report_whose_reader_has_gone_ends_without_a_word(times: int) -> None:
    code = "import sys\nsys.stdin.read()\n" + SAYS.format(what="line\n", times=times, status=0)
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1) as report:
        assert report.stdout
        assert report.stderr
        report.stdout.close()
        _, said = report.communicate()
    assert (report.returncode, said) == (141, b"")
