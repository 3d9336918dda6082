"""Who may read which folder of a tenant's documents, and who may say so."""
