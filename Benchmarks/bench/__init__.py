"""How fast and how small runninghubd is, beside what people would use instead."""
