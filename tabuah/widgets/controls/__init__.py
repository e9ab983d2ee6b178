"""Buttons, fields, lists and layouts that several subjects use."""
