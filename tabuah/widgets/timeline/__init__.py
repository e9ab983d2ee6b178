"""The time line under the map: which moment is shown, what happened when, and how fast time goes."""
