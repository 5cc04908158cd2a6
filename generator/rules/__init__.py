"""The canonical analytics rule and Sentinel's own limits and vocabularies."""
