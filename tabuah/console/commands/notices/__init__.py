"""Commands of the receipts of outgoing notices."""
