"""The directory of contacts: offices, camat, wali nagari, owners of gateways, media, hospitals, volunteers."""
