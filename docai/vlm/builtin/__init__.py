"""The model that ships with docai: small, trained for receipts, runs on a CPU."""
