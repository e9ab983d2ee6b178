"""What agencies tell: earthquakes and warnings as a feed brings them, volcano levels as a person reads them."""
