"""Settings, addresses and the server's entry point. The top of the house: nothing imports it."""
