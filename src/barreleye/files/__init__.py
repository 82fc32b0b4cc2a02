"""Files that survive a crash and cannot run code: safetensors for numbers, JSON for the rest."""
