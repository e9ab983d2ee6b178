"""River forecasts: models fitted once a day; forecasts issued with each gauge reading and kept for verification."""
