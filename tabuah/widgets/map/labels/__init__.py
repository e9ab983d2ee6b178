"""Labels of the map: candidates, placement, lettering and painting."""
