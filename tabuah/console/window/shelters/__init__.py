"""Shelters in the window: their list, forms and map layer."""
