"""Buckets whose objects are mirrored as a tenant's documents."""
