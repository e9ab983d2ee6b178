"""Rendering of the map: workers, frame buffers, finished images and screen painting."""
