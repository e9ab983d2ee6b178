"""Shelters and posts of a response: places with evacuees, command posts, kitchens and stores."""
