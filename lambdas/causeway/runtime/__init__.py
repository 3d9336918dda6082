"""What every function uses: settings, clients, deadlines, errors, logs. The only room that builds a client."""
