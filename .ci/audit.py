"""Known weaknesses of the packages that the lock files pin: exit 1 on any.

    .venv/bin/python .ci/audit.py requirements.txt ...

An index that serves packages without their security advisories leaves nothing to check; that is said, and is no failure.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PIP_AUDIT = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]


def main(locks: list[str]) -> int:
    packages = {(each["name"], each.get("version")): each for lock in locks for each in audited(lock)}
    unknown = [package for package in packages.values() if "skip_reason" in package]
    weak = [package for package in packages.values() if package.get("vulns")]
    for package in weak:
        for weakness in package["vulns"]:
            mended = ", ".join(weakness["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {weakness['id']}, fixed in {mended}")
    print(f"audited {len(packages) - len(unknown)} packages, {len(weak)} with known weaknesses")
    if unknown:
        print(f"NOT AUDITED: {len(unknown)} packages, because the package index in use gives no advisories for them")
    return bool(weak)


def audited(lock: str) -> list[dict[str, Any]]:
    done = subprocess.run([*PIP_AUDIT, "--requirement", lock], capture_output=True, text=True, cwd=Path.cwd(), check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{lock}: {done.stderr.strip()}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
