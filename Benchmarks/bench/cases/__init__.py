"""The cases, by the names under which they can be asked for, in the order in which they run."""

from . import binary, callbacks, drops, growth, latency, memory, whole_jobs

ALL = {
    "whole-jobs": whole_jobs.run,
    "latency": latency.run,
    "callbacks": callbacks.run,
    "drop-to-upload": drops.run,
    "memory": memory.run,
    "growth": growth.run,
    "binary": binary.run,
}
