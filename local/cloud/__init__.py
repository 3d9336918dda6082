"""The local AWS: ministack, with what it lacks added and what it drops put back."""
