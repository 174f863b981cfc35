"""For whom: customers, their phones, addresses and assets."""
