"""Rules: their list, one of them in words, the form that writes one, and its trial on the past."""
