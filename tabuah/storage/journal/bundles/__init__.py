"""Bundles: a file that carries unsynced work, news of the journal and sealed photos from hand to hand."""
