"""Registration of stations over HTTP."""
