"""Files and folders: text read, links judged, files written whole, caches nobody else fills."""
