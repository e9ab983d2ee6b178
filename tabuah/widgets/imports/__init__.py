"""Map files on their way in: where they are dropped, and the card that tells how it goes."""
