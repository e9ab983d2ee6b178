"""The map canvas: worker-rendered base, live overlay, labels, furniture, legend and buttons."""
