"""The app on the local AWS: how it is deployed, and its API, users and documents as a client sees them."""
