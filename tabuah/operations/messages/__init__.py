"""Messages that come in by a messenger, a form or e-mail, and wait for an answer of the control room."""
