"""The journal: signing, chaining and transfer of verbatim entries."""
