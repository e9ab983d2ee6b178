"""The map's working tools: measuring, drawing, selecting, identifying, each a module of its own."""
