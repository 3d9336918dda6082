"""What every function stands on: settings, clients, deadlines, errors, logs. The only room that builds a client."""
