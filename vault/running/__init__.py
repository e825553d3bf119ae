"""Running a client with the one key it needs: which key, how it starts, what it said afterwards."""
