"""What agencies tell: earthquakes and weather warnings as a feed brings them, volcano levels as a person reads them."""
