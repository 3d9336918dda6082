"""Assets that an interrupted synthesis left half-copied: CDK takes any folder of the right name for a whole one."""

import shutil
from pathlib import Path


def forget_unfinished_assets(folder: Path) -> None:
    """Remove from an output folder the assets that no finished synthesis put there.

    A synthesis writes manifest.json last, so whole assets are older than it.
    """
    manifest = folder / "manifest.json"
    finished = manifest.stat().st_mtime_ns if manifest.exists() else 0
    for asset in folder.glob("asset.*"):
        if asset.stat().st_mtime_ns > finished:
            shutil.rmtree(asset) if asset.is_dir() else asset.unlink()
