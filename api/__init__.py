"""The HTTP room: requests in, problems and results out. Knows jobs by id and no engine at all."""
