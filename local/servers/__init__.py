"""The servers behind the local AWS: how they are started, found again and stopped."""
