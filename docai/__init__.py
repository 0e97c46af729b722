"""docai: receipts, invoices and forms in; structured JSON with evidence out."""
