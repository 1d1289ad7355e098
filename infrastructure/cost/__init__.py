"""What a stage costs: `make cost` prints it from the templates, the recorded costs of requests, and a price file."""
