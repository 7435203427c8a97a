"""Papers to hand out: response packs and bulletins as PDF, from frozen questions."""
