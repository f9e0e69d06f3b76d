"""Pictures of pain beside running: plain values in, a drawing and its table out."""
